package io.bactrian;

import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;

import io.bactrian.wire.Status;
import org.junit.jupiter.api.Test;

/** Two files of the source whose names are the same for the target's file system. */
class FoldingDiskIT extends TwoEnds {
    @Test
    void the_second_of_two_equal_names_is_held_back_until_it_is_renamed() throws Exception {
        Optional<FoldingDisk> possible = FoldingDisk.make(place);
        assumeTrue(possible.isPresent(), "no file system that folds names can be mounted here: that needs root, and a"
                + " kernel with CONFIG_UNICODE for ext4, or lowntfs-3g");
        try (FoldingDisk disk = possible.get()) {
            target = disk.root();
            sh(source, "mkdir d; echo upper >d/NOTES; echo lower >d/notes; echo other >d/other");
            Running receiver = startTarget();
            Running sender = startSource()
                    .awaitSaying("the target's file system cannot distinguish this name from that of d/");
            awaitThere("d/other");
            Status.Link link = sender.link();
            assertThat(link.held()).hasSize(1);
            String second = link.held().get(0).path();
            assertThat(second).isIn("d/NOTES", "d/notes");
            assertThat(target.resolve("d/notes")).hasContent(second.equals("d/notes") ? "upper" : "lower");

            sh(source, "mv " + second + " d/third");
            await().atMost(Running.PATIENCE).until(() -> sender.awaitInStep().link().held().isEmpty());
            assertThat(target.resolve("d/third")).hasContent(second.equals("d/notes") ? "lower" : "upper");
            assertThat(target.resolve("d/notes")).hasContent(second.equals("d/notes") ? "upper" : "lower");
            sender.stop();
            receiver.stop();
        }
    }
}
