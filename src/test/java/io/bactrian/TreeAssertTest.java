package io.bactrian;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeAssertTest {
    private static final FileTime THEN = FileTime.fromMillis(1_600_000_000_000L);

    @TempDir
    Path a;
    @TempDir
    Path b;

    @BeforeEach
    void twoEqualTrees() throws IOException {
        for (Path root : new Path[] {a, b}) {
            Files.createDirectory(root.resolve("d"));
            Files.setLastModifiedTime(Files.writeString(root.resolve("d/f"), "x"), THEN);
            Files.setLastModifiedTime(root.resolve("d"), THEN);
            Files.setLastModifiedTime(root, THEN);
        }
    }

    @Test
    void equal_trees_are_equal_and_own_folder_does_not_count() throws IOException {
        Files.createDirectory(a.resolve(".bactrian"));
        Files.setLastModifiedTime(a, THEN);
        assertThatTree(a).equalsTree(b).holdsExactly("d", "d/f");
    }

    @Test
    void names_what_is_extra_missing_or_different() throws IOException {
        Files.setLastModifiedTime(a.resolve("d/f"), FileTime.fromMillis(1_600_000_000_001L));
        Files.createSymbolicLink(a.resolve("link"), Path.of("nowhere"));
        Files.writeString(b.resolve("more"), "");
        assertThatThrownBy(() -> assertThatTree(a).equalsTree(b)).isInstanceOf(AssertionError.class)
                .hasMessageContaining("differs: d/f").hasMessageContaining("extra:   link")
                .hasMessageContaining("-> nowhere").hasMessageContaining("missing: more");
    }

    @Test
    void remembers_a_tree_as_it_was() throws IOException {
        TreeSnapshot before = TreeSnapshot.of(a);
        Files.writeString(a.resolve("d/f"), "y");
        assertThatThrownBy(() -> assertThatTree(a).equalsTree(before)).isInstanceOf(AssertionError.class);
    }
}
