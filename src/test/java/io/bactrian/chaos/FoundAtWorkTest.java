package io.bactrian.chaos;

import static io.bactrian.Tools.awaitEqual;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import io.bactrian.Processes;
import io.bactrian.content.RecursiveDelete;
import io.bactrian.watch.ThrowingRegistrar;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What random runs found that takes both ends at work. */
@Timeout(600)
class FoundAtWorkTest {
    @TempDir
    Path base;

    private static void await(java.util.concurrent.Callable<Boolean> state) {
        Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(20)).ignoreExceptions().until(state);
    }

    /** A rescan has sent what is in a new directory before that was watched: nobody was told of what goes there. */
    @Test
    void what_is_removed_before_its_new_directory_is_watched_waits_for_nobody() throws Exception {
        int port = Processes.freePort();
        Ends.Place place = new Ends.Place(Files.createDirectory(base.resolve("source")).toRealPath(),
                Files.createDirectory(base.resolve("target")).toRealPath(), base.resolve("state"), port, port, "1s", true);
        CountDownLatch slow = new CountDownLatch(1);
        try (InOneProcess ends = new InOneProcess(place)) {
            Files.writeString(place.source().resolve("stays"), "");
            ends.startTarget();
            ends.startSource();
            awaitEqual(place.source(), place.target());
            ThrowingRegistrar.plant(ends.watch(), () -> {
                try {
                    slow.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return Optional.empty();
            });
            Path many = Files.createDirectories(place.source().resolve("new/many"));
            for (int i = 0; i < 200; i++) {
                Files.createFile(many.resolve("f" + i));
            }
            awaitEqual(place.source(), place.target());

            RecursiveDelete.of(many);
            await(() -> ends.guard().isPresent());
            assertThat(place.target().resolve("new/many/f0")).exists();
            slow.countDown();

            awaitEqual(place.source(), place.target());
            await(() -> ends.disagreements().isEmpty());
        } finally {
            slow.countDown();
        }
    }
}
