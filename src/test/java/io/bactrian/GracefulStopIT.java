package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;

/** Either end is told to stop in the middle of its work. Leases here last longer than any test. */
class GracefulStopIT extends TwoEnds {
    private static final int TERMINATED = 128 + 15;
    /** What is in flight may take as long as it does on a slow machine. */
    private static final String PATIENT = "bactrian.stop.within=10m";

    GracefulStopIT() {
        targetsHave("bactrian.lease=10m");
        targetsHave(PATIENT);
        sourcesHave(PATIENT);
    }

    private void manySmallFiles() {
        sh(source, "for d in $(seq 40); do mkdir $d; for i in $(seq 200); do echo $d $i >$d/$i; done; done");
    }

    private Running startSourceOf(Path directory) {
        return processes.start("source", directory, url(port), "--set", "bactrian.batch.entries=100", "--set",
                "bactrian.retry.longest=500ms", "--set", PATIENT);
    }

    @Test
    void a_stopping_source_releases_its_lease_at_once() {
        manySmallFiles();
        startTarget();
        Running first = startSourceOf(source);
        awaitEntries(5);
        first.stop();
        assertThat(first.awaitExit()).isEqualTo(TERMINATED);
        assertThat(first.output()).doesNotContain("aborted", "ERROR");

        sh(place, "cp -a source other; rm -r other/1; echo new >other/new");
        Running second = startSourceOf(place.resolve("other")).awaitInStep();
        assertThat(second.output()).doesNotContain("holds the lease");
        awaitReferee(place.resolve("other"), target);
        second.stop();
        startSourceOf(source).awaitInStep();
        awaitReferee(source, target);
    }

    @Test
    void a_stopping_target_finishes_its_batch_and_releases_its_directory() {
        manySmallFiles();
        Running receiver = startTarget();
        startSourceOf(source);
        awaitEntries(5);
        receiver.stop();
        assertThat(receiver.awaitExit()).isEqualTo(TERMINATED);
        assertThat(receiver.output()).doesNotContain("aborted", "ERROR", "incomplete");
        assertThat(target.resolve(".bactrian/lock")).doesNotExist();
        assertThat(target.resolve(".bactrian/index.db-journal")).as("nothing is left to be undone").isEmptyFile();

        startTarget();
        awaitReferee(source, target);
    }

    @Test
    void both_ends_in_one_process_stop_during_a_transfer_and_resume() {
        manySmallFiles();
        Running mirror = processes.start("mirror", source, target, "--set", "bactrian.batch.entries=100", "--set", PATIENT,
                // So slow that it is in the middle for seconds
                "--set", "bactrian.bandwidth=32KiB");
        awaitEntries(5);
        mirror.stop();
        assertThat(mirror.awaitExit()).isEqualTo(TERMINATED);
        assertThat(mirror.output()).doesNotContain("aborted", "ERROR", "incomplete", "in step");
        assertThat(target.resolve(".bactrian/lock")).doesNotExist();

        processes.start("mirror", source, target).awaitInStep();
        awaitReferee(source, target);
    }

    @Test
    void a_large_file_is_gone_on_with_where_it_was() {
        sh(source, "head -c 64M /dev/urandom >large");
        startTarget();
        Running first = startSource("--set", "bactrian.bandwidth=8MiB");
        await().atMost(Running.PATIENCE).until(() -> partsStaged() > 5);
        first.stop();
        assertThat(first.awaitExit()).isEqualTo(TERMINATED);
        assertThat(first.output()).doesNotContain("aborted", "ERROR");

        Running second = startSourceOf(source).awaitInStep();
        awaitReferee(source, target);
        assertThat(second.output()).doesNotContain("holds the lease");
    }

    private long partsStaged() throws IOException {
        Path staging = target.resolve(".bactrian/staging");
        try (Stream<Path> files = Files.list(staging)) {
            // Its record has sixteen bytes for each part.
            return files.filter(file -> file.toString().endsWith(".ranges")).mapToLong(file -> file.toFile().length())
                    .sum() / 16;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    @Test
    void who_is_told_twice_ends_at_once_and_who_is_told_once_when_its_time_is_over() throws Exception {
        sh(source, "echo one >one");
        Set<String> asked = ConcurrentHashMap.newKeySet();
        CountDownLatch done = new CountDownLatch(1);
        HttpServer silent = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        silent.setExecutor(Executors.newCachedThreadPool());
        silent.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().getPath());
            try {
                done.await(5, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        silent.start();
        try {
            Running patient = startSilent("5m", "one");
            Running hasty = startSilent("200ms", "two");
            await().atMost(Running.PATIENCE).until(() -> Stream.of("one", "two").allMatch(name ->
                    asked.stream().anyMatch(path -> path.contains("/" + name + "/"))));

            hasty.askToStop();
            assertThat(hasty.awaitExit()).isEqualTo(TERMINATED);
            hasty.awaitSaying("were aborted; the next run repeats them");

            patient.askToStop();
            patient.awaitSaying("interrupt again to stop at once");
            assertThat(patient.isRunning()).isTrue();
            patient.askToStop();
            assertThat(patient.awaitExit()).isEqualTo(TERMINATED);
        } finally {
            done.countDown();
            silent.stop(0);
        }
    }

    private Running startSilent(String within, String name) {
        return processes.start("source", source, url(port) + "/" + name, "--set", "bactrian.stop.within=" + within);
    }

    @Test
    void idle_targets_and_sources_wait_for_nothing_when_they_stop() {
        sh(source, "echo one >one");
        Running receiver = startTarget();
        Running sender = startSourceOf(source).awaitInStep();
        awaitEqual(source, target);
        sender.stop();
        assertThat(receiver.status().targets().get(0).sender()).isEmpty();
        receiver.stop();
        assertThat(sender.output() + receiver.output()).doesNotContain("aborted");
    }
}
