package io.bactrian;

import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.run;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was removed or replaced can be got back for a while, and is in nobody's way. */
class TrashIT extends TwoEnds {
    @BeforeEach
    void an_empty_target() throws IOException {
        Files.createDirectory(target);
    }

    @Test
    void removed_files_and_directories_can_be_restored_until_they_expire() {
        sh(source, "mkdir d; echo one >d/f; echo first >g; head -c 300000 /dev/urandom >large; cp large ../large");
        Running receiver = startTarget("--set", "bactrian.target.default.trash=1d");
        Running sender = startSource().awaitInStep();
        // Otherwise a file might be replaced before it has its content, and be kept without it
        sender.whileSuspended(() -> sh(source, "rm -r d; echo second >g; printf X | dd of=large conv=notrunc status=none"));
        awaitReferee(source, target);

        run("bash", "-c", "cd " + target + "/.bactrian/trash && grep -qx one */d/f && grep -qx first */g && cmp */large "
                + place + "/large");
        // The trash is counted now and then, perhaps between two of the changes
        await().atMost(Running.PATIENCE).untilAsserted(() -> assertThat(receiver.status().targets().get(0).trash())
                .hasValueSatisfying(trash -> assertThat(trash.files()).isEqualTo(3)));
        receiver.kill();
        startTarget("--set", "bactrian.target.default.trash=1s");
        await().atMost(Running.PATIENCE).until(() -> run("ls", target + "/.bactrian/trash").isBlank());
        awaitReferee(source, target);
    }

    @Test
    void a_full_disk_deletes_the_oldest_trash_first() {
        assumeTrue(Tools.succeeds("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", target.toString()), "no right to mount");
        try {
            sh(source, "for i in 1 2 3; do head -c 1500000 /dev/urandom >$i; done; touch small");
            Running both = processes.start("mirror", source, target, "--set", "bactrian.target.default.trash=1d", "--set",
                    "bactrian.source.default.guard=off");
            both.awaitInStep();
            sh(source, "rm 1");
            awaitEqual(source, target);
            sh(source, "sleep 1.1; rm 2 3; head -c 5000000 /dev/urandom >new");

            awaitReferee(source, target);

            both.awaitSaying("the disk is full: the oldest files in the trash were deleted");
            both.stop();
        } finally {
            run("umount", target.toString());
        }
    }
}
