package io.bactrian.watch;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedDirectoriesTest {

    @TempDir
    Path outside;

    @Test
    void watches_exactly_the_directories_that_exist() throws Exception {
        Path root = root("sub_1/sub_1_1", "sub_1/sub_1_2", "sub_2");
        Files.createFile(root.resolve("sub_1/sub_1_2/file"));
        try (WatchingRoute route = WatchingRoute.on(root)) {
            assertThat(route.state().watchedDirectories()).isEqualTo(5);
            Files.delete(root.resolve("sub_1/sub_1_1"));
            route.awaitWatched(4);
            Files.createDirectories(root.resolve("sub_2/a/b"));
            route.awaitWatched(6);
            Files.move(root.resolve("sub_1"), outside.resolve("sub_1"));
            route.awaitWatched(4);
        }
    }

    @Test
    void requests_a_comparison_of_a_new_directory_and_reports_later_events() throws Exception {
        Path root = root();
        try (WatchingRoute route = WatchingRoute.on(root)) {
            Files.createDirectories(root.resolve("a/b/c"));
            route.awaitWatched(4);
            Files.createFile(root.resolve("a/b/c/file"));
            route.awaitEvent("CREATE", "a/b/c/file");
            assertThat(route.about("a")).anyMatch(seen -> seen.type().equals("CREATE") && seen.rescan().equals("TREE"));
        }
    }

    @Test
    void watches_a_directory_that_was_moved_in_with_all_below_it() throws Exception {
        Path root = root();
        Files.createDirectories(outside.resolve("in/deep"));
        try (WatchingRoute route = WatchingRoute.on(root)) {
            Files.move(outside.resolve("in"), root.resolve("in"));
            route.awaitRescan(Rescan.TREE, "in");
            assertThat(route.state().watchedDirectories()).isEqualTo(3);
            Files.createFile(root.resolve("in/deep/file"));
            route.awaitEvent("CREATE", "in/deep/file");
        }
    }

    @Test
    void keeps_watching_a_renamed_directory_under_its_new_name() throws Exception {
        Path root = root("old/deep", "other");
        try (WatchingRoute route = WatchingRoute.on(root)) {
            Files.move(root.resolve("old"), root.resolve("new"));
            route.awaitRescan(Rescan.TREE, "new");
            Files.createFile(root.resolve("new/deep/file"));
            route.awaitEvent("CREATE", "new/deep/file");
            Files.move(root.resolve("new"), root.resolve("other/newer"));
            route.awaitRescan(Rescan.TREE, "other/newer");
            Files.createFile(root.resolve("other/newer/deep/file2"));
            route.awaitEvent("CREATE", "other/newer/deep/file2");
            route.awaitWatched(4);
        }
    }

    @Test
    void stays_exact_while_directories_are_renamed_back_and_forth() throws Exception {
        Path root = root("left/a/deep", "right");
        try (WatchingRoute route = WatchingRoute.on(root)) {
            for (int i = 0; i < 200; i++) {
                Files.move(root.resolve("left/a"), root.resolve("right/b"));
                Files.move(root.resolve("right/b"), root.resolve("left/a"));
            }
            Files.createFile(root.resolve("end"));
            route.awaitEvent("CREATE", "end");
            route.awaitWatched(5);
            route.awaitSeen(seen -> seen.rescan().equals("TREE") && seen.path().equals("left/a"));
            Path probe = root.resolve("left/a/deep/probe");
            Files.createFile(probe);
            route.awaitEvent("CREATE", "left/a/deep/probe");
        }
    }

    @Test
    void watches_a_directory_that_was_created_deep_in_one_that_was_renamed_right_after() throws Exception {
        Path root = root("old/deep", "side", "target");
        CountDownLatch goOn = new CountDownLatch(1);
        try (WatchingRoute route = new WatchingRoute().holdAt("hold", goOn).start(root, "")) {
            Files.createDirectory(root.resolve("side/hold"));
            // It has been moved on by the time this is processed
            Files.createDirectory(root.resolve("old/deep/young"));
            // The arrival is reported before the departure, because the target's events are read first
            Files.createFile(root.resolve("target/file"));
            Files.move(root.resolve("old"), root.resolve("target/new"));
            goOn.countDown();
            route.awaitWatched(7);
            Files.createFile(root.resolve("target/new/deep/young/file"));
            route.awaitEvent("CREATE", "target/new/deep/young/file");
        }
    }

    @Test
    void forgets_a_directory_that_was_moved_away() throws Exception {
        Path root = root("gone/deep");
        try (WatchingRoute route = WatchingRoute.on(root)) {
            Files.move(root.resolve("gone"), outside.resolve("gone"));
            route.awaitEvent("DELETE", "gone");
            Files.createFile(outside.resolve("gone/deep/file"));
            Files.createFile(root.resolve("end"));
            route.awaitEvent("CREATE", "end");
            assertThat(route.about("gone/deep/file")).isEmpty();
            assertThat(route.state().watchedDirectories()).isEqualTo(1);
        }
    }

    @Test
    void watches_a_directory_that_replaced_another_of_its_name() throws Exception {
        Path root = root("d");
        try (WatchingRoute route = WatchingRoute.on(root)) {
            for (int i = 0; i < 100; i++) {
                Files.delete(root.resolve("d"));
                Files.createDirectory(root.resolve("d"));
            }
            Files.createFile(root.resolve("end"));
            route.awaitEvent("CREATE", "end");
            route.awaitWatched(2);
            Files.createFile(root.resolve("d/file"));
            route.awaitSeen(seen -> seen.path().equals("d/file"));
            assertThat(route.about("d")).anyMatch(seen -> seen.rescan().equals("TREE"));
        }
    }

    @Test
    void follows_a_path_from_file_to_directory_and_back() throws Exception {
        Path root = root();
        Path path = Files.createFile(root.resolve("path"));
        try (WatchingRoute route = WatchingRoute.on(root)) {
            Files.delete(path);
            Files.createDirectory(path);
            route.awaitWatched(2);
            Files.move(Files.createFile(outside.resolve("file")), root.resolve("file"));
            Files.delete(path);
            Files.move(root.resolve("file"), path, ATOMIC_MOVE);
            route.awaitWatched(1);
            Files.writeString(path, "x");
            route.awaitEvent("MODIFY", "path");
        }
    }

    @Test
    void does_not_follow_symbolic_links() throws Exception {
        Path root = root();
        Path target = Files.createDirectory(outside.resolve("target"));
        Files.createSymbolicLink(root.resolve("before"), target);
        try (WatchingRoute route = WatchingRoute.on(root)) {
            Files.createSymbolicLink(root.resolve("after"), target);
            route.awaitEvent("CREATE", "after");
            Files.createFile(target.resolve("file"));
            Files.createFile(root.resolve("end"));
            route.awaitEvent("CREATE", "end");
            assertThat(route.state().watchedDirectories()).isEqualTo(1);
            assertThat(route.seen).extracting(WatchingRoute.Seen::path).containsOnly("after", "end");
            assertThat(route.about("after")).allMatch(seen -> seen.rescan().isEmpty());
        }
    }

    @Test
    void reports_under_the_configured_path_when_that_is_a_symbolic_link() throws Exception {
        Path link = Files.createSymbolicLink(outside.resolve("link"), root("sub"));
        try (WatchingRoute route = new WatchingRoute()) {
            Set<String> bodies = new HashSet<>();
            route.first(exchange -> bodies.add(exchange.getMessage().getBody().toString())).start(link, "");
            Files.createFile(link.resolve("sub/file"));
            route.awaitEvent("CREATE", "sub/file");
            assertThat(bodies).contains(link.resolve("sub/file").toString());
        }
    }

    @Test
    void misses_nothing_in_4000_directories_unpacked_at_once() throws Exception {
        Path root = root();
        try (WatchingRoute route = new WatchingRoute()) {
            route.first(route::learn).start(root, "");
            IntStream.range(0, 4000).forEach(i -> create(root.resolve(directory(i))));
            Set<String> files = new HashSet<>();
            for (int i = 0; i < 4000; i++) {
                files.add(directory(i) + "/file");
                Files.createFile(root.resolve(directory(i) + "/file"));
            }
            route.awaitLearned(files);
            route.awaitWatched(1 + 40 + 4000);

            route.learned.clear();
            for (String file : files) {
                Files.writeString(root.resolve(file), "changed");
            }
            route.awaitLearned(files);
        }
    }

    @Test
    void watches_10000_existing_directories_before_the_route_has_started() throws Exception {
        Path root = root();
        IntStream.range(0, 10_000).forEach(i -> create(root.resolve(directory(i))));
        try (WatchingRoute route = WatchingRoute.on(root)) {
            assertThat(route.state().watchedDirectories()).isEqualTo(1 + 100 + 10_000);
        }
    }

    private static String directory(int number) {
        return "group" + number / 100 + "/d" + number;
    }

    private Path root(String... directories) throws IOException {
        Path root = Files.createDirectories(outside.resolve("root"));
        for (String directory : directories) {
            create(root.resolve(directory));
        }
        return root;
    }

    private static void create(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
