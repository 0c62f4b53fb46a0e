package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import io.bactrian.tree.SafeOpen;
import io.bactrian.tree.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KindChangesTest {
    @TempDir
    Path root;

    @Test
    void never_reports_a_path_that_is_gone() {
        KindChanges unsteady = new KindChanges(root);
        for (int i = 0; i < 100; i++) {
            assertThat(unsteady.trouble("x", Stat.Kind.FILE, new NoSuchFileException("x"))).isEmpty();
        }
    }

    @Test
    void reports_a_path_that_keeps_changing_its_kind_after_20_attempts() throws IOException {
        Files.writeString(root.resolve("x"), "a file");
        KindChanges unsteady = new KindChanges(root);
        for (int i = 0; i < 20; i++) {
            assertThat(unsteady.trouble("x", Stat.Kind.DIRECTORY, new NotDirectoryException("x"))).isEmpty();
        }
        assertThat(unsteady.trouble("x", Stat.Kind.DIRECTORY, new IOException("odd"))).hasValueSatisfying(why ->
                assertThat(why).contains("its type changed").contains("once its type stays the same"));
        assertThat(unsteady.trouble("x", Stat.Kind.DIRECTORY, new IOException("odd"))).isEmpty();
    }

    @Test
    void reports_an_unreadable_path_of_the_same_kind_at_once() throws IOException {
        Files.writeString(root.resolve("x"), "a file");
        assertThat(new KindChanges(root).trouble("x", Stat.Kind.FILE, new AccessDeniedException("x"))).hasValueSatisfying(why ->
                assertThat(why).contains("permission denied"));
    }

    @Test
    void a_path_that_was_read_meanwhile_has_all_attempts_again() {
        KindChanges unsteady = new KindChanges(root);
        for (int i = 0; i < 30; i++) {
            assertThat(unsteady.trouble("x", Stat.Kind.DIRECTORY, new NotDirectoryException("x"))).isEmpty();
            unsteady.read(i % 15 == 0 ? "x" : "y");
        }
    }

    @Test
    void counts_the_attempts_of_a_bounded_number_of_paths() {
        KindChanges unsteady = new KindChanges(root);
        for (int others : new int[] {9_998, 9_999}) {
            for (int i = 0; i < 20; i++) {
                unsteady.trouble("x", Stat.Kind.DIRECTORY, new NotDirectoryException("x"));
            }
            for (int i = 0; i < others; i++) {
                unsteady.trouble("y" + i, Stat.Kind.DIRECTORY, new NotDirectoryException("y"));
            }

            assertThat(unsteady.trouble("x", Stat.Kind.DIRECTORY, new NotDirectoryException("x")).isPresent()).isEqualTo(others == 9_998);
            IntStream.range(0, others).forEach(i -> unsteady.read("y" + i));
        }
    }

    @Test
    void compares_a_path_again_whose_fault_is_that_of_another_kind() throws IOException {
        Files.writeString(root.resolve("x"), "a file, as it was listed");
        for (String reason : List.of("Is a directory", "Not a directory", "Too many levels of symbolic links", SafeOpen.NO_FILE)) {
            assertThat(new KindChanges(root).trouble("x", Stat.Kind.FILE, new FileSystemException("x", null, reason))).as(reason).isEmpty();
        }
        assertThat(new KindChanges(root).trouble("x", Stat.Kind.FILE, new FileSystemException("x", null, "Input/output error"))).isPresent();
        assertThat(new KindChanges(root).trouble("gone", Stat.Kind.FILE, new IOException("odd"))).isEmpty();
    }
}
