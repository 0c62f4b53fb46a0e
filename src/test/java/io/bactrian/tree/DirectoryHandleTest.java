package io.bactrian.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryHandleTest {
    @TempDir
    Path root;

    @BeforeEach
    void a_tree() throws Exception {
        Files.createDirectories(root.resolve("a/b"));
        Files.writeString(root.resolve("a/b/f"), "text");
        Files.createSymbolicLink(root.resolve("link"), Path.of("a"));
    }

    @Test
    void opens_a_directory_through_its_parents() throws Exception {
        try (DirectoryHandle top = DirectoryHandle.below(root, ""); DirectoryHandle below = DirectoryHandle.below(root, "a/b")) {
            assertThat(top.stat()).isEqualTo(Stat.of(root).orElseThrow());
            assertThat(below.stat()).isEqualTo(Stat.of(root.resolve("a/b")).orElseThrow());
            assertThat(below.at("f")).hasContent("text");
        }
    }

    @Test
    void does_not_follow_links() {
        assertThatThrownBy(() -> DirectoryHandle.below(root, "link/b")).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> DirectoryHandle.below(root, "a/b/f")).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> DirectoryHandle.below(root, "a/none/b")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void operates_on_the_open_directory_even_after_a_rename() throws Exception {
        Assumptions.assumeTrue(DirectoryHandle.isAvailable(), "directories cannot be held open here");
        try (DirectoryHandle held = DirectoryHandle.below(root, "a/b")) {
            assertThat(held.isOpen()).isTrue();
            Files.move(root.resolve("a"), root.resolve("moved"));
            Files.createDirectories(root.resolve("a/b"));

            Files.writeString(held.at("new"), "");

            assertThat(root.resolve("moved/b/new")).exists();
            assertThat(root.resolve("a/b")).isEmptyDirectory();
        }
    }

    @Test
    void the_stat_of_an_open_directory_equals_that_of_its_path() throws Exception {
        Assumptions.assumeTrue(DirectoryHandle.isAvailable() && Statx.isAvailable(), "there is no statx here");
        Files.setAttribute(root.resolve("a/b/f"), "unix:mode", 04640);
        for (String path : new String[] {"a/b", "a/b/f", "link"}) {
            try (DirectoryHandle handle = DirectoryHandle.ofAnything(root.resolve(path))) {
                assertThat(Statx.of(handle.descriptor())).isEqualTo(Stat.of(root.resolve(path)).orElseThrow());
            }
        }
    }

    @Test
    void reads_the_times_of_a_link_and_of_its_target() throws Exception {
        Assumptions.assumeTrue(Statx.isAvailable(), "there is no statx here");
        Files.setLastModifiedTime(root.resolve("a"), FileTime.from(1_234_567_890_123_456_789L, TimeUnit.NANOSECONDS));

        assertThat(Statx.modified(root.resolve("link"), true)).contains(Time.ofNanos(1_234_567_890_123_456_789L));
        assertThat(Statx.modified(root.resolve("link"), false)).contains(Stat.of(root.resolve("link")).orElseThrow().modified());
        assertThat(Statx.modified(root.resolve("none"), true)).isEmpty();
    }

    @Test
    void where_directories_cannot_be_held_open_their_paths_are_used_without_following_links() throws Exception {
        try (DirectoryHandle handle = DirectoryHandle.checked(root); DirectoryHandle child = handle.child("a");
                DirectoryHandle open = DirectoryHandle.of(root.resolve("a")); DirectoryHandle other = child.child("b")) {
            assertThat(child.isOpen()).isFalse();
            assertThat(child.path()).isEqualTo(root.resolve("a"));
            assertThat(child.stat()).isEqualTo(open.stat());
            assertThat(child.identity()).isEqualTo(open.identity()).isNotEqualTo(other.identity());
            assertThat(Scanner.list(child)).isEqualTo(Scanner.list(open));
            assertThatThrownBy(() -> handle.child("link")).isInstanceOf(NotDirectoryException.class);
            assertThatThrownBy(() -> other.child("f")).isInstanceOf(NotDirectoryException.class);
            assertThatThrownBy(() -> handle.child("none")).isInstanceOf(NoSuchFileException.class);

            Files.move(root.resolve("a"), root.resolve("moved"));
            assertThatThrownBy(child::stat).isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> Scanner.list(child)).isInstanceOf(NoSuchFileException.class);
            Files.createSymbolicLink(root.resolve("a"), Path.of("moved"));
            assertThat(child.identity()).as("of the link").isNotEqualTo(open.identity());
        }
    }

    @Test
    void names_what_it_could_not_open_and_why() {
        Assumptions.assumeTrue(DirectoryHandle.isAvailable(), "directories cannot be held open here");
        Path loop = root.resolve("loop");
        assertThatThrownBy(() -> DirectoryHandle.of(root.resolve("none"))).isInstanceOf(NoSuchFileException.class)
                .hasMessage(root.resolve("none").toString());
        assertThatThrownBy(() -> DirectoryHandle.of(root.resolve("link"))).isInstanceOf(NotDirectoryException.class)
                .hasMessage(root.resolve("link").toString());
        assertThatThrownBy(() -> {
            Files.createSymbolicLink(loop, loop);
            DirectoryHandle.of(loop.resolve("below"));
        }).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> DirectoryHandle.of(root.resolve("x".repeat(300)))).isInstanceOf(FileSystemException.class)
                .hasMessageEndingWith(": File name too long");
    }

    @Test
    void closing_gives_the_file_descriptor_back() throws Exception {
        Assumptions.assumeTrue(DirectoryHandle.isAvailable(), "directories cannot be held open here");
        DirectoryHandle handle = DirectoryHandle.of(root.resolve("a"));
        assertThat(handle.path()).exists();
        handle.close();
        assertThat(Files.isSymbolicLink(handle.path()) && Files.isSameFile(handle.path(), root.resolve("a"))).isFalse();
    }

    @Test
    void a_sparse_file_occupies_less_than_its_length() throws Exception {
        Path sparse = root.resolve("sparse");
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(1 << 20);
        }
        Path full = Files.write(root.resolve("full"), new byte[1 << 20]);

        assertThat(Statx.allocated(sparse)).isLessThan(1 << 20);
        assertThat(Statx.allocated(full)).isGreaterThanOrEqualTo(1 << 20);
        assertThat(Statx.allocated(root.resolve("none"))).isZero();
    }
}
