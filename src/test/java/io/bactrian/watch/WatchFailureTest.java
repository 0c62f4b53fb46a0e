package io.bactrian.watch;

import static io.bactrian.watch.WatchingRoute.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchFailureTest {

    @TempDir
    Path parent;

    @Test
    void starts_blind_without_its_root_and_recovers_when_it_appears() throws Exception {
        Path root = parent.resolve("root");
        try (WatchingRoute route = WatchingRoute.on(root)) {
            assertThat(route.state().blindness()).contains(root.toString(), "does not exist");
            assertThat(route.state().watchedDirectories()).isZero();
            route.awaitSeen(seen -> seen.path().isEmpty() && seen.type().isEmpty()
                    && seen.blind().contains("does not exist"));
            assertThat(root).doesNotExist();

            Files.createDirectories(root.resolve("sub"));
            route.awaitRescan(Rescan.TREE, "");
            await().until(() -> !route.state().isBlind());
            assertThat(route.state().watchedDirectories()).isEqualTo(2);
            Files.createFile(root.resolve("sub/file"));
            route.awaitEvent("CREATE", "sub/file");
        }
    }

    @Test
    void creates_its_root_only_when_asked_to() {
        Path root = parent.resolve("root");
        try (WatchingRoute route = new WatchingRoute().start(root, "?autoCreate=true")) {
            assertThat(route.state().isBlind()).isFalse();
            assertThat(root).isDirectory();
        }
    }

    @Test
    void is_blind_when_its_root_is_deleted() throws Exception {
        Path root = Files.createDirectory(parent.resolve("root"));
        try (WatchingRoute route = WatchingRoute.on(root)) {
            Files.delete(root);
            await().until(() -> route.state().isBlind());
            route.awaitSeen(seen -> !seen.blind().isEmpty());
            Files.createDirectory(root);
            route.awaitRescan(Rescan.TREE, "");
            Files.createFile(root.resolve("file"));
            route.awaitEvent("CREATE", "file");
        }
    }

    /** File systems give a new directory the inode of the one that was just deleted. */
    @Test
    void notices_that_its_root_was_deleted_and_recreated() throws Exception {
        Path root = Files.createDirectory(parent.resolve("root"));
        try (WatchingRoute route = WatchingRoute.on(root)) {
            Files.delete(root);
            Files.createDirectory(root);
            route.awaitRescan(Rescan.TREE, "");
            Files.createFile(root.resolve("file"));
            route.awaitEvent("CREATE", "file");
        }
    }

    @Test
    void notices_that_another_directory_replaced_its_root() throws Exception {
        Path root = Files.createDirectory(parent.resolve("root"));
        Files.createDirectories(parent.resolve("other/sub"));
        try (WatchingRoute route = WatchingRoute.on(root)) {
            Files.move(root, parent.resolve("away"));
            Files.move(parent.resolve("other"), root);
            route.awaitSeen(seen -> !seen.blind().isEmpty());
            route.awaitRescan(Rescan.TREE, "");
            route.awaitWatched(2);
            Files.createFile(root.resolve("sub/file"));
            route.awaitEvent("CREATE", "sub/file");
        }
    }

    @Test
    void notices_that_the_link_which_is_its_root_points_elsewhere() throws Exception {
        Path first = Files.createDirectory(parent.resolve("first"));
        Path second = Files.createDirectory(parent.resolve("second"));
        Path link = Files.createSymbolicLink(parent.resolve("link"), first);
        try (WatchingRoute route = WatchingRoute.on(link)) {
            Files.delete(link);
            Files.createSymbolicLink(link, second);
            route.awaitRescan(Rescan.TREE, "");
            Files.createFile(second.resolve("file"));
            route.awaitEvent("CREATE", "file");
        }
    }

    @Test
    void names_the_directory_and_the_remedy_when_the_limit_of_watches_is_reached() throws Exception {
        Path root = Files.createDirectories(parent.resolve("root"));
        Files.createDirectories(root.resolve("refused/deep"));
        Files.createDirectories(root.resolve("watched"));
        Refusing registrar = new Refusing("User limit of inotify watches reached");
        try (WatchingRoute route = new WatchingRoute()) {
            route.fileWatch.registrar(registrar);
            route.start(root, "");
            assertThat(route.state().watchedDirectories()).isEqualTo(2);
            assertThat(route.state().blindness())
                    .contains(root.resolve("refused").toString(), "fs.inotify.max_user_watches");
            route.awaitSeen(seen -> !seen.blind().isEmpty());
            Files.createFile(root.resolve("watched/file"));
            route.awaitEvent("CREATE", "watched/file");

            registrar.refuse("");
            route.awaitRescan(Rescan.TREE, "refused");
            await().until(() -> !route.state().isBlind());
            assertThat(route.state().watchedDirectories()).isEqualTo(4);
            Files.createFile(root.resolve("refused/deep/file"));
            route.awaitEvent("CREATE", "refused/deep/file");
            assertThat(route.seen).filteredOn(seen -> !seen.blind().isEmpty()).hasSize(1);
        }
    }

    @Test
    void reports_a_new_directory_that_it_cannot_watch() throws Exception {
        Refusing registrar = new Refusing("User limit of inotify watches reached");
        try (WatchingRoute route = new WatchingRoute()) {
            route.fileWatch.registrar(registrar);
            route.start(parent, "");
            Files.createDirectory(parent.resolve("refused"));
            route.awaitRescan(Rescan.TREE, "refused");
            await().until(() -> route.state().isBlind());
            Files.delete(parent.resolve("refused"));
            await().until(() -> !route.state().isBlind());
        }
    }

    @Test
    void names_the_remedy_when_no_inotify_instance_can_be_opened() {
        try (WatchingRoute route = new WatchingRoute()) {
            route.fileWatch.registrar(new Registrar() {
                @Override
                public WatchService open(Path root) throws IOException {
                    throw new IOException("User limit of inotify instances reached or too many open files");
                }
            });
            route.start(parent, "");
            assertThat(route.state().blindness()).contains(parent.toString(), "fs.inotify.max_user_instances");
        }
    }

    @Test
    void restarts_when_watching_fails() throws Exception {
        AtomicReference<String> poison = new AtomicReference<>("poison");
        try (WatchingRoute route = new WatchingRoute()) {
            route.fileWatch.registrar(new Registrar() {
                @Override
                public WatchKey register(Path directory, WatchService service) throws IOException {
                    if (directory.endsWith(poison.get())) {
                        throw new IllegalStateException("thrown by a test");
                    }
                    return Registrar.super.register(directory, service);
                }
            });
            route.start(parent, "");
            Files.createDirectory(parent.resolve("poison"));
            route.awaitSeen(seen -> seen.blind().contains("thrown by a test"));
            poison.set("nothing");
            route.awaitRescan(Rescan.TREE, "");
            route.awaitWatched(2);
        }
    }

    @Test
    void is_not_ready_while_it_is_blind() throws Exception {
        Path root = parent.resolve("root");
        try (WatchingRoute route = new WatchingRoute()) {
            HealthCheckRegistry registry = HealthCheckRegistry.get(route.context);
            registry.register(registry.resolveById("consumers"));
            route.start(root, "");
            assertThat(health(route).getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(health(route).getMessage()).hasValueSatisfying(
                    message -> assertThat(message).contains(root.toString()));
            Files.createDirectory(root);
            await().until(() -> health(route).getState() == HealthCheck.State.UP);
            assertThat(health(route).getDetails()).containsEntry("watchedDirectories", 1);
        }
    }

    private static HealthCheck.Result health(WatchingRoute route) {
        return HealthCheckHelper.invokeReadiness(route.context, "full").stream()
                .filter(result -> result.getCheck().getId().equals("consumer:watch"))
                .findFirst().orElseThrow();
    }

    /** Refuses to watch the directory {@code refused} while a reason is set. */
    private static final class Refusing implements Registrar {
        private final AtomicReference<String> reason;

        private Refusing(String reason) {
            this.reason = new AtomicReference<>(reason);
        }

        void refuse(String other) {
            reason.set(other);
        }

        @Override
        public WatchKey register(Path directory, WatchService service) throws IOException {
            if (directory.endsWith("refused") && !reason.get().isEmpty()) {
                throw new IOException(reason.get());
            }
            return Registrar.super.register(directory, service);
        }
    }
}
