package io.bactrian;

import static io.bactrian.Processes.freePort;
import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Either end goes away, asked to or not, and comes back. */
class RestartIT {
    @RegisterExtension
    final Processes processes = new Processes();
    @TempDir
    Path place;
    private final int port = freePort();
    private Path source;
    private Path target;

    @BeforeEach
    void a_source() throws IOException {
        source = Files.createDirectory(place.resolve("source"));
        target = place.resolve("target");
    }

    private Running startTarget() {
        return processes.start("target", target, "--port", port, "--set", "bactrian.lease=2s");
    }

    private Running startSource() {
        return processes.start("source", source, url(port), "--set", "bactrian.retry.longest=1s");
    }

    @Test
    void a_source_that_starts_again_reads_only_what_changed_meanwhile() throws IOException {
        sh(source, "mkdir -p d/e gone; for i in $(seq 200); do head -c 100000 /dev/urandom >d/$i; done; "
                + "head -c 300000 /dev/urandom >big; truncate -s 300M big; echo r >renamed; echo g >gone/g; echo c >changed");
        startTarget();
        Running first = startSource();
        awaitEqual(source, target);
        // A file whose change is younger than the clock's tick is read once more after a while.
        await().atMost(Running.PATIENCE).until(() -> first.link().pending() == 0);
        first.awaitInStep().stop();
        long tree = 300_000_000;
        sh(source, "rm -r gone; mv renamed new-name; mv d/e d/f; mv big d/f/big; echo more >>changed; mkdir n; echo n >n/n");
        Running second = startSource();
        awaitEqual(source, target);
        second.awaitInStep();
        assertThat(second.bytesRead()).as("bytes read by the second run, its own code included").isLessThan(tree);
        assertThat(second.link().sent().bytes()).as("bytes sent").isLessThan(1000);
        awaitReferee(source, target);
    }

    @Test
    void a_target_comes_and_goes_while_the_source_goes_on() throws IOException {
        sh(source, "mkdir d; echo 1 >d/1");
        Running sender = startSource();
        sender.awaitSaying("is the target running there?");
        Running first = startTarget();
        awaitEqual(source, target);
        assertThat(target.resolve(".bactrian/lock")).content().contains("pid " + first.pid(), "port " + port);
        first.stop();
        assertThat(target.resolve(".bactrian/lock")).doesNotExist();
        sh(source, "echo 2 >d/2; mv d/1 d/one");
        Running second = startTarget();
        awaitEqual(source, target);
        second.kill();
        sh(source, "rm -r d; echo 3 >3");
        startTarget();
        awaitEqual(source, target);
        sh(source, "echo 4 >4");
        awaitReferee(source, target);
    }

    @Test
    void a_target_that_was_tampered_with_while_it_was_down_is_put_right() {
        sh(source, "mkdir d; echo 1 >d/1; echo 2 >2; touch -d 2020-01-01 2");
        startSource();
        Running first = startTarget();
        awaitEqual(source, target);
        first.stop();
        sh(target, "rm -r d; echo x >2; touch -d 2020-01-01 2; echo extra >extra; mkdir extras");
        startTarget();
        awaitReferee(source, target);
    }

    @Test
    void either_end_dies_in_the_middle_of_a_big_file() throws IOException {
        sh(source, "head -c 600000000 /dev/urandom >big; echo small >small");
        Running receiver = startTarget();
        Running sender = startSource();
        awaitStaging(50_000_000);
        receiver.kill();
        assertThat(target.resolve("big")).as("half a file").doesNotExist();
        receiver = startTarget();
        awaitStaging(200_000_000);
        sender.kill();
        assertThat(target.resolve("big")).as("half a file").doesNotExist();
        startSource();
        awaitReferee(source, target);
        assertThat(receiver.isRunning()).isTrue();
    }

    private void awaitStaging(long bytes) {
        await("staged " + bytes).atMost(Running.PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> staged() >= bytes);
    }

    private long staged() throws IOException {
        if (Files.exists(target.resolve("big"))) {
            return Long.MAX_VALUE;
        }
        return Long.parseLong(Tools.run("bash", "-c", "du -s -B1 \"$0\"/.bactrian/staging 2>/dev/null | cut -f1 | grep . || echo 0",
                target.toString()).strip());
    }

    @Test
    void either_end_dies_in_the_middle_of_many_small_files() throws IOException {
        sh(source, "for d in $(seq 40); do mkdir $d; for i in $(seq 200); do echo $d $i >$d/$i; done; done");
        Running receiver = startTarget();
        Running sender = startSource();
        awaitEntries(5);
        receiver.kill();
        startTarget();
        awaitEntries(20);
        sender.kill();
        sh(source, "rm -r 1 2 3; mv 4 four; for i in $(seq 200); do echo other >5/$i; done");
        startSource();
        awaitReferee(source, target);
    }

    private void awaitEntries(int entries) {
        await(entries + " entries").atMost(Running.PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            try (Stream<Path> children = Files.exists(target) ? Files.list(target) : Stream.of()) {
                return children.count() >= entries;
            }
        });
    }
}
