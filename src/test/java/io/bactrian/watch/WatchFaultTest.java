package io.bactrian.watch;

import static io.bactrian.watch.WatchingRoute.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any {@link Throwable} on the watching thread makes it blind at once, and it recovers by itself. */
@Timeout(600)
class WatchFaultTest {
    private final AtomicReference<Error> error = new AtomicReference<>();

    @TempDir
    Path root;

    private static Error of(String type) {
        return type.equals("StackOverflowError") ? new StackOverflowError("thrown by a test")
                : new OutOfMemoryError("thrown by a test");
    }

    /** Throws the error, if one is set, when a directory named {@code poison} is to be watched. */
    private WatchingRoute watching() {
        WatchingRoute route = new WatchingRoute();
        route.fileWatch.registrar(new Registrar() {
            @Override
            public WatchKey register(Path directory, WatchService service) throws IOException {
                if (directory.endsWith("poison") && error.get() != null) {
                    throw error.get();
                }
                return Registrar.super.register(directory, service);
            }
        });
        return route;
    }

    @ParameterizedTest
    @ValueSource(strings = {"StackOverflowError", "OutOfMemoryError"})
    void an_error_on_the_watching_thread_makes_it_blind_until_it_recovers(String type) throws Exception {
        try (WatchingRoute route = watching().start(root, "")) {
            error.set(of(type));
            Files.createDirectory(root.resolve("poison"));
            await().until(() -> route.state().isBlind());
            route.awaitSeen(seen -> seen.blind().contains(type));
            error.set(null);
            route.awaitRescan(Rescan.TREE, "");
            route.awaitWatched(2);
            await().until(() -> !route.state().isBlind());
            Files.createFile(root.resolve("poison/file"));
            route.awaitEvent("CREATE", "poison/file");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"StackOverflowError", "OutOfMemoryError"})
    void an_error_at_the_start_leaves_it_blind_and_is_retried(String type) throws Exception {
        Files.createDirectory(root.resolve("poison"));
        error.set(of(type));
        try (WatchingRoute route = watching().start(root, "")) {
            assertThat(route.state().blindness()).contains(root.toString(), type);
            error.set(null);
            route.awaitRescan(Rescan.TREE, "");
            route.awaitWatched(2);
        }
    }

    /** Without memory the reason cannot be formatted, so being blind must not depend on it. */
    @Test
    void is_blind_even_if_the_reason_cannot_be_formatted() throws Exception {
        try (WatchingRoute route = watching().start(root, "")) {
            error.set(new OutOfMemoryError() {
                private static final long serialVersionUID = 1L;

                @Override
                public String toString() {
                    throw new OutOfMemoryError("and again");
                }
            });
            Files.createDirectory(root.resolve("poison"));
            await().until(() -> route.state().isBlind());
            error.set(null);
            route.awaitRescan(Rescan.TREE, "");
            await().until(() -> !route.state().isBlind());
        }
    }

    @Test
    void is_blind_until_failed_changes_are_delivered() throws Exception {
        try (WatchingRoute route = new WatchingRoute().first(exchange -> {
            if (error.get() != null) {
                throw error.get();
            }
        }).start(root, "")) {
            error.set(of("StackOverflowError"));
            Files.createFile(root.resolve("file"));
            await().until(() -> route.state().isBlind());
            await().untilAsserted(() -> assertThat(route.state().blindness()).contains("StackOverflowError", "redelivered"));
            error.set(null);
            route.awaitEvent("CREATE", "file");
            await().until(() -> !route.state().isBlind());
        }
    }
}
