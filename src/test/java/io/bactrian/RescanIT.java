package io.bactrian;

import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

import io.bactrian.wire.Status;
import org.junit.jupiter.api.Test;

/** Changes that no event reports, and what it costs to look for them. */
class RescanIT extends TwoEnds {
    /** No inotify event tells of a store to memory. */
    @Test
    void changes_through_a_memory_mapping_arrive_without_an_event() throws IOException {
        sh(source, "head -c 300000 /dev/zero >db; echo 1 >beside");
        processes.start("mirror", source, target).awaitSaying("in step: sent");
        awaitReferee(source, target);
        try (FileChannel file = FileChannel.open(source.resolve("db"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer memory = file.map(FileChannel.MapMode.READ_WRITE, 0, 300_000);

            memory.put(150_000, (byte) 'X');
            memory.force();
        }
        awaitReferee(source, target);
    }

    @Test
    void changes_through_a_hard_link_outside_the_tree_arrive() {
        sh(source, "echo 1 >inside; ln inside ../outside");
        processes.start("mirror", source, target).awaitSaying("in step: sent");

        sh(source, "echo 22 >>../outside");

        awaitReferee(source, target);
    }

    @Test
    void rescans_that_find_nothing_send_and_log_nothing() {
        sh(source, "mkdir -p d/e; echo 1 >d/1; echo 2 >d/e/2; ln -s 1 d/l; head -c 300000 /dev/zero >large");
        Running receiver = startTarget("--set", "bactrian.target.default.check=1s");
        Running sender = startSource("--set", "bactrian.source.default.rescan=1s").awaitInStep();
        awaitReferee(source, target);
        long rescans = sender.status().sources().get(0).rescan().count();
        await().atMost(Running.PATIENCE).until(() -> sender.status().sources().get(0).rescan().count() >= rescans + 2);
        String said = sender.output();
        String received = receiver.output();
        Map<String, Map<String, Long>> asked = requests(receiver);
        long before = sender.status().sources().get(0).rescan().count();
        long checks = receiver.status().targets().get(0).check().looks().count();

        await().atMost(Running.PATIENCE).until(() -> sender.status().sources().get(0).rescan().count() >= before + 4
                && receiver.status().targets().get(0).check().looks().count() >= checks + 4);

        assertThat(sender.output()).isEqualTo(said);
        assertThat(receiver.output()).isEqualTo(received);
        assertThat(requests(receiver)).isEqualTo(asked);
        Status.Looks rescan = sender.status().sources().get(0).rescan();
        assertThat(rescan.every()).as("a person wants it more often than it would be").isEqualTo(1);
        assertThat(rescan.cost()).isPositive();
        assertThat(receiver.status().targets().get(0).check().found()).isZero();
    }

    /** But for the lease, which is renewed whatever happens. */
    private static Map<String, Map<String, Long>> requests(Running receiver) {
        Map<String, Map<String, Long>> requests = new TreeMap<>(receiver.status().targets().get(0).requests());
        requests.keySet().removeIf(call -> call.contains("session"));
        return requests;
    }
}
