package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.change.Change;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The target's machine loses its power: of its ext4 only what has reached the disk is left. */
class PowerCutIT extends TwoEnds {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long THEN = 1_600_000_000_123_456_789L;
    private static final int FILES = 40;

    private LoopDisk disk;
    private final AtomicInteger answered = new AtomicInteger();

    @BeforeEach
    void a_disk() throws IOException {
        assumeTrue(LoopDisk.isPossible(), "root, ext4 and loop devices are needed");
        disk = LoopDisk.make(place, 256);
        target = disk.root().resolve("target");
    }

    @AfterEach
    void close() {
        if (disk != null) {
            disk.close();
        }
    }

    /** Sends batches one after another, each answered for before the next, until that cannot be done any more. */
    private void sendUntilTheEnd() {
        try {
            Message.Session session = Codec.JSON.read(post("session", new Message.OpenSession("test", "test")),
                    Message.Session.class);
            for (int i = 0;; i++) {
                Message.Receipt receipt = Codec.JSON.read(post("changes", new Message.Changes(batch(i)), "Bactrian-Lease",
                        session.lease(), "Idempotency-Key", "k" + i), Message.Receipt.class);
                if (!receipt.failures().isEmpty()) {
                    return;
                }
                answered.incrementAndGet();
            }
        } catch (IOException e) {
            // The target is gone, or its disk.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] post(String call, Object body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(port) + "/v1/default/" + call))
                .timeout(Running.PATIENCE).POST(BodyPublishers.ofByteArray(Codec.JSON.write(body)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        var response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException("HTTP " + response.statusCode());
        }
        return response.body();
    }

    /** New files in a new directory, one that replaces another, one renamed. */
    private static List<Change> batch(int number) {
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.MakeDirectory("d" + number, 0750, Time.ofNanos(THEN)));
        for (int i = 0; i < FILES; i++) {
            changes.add(file("d" + number + "/" + i, number + " " + i));
        }
        if (number > 0) {
            changes.add(0, new Change.Move("d" + (number - 1) + "/0", "renamed" + (number - 1)));
            changes.add(file("d" + (number - 1) + "/1", "again"));
        }
        return changes;
    }

    private static Change.WriteFile file(String path, String content) {
        byte[] bytes = content.repeat(500).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new Change.WriteFile(path, 0640, Time.ofNanos(THEN), bytes.length, Digest.of(bytes), Optional.of(bytes));
    }

    private void cutPowerAfter(int batches, Running receiver) {
        CompletableFuture<Void> sending = CompletableFuture.runAsync(this::sendUntilTheEnd);
        await().atMost(Running.PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> answered.get() >= batches);
        disk.cutPower();
        int then = answered.get();
        receiver.kill();
        sending.join();
        // One more may have been answered for just before.
        assertThat(answered.get()).isLessThanOrEqualTo(then + 1);
        answered.set(then);
        disk.restart();
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "file"})
    void what_was_answered_for_is_there(String fsync) throws IOException {
        Running receiver = startTarget("--set", "bactrian.target.default.fsync=" + fsync);
        cutPowerAfter(7, receiver);
        List<String> wrong = new ArrayList<>();
        for (int batch = 0; batch < answered.get(); batch++) {
            for (Change change : batch(batch)) {
                // What the next batch changed is right either way.
                boolean later = change.path().matches("d" + batch + "/[01]");
                if (change instanceof Change.WriteFile file && !later && !holds(file)
                        || change instanceof Change.Move && !Files.exists(target.resolve(change.path()))) {
                    wrong.add(change.path());
                }
            }
            assertThat(Stat.of(target.resolve("d" + batch)).map(Stat::mode)).contains(0750);
        }
        assertThat(wrong).as("of %d batches", answered.get()).isEmpty();
        if (fsync.equals("file")) {
            assertThat(halfFiles()).isEmpty();
        }
        Running again = startTarget("--set", "bactrian.target.default.fsync=" + fsync);
        assertThat(again.output()).as("the index is believed").doesNotContain("cannot be used");
    }

    private boolean holds(Change.WriteFile file) throws IOException {
        Stat stat = Stat.of(target.resolve(file.path())).orElse(null);
        return stat != null && stat.mode() == 0640 && stat.modified().equals(Time.ofNanos(THEN))
                && Digest.of(Files.readAllBytes(target.resolve(file.path()))).equals(file.digest());
    }

    /** Also of a batch that was not answered for. */
    private List<Path> halfFiles() throws IOException {
        try (var files = Files.walk(target)) {
            return files.filter(path -> !path.startsWith(target.resolve(".bactrian")) && Files.isRegularFile(path))
                    .filter(path -> path.toFile().length() < 1000).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "batch", "file"})
    void the_next_comparison_finds_what_is_missing(String fsync) throws IOException {
        sh(source, "for d in $(seq 20); do mkdir $d; for i in $(seq 100); do echo $d $i >$d/$i; done; done; "
                + "head -c 5000000 /dev/urandom >large");
        Running receiver = startTarget("--set", "bactrian.target.default.fsync=" + fsync);
        Running sender = startSource("--set", "bactrian.retry.longest=500ms").awaitInStep();
        sh(source, "rm -r 1; mv 2 two; for i in $(seq 100); do echo new >3/$i; done; echo x >>large; mkdir n; echo n >n/n");
        awaitThere("n/n");
        disk.cutPower();
        receiver.kill();
        disk.restart();
        if (fsync.equals("none")) {
            // It would not be believed after another start of the machine, of which there was none.
            sh(target, "rm -f .bactrian/index.db*");
        }
        startTarget("--set", "bactrian.target.default.fsync=" + fsync);
        awaitReferee(source, target);
        sender.awaitInStep();
    }
}
