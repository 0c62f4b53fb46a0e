package io.bactrian.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

import io.bactrian.Tools;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStackTest {
    private static final int DEPTH = 300;

    @TempDir
    private Path root;

    @BeforeEach
    void a_deep_tree() throws IOException {
        make(root);
        DirectoryHandle top = DirectoryHandle.of(root);
        boolean open = top.isOpen();
        top.close();
        assumeTrue(open, "directories cannot be held open here");
    }

    /** Every level has a file that contains its number. */
    private static void make(Path top) throws IOException {
        Path at = top;
        for (int level = 0; level <= DEPTH; level++, at = at.resolve("d")) {
            Files.createDirectories(at);
            Files.writeString(at.resolve("level"), Integer.toString(level));
        }
    }

    private static String level(DirectoryStack stack) throws IOException {
        return Files.readString(stack.here().at("level"));
    }

    private static void enter(DirectoryStack stack, int levels) throws IOException {
        for (int i = 0; i < levels; i++) {
            stack.enter("d");
        }
    }

    private static void leave(DirectoryStack stack, int levels) {
        for (int i = 0; i < levels; i++) {
            stack.leave();
        }
    }

    @Test
    void keeps_few_directories_open_and_returns_to_each() throws IOException {
        try (DirectoryHandle top = DirectoryHandle.of(root)) {
            try (DirectoryStack stack = new DirectoryStack(top)) {
                enter(stack, DEPTH);
                assertThat(Tools.openBelow(root)).isLessThan(70);
                for (int level = DEPTH; level >= 0; level--) {
                    assertThat(level(stack)).isEqualTo(Integer.toString(level));
                    assertThat(Tools.openBelow(root)).isLessThan(70);
                    if (level > 0) {
                        stack.leave();
                    }
                }
                enter(stack, DEPTH);
                leave(stack, DEPTH / 2);
                enter(stack, 100);
                assertThat(level(stack)).isEqualTo(Integer.toString(DEPTH / 2 + 100));
                assertThat(Tools.openBelow(root)).isLessThan(70);
            }
            assertThat(Tools.openBelow(root)).isEqualTo(1);
        }
        assertThat(Tools.openBelow(root)).isZero();
    }

    @Test
    void detects_a_replaced_directory() throws IOException {
        try (DirectoryHandle top = DirectoryHandle.of(root); DirectoryStack stack = new DirectoryStack(top)) {
            enter(stack, DEPTH);
            Files.move(root.resolve("d"), root.resolve("away"));
            make(root);

            leave(stack, DEPTH / 2);

            assertThatThrownBy(stack::here).isInstanceOf(NoSuchFileException.class).hasMessageContaining("another directory");
            assertThatThrownBy(() -> stack.enter("d")).isInstanceOf(NoSuchFileException.class);
            assertThat(Tools.openBelow(root)).isEqualTo(1);
            leave(stack, DEPTH / 2);
            assertThat(level(stack)).isEqualTo("0");
        }
    }

    /** What is below it was moved into the new directory, so that only this one differs. */
    @Test
    void detects_a_replaced_directory_whichever_of_those_that_it_reopens_it_is() throws IOException {
        int reopened = DEPTH - 64;
        for (int level : new int[] {reopened, reopened - 1, reopened - 31}) {
            try (DirectoryHandle top = DirectoryHandle.of(root); DirectoryStack stack = new DirectoryStack(top)) {
                enter(stack, DEPTH);
                Path replaced = root.resolve("d/".repeat(level));
                Path aside = Files.move(replaced, root.resolve("aside" + level));
                Files.createDirectory(replaced);
                Files.move(aside.resolve("d"), replaced.resolve("d"));

                leave(stack, 64);

                assertThatThrownBy(stack::here).as("level %d", level).isInstanceOf(NoSuchFileException.class)
                        .hasMessageContaining("another directory");
            }
        }
    }

    @Test
    void does_not_follow_links_on_its_way_back() throws IOException {
        try (DirectoryHandle top = DirectoryHandle.of(root); DirectoryStack stack = new DirectoryStack(top)) {
            enter(stack, DEPTH);
            Files.move(root.resolve("d"), root.resolve("away"));
            Files.createSymbolicLink(root.resolve("d"), root.resolve("away"));

            leave(stack, DEPTH / 2);

            assertThatThrownBy(stack::here).isInstanceOf(NotDirectoryException.class);
            assertThat(Tools.openBelow(root)).isEqualTo(1);
        }
    }

    @Test
    void returns_to_each_directory_where_none_can_be_held_open() throws IOException {
        try (DirectoryHandle top = DirectoryHandle.checked(root); DirectoryStack stack = new DirectoryStack(top)) {
            enter(stack, DEPTH);
            leave(stack, DEPTH / 2);
            assertThat(level(stack)).isEqualTo(Integer.toString(DEPTH / 2));
            assertThatThrownBy(() -> stack.enter("none")).isInstanceOf(NoSuchFileException.class);
            assertThat(level(stack)).isEqualTo(Integer.toString(DEPTH / 2));
        }
    }

    @Test
    void does_not_reopen_nearby_directories() throws IOException {
        try (DirectoryHandle top = DirectoryHandle.of(root); DirectoryStack stack = new DirectoryStack(top)) {
            enter(stack, 20);
            Files.move(root.resolve("d"), root.resolve("away"));

            stack.leave();

            assertThat(level(stack)).isEqualTo("19");
        }
    }
}
