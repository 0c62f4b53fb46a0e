package io.bactrian.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.camel.component.file.watch.FileWatchConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LosslessWatchTest {

    @TempDir
    Path directory;

    @Test
    void misses_none_of_20000_files_written_at_once() throws Exception {
        try (WatchingRoute route = new WatchingRoute()) {
            route.first(route::learn).start(directory, "");
            for (int i = 0; i < 20_000; i++) {
                Files.writeString(directory.resolve("file" + i), "x");
            }
            route.awaitLearned(IntStream.range(0, 20_000).mapToObj(i -> "file" + i).collect(Collectors.toSet()));
        }
    }

    @Test
    void requests_a_comparison_of_a_directory_whose_events_were_lost() throws Exception {
        Path busy = Files.createDirectory(directory.resolve("busy"));
        CountDownLatch goOn = new CountDownLatch(1);
        try (WatchingRoute route = new WatchingRoute()) {
            route.holdAt("hold", goOn).start(directory, "");
            Files.createDirectory(directory.resolve("hold"));
            for (int i = 0; i < 1000; i++) {
                Files.createFile(busy.resolve("file" + i));
            }
            Files.createDirectories(busy.resolve("new/deep"));
            goOn.countDown();

            route.awaitRescan(Rescan.DIRECTORY, "busy");
            route.awaitRescan(Rescan.TREE, "busy/new");
            route.awaitWatched(5);
            assertThat(route.about("busy/file0")).isEmpty();
            Files.createFile(busy.resolve("new/deep/file"));
            route.awaitEvent("CREATE", "busy/new/deep/file");
        }
    }

    @Test
    void releases_watches_whose_deletion_event_was_lost() throws Exception {
        Path busy = Files.createDirectories(directory.resolve("busy"));
        Path away = Files.createDirectories(busy.resolve("away/deep")).getParent();
        CountDownLatch goOn = new CountDownLatch(1);
        try (WatchingRoute route = new WatchingRoute()) {
            route.holdAt("hold", goOn).start(directory, "?antExclude=outside");
            Files.createDirectory(directory.resolve("hold"));
            Files.createDirectory(directory.resolve("outside"));
            Files.move(away, directory.resolve("outside/away"));
            for (int i = 0; i < 1000; i++) {
                Files.createFile(busy.resolve("file" + i));
            }
            goOn.countDown();
            route.awaitRescan(Rescan.DIRECTORY, "busy");
            route.awaitWatched(3);
        }
    }

    @Test
    void redelivers_an_event_until_it_is_processed() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (WatchingRoute route = new WatchingRoute().first(exchange -> {
            if (exchange.getMessage().getHeader(FileWatchConstants.FILE_NAME).equals("stubborn")
                    && attempts.incrementAndGet() < 4) {
                throw new IllegalStateException("not yet");
            }
        })) {
            route.start(directory, "?events=CREATE");
            Files.createFile(directory.resolve("stubborn"));
            Files.createFile(directory.resolve("easy"));
            route.awaitEvent("CREATE", "stubborn");
            assertThat(attempts).hasValue(4);
            assertThat(route.seen).extracting(WatchingRoute.Seen::path).containsExactly("easy", "stubborn");
        }
    }

    @Test
    void survives_an_error_in_the_route() throws Exception {
        List<String> thrown = new CopyOnWriteArrayList<>();
        try (WatchingRoute route = new WatchingRoute().first(exchange -> {
            if (thrown.isEmpty()) {
                thrown.add("once");
                throw new StackOverflowError("thrown by a test");
            }
        })) {
            route.start(directory, "?events=CREATE");
            Files.createFile(directory.resolve("file"));
            route.awaitEvent("CREATE", "file");
        }
    }
}
