package io.bactrian.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescentTest {
    private static final int DEPTH = 300;

    @TempDir
    private Path root;

    @BeforeEach
    void a_deep_tree() throws IOException {
        make(root);
        Handle top = Handle.of(root);
        boolean open = top.isOpen();
        top.close();
        assumeTrue(open, "directories cannot be held open here");
    }

    /** Every level has a file that says which it is. */
    private static void make(Path top) throws IOException {
        Path at = top;
        for (int level = 0; level <= DEPTH; level++, at = at.resolve("d")) {
            Files.createDirectories(at);
            Files.writeString(at.resolve("level"), Integer.toString(level));
        }
    }

    private static String level(Descent descent) throws IOException {
        return Files.readString(descent.here().at("level"));
    }

    private static void enter(Descent descent, int levels) throws IOException {
        for (int i = 0; i < levels; i++) {
            descent.enter("d");
        }
    }

    private static void leave(Descent descent, int levels) {
        for (int i = 0; i < levels; i++) {
            descent.leave();
        }
    }

    private static long openHere(Path root) throws IOException {
        Path real = root.toRealPath();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(it -> leadsBelow(it, real)).count();
        }
    }

    private static boolean leadsBelow(Path descriptor, Path real) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(real);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void holds_few_directories_open_and_is_in_each_that_it_returns_to() throws IOException {
        try (Handle top = Handle.of(root)) {
            try (Descent descent = new Descent(top)) {
                enter(descent, DEPTH);
                assertThat(openHere(root)).isLessThan(70);
                for (int level = DEPTH; level >= 0; level--) {
                    assertThat(level(descent)).isEqualTo(Integer.toString(level));
                    assertThat(openHere(root)).isLessThan(70);
                    if (level > 0) {
                        descent.leave();
                    }
                }
                enter(descent, DEPTH);
                leave(descent, DEPTH / 2);
                enter(descent, 100);
                assertThat(level(descent)).isEqualTo(Integer.toString(DEPTH / 2 + 100));
                assertThat(openHere(root)).isLessThan(70);
            }
            assertThat(openHere(root)).isEqualTo(1);
        }
        assertThat(openHere(root)).isZero();
    }

    @Test
    void does_not_take_another_directory_for_the_one_in_which_it_was() throws IOException {
        try (Handle top = Handle.of(root); Descent descent = new Descent(top)) {
            enter(descent, DEPTH);
            Files.move(root.resolve("d"), root.resolve("away"));
            make(root);

            leave(descent, DEPTH / 2);

            assertThatThrownBy(descent::here).isInstanceOf(NoSuchFileException.class).hasMessageContaining("another directory");
            assertThatThrownBy(() -> descent.enter("d")).isInstanceOf(NoSuchFileException.class);
            assertThat(openHere(root)).isEqualTo(1);
            leave(descent, DEPTH / 2);
            assertThat(level(descent)).isEqualTo("0");
        }
    }

    @Test
    void follows_no_link_on_its_way_back() throws IOException {
        try (Handle top = Handle.of(root); Descent descent = new Descent(top)) {
            enter(descent, DEPTH);
            Files.move(root.resolve("d"), root.resolve("away"));
            Files.createSymbolicLink(root.resolve("d"), root.resolve("away"));

            leave(descent, DEPTH / 2);

            assertThatThrownBy(descent::here).isInstanceOf(NotDirectoryException.class);
            assertThat(openHere(root)).isEqualTo(1);
        }
    }

    @Test
    void stays_where_it_is_while_that_is_near() throws IOException {
        try (Handle top = Handle.of(root); Descent descent = new Descent(top)) {
            enter(descent, 20);
            Files.move(root.resolve("d"), root.resolve("away"));

            descent.leave();

            assertThat(level(descent)).isEqualTo("19");
        }
    }
}
