package io.bactrian.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchStormTest {

    @TempDir
    Path root;

    /** Renames whose events arrive late and in any order, with paths that are outdated by then. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void sees_every_directory_after_a_storm_of_renames(long seed) throws Exception {
        Random random = new Random(seed);
        try (WatchingRoute route = WatchingRoute.on(root)) {
            for (int i = 0; i < 3000; i++) {
                change(random);
            }
            List<Path> directories = directories();
            route.awaitWatched(directories.size());
            for (Path directory : directories) {
                Path probe = Files.createFile(directory.resolve("probe"));
                route.awaitEvent("CREATE", root.relativize(probe).toString());
            }
            assertThat(route.state().isBlind()).isFalse();
            assertThat(directories).hasSizeGreaterThan(5);
        }
    }

    private void change(Random random) throws IOException {
        Path path = somewhere(random);
        try {
            switch (random.nextInt(12)) {
                case 0 -> delete(path);
                case 1, 2, 3 -> Files.move(path, somewhere(random));
                default -> Files.createDirectories(path);
            }
        } catch (FileSystemException impossible) {
            // The source is missing, the destination exists or lies within it: try the next one
        }
    }

    private Path somewhere(Random random) {
        Path path = root;
        for (int depth = random.nextInt(4); depth >= 0; depth--) {
            path = path.resolve("d" + random.nextInt(4));
        }
        return path;
    }

    private List<Path> directories() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isDirectory).toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
