package io.bactrian;

import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

import org.junit.jupiter.api.Test;

/** What is large is neither read nor sent again without need, and is never there by half. */
class LargeFileIT extends TwoEnds {
    LargeFileIT() {
        super(Processes.withMuchToDo());
        targetsHave("bactrian.lease=2s");
        sourcesHave("bactrian.retry.longest=1s");
    }

    @Test
    void a_source_that_starts_again_reads_only_what_changed_meanwhile() throws IOException {
        sh(source, "mkdir -p d/e gone; for i in $(seq 50); do head -c 100000 /dev/urandom >d/$i; done; "
                + "head -c 300000000 /dev/urandom >big; echo r >renamed; echo g >gone/g; echo c >changed");
        startTarget();
        // In step, it has also read again what was younger than the clock's tick.
        startSource().awaitInStep().stop();
        long tree = 300_000_000;
        sh(source, "rm -r gone; mv renamed new-name; mv d/e d/f; echo more >>changed; mkdir n; echo n >n/n");
        Running second = startSource().awaitInStep();
        awaitEqual(source, target);
        assertThat(second.bytesRead()).as("bytes read by the second run, its own code included").isLessThan(tree);
        assertThat(second.link().sent().bytes()).as("bytes sent").isLessThan(1000);
        second.stop();
        // What is renamed is read, for a rename may hide that it was written to; it is not sent.
        sh(source, "mv big d/f/big");
        Running third = startSource().awaitInStep();
        awaitEqual(source, target);
        assertThat(third.link().sent().bytes()).as("bytes sent of a file that was renamed").isLessThan(1000);
        awaitReferee(source, target);
    }

    @Test
    void either_end_dies_in_the_middle_of_a_big_file() throws IOException {
        sh(source, "head -c 400000000 /dev/urandom >big; echo small >small");
        Running receiver = startTarget();
        // So slow that it is in the middle for seconds
        Running sender = startSource("--set", "bactrian.bandwidth=50MiB");
        awaitStaging(50_000_000);
        receiver.kill();
        assertThat(target.resolve("big")).as("half a file").doesNotExist();
        receiver = startTarget();
        awaitStaging(150_000_000);
        sender.kill();
        assertThat(target.resolve("big")).as("half a file").doesNotExist();
        Running last = startSource().awaitInStep();
        awaitReferee(source, target);
        assertThat(last.bytesWritten()).as("bytes sent by the last run, its memory included").isLessThan(300_000_000);
        assertThat(receiver.isRunning()).isTrue();
    }

    private void awaitStaging(long bytes) {
        await("staged " + bytes).atMost(Running.PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> staged() >= bytes);
    }

    private long staged() throws IOException {
        if (Files.exists(target.resolve("big"))) {
            return Long.MAX_VALUE;
        }
        return Long.parseLong(Tools.run("bash", "-c", "du -s -B1 \"$0\"/.bactrian/staging 2>/dev/null | cut -f1 | grep . || echo 0",
                target.toString()).strip());
    }
}
