package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

import io.bactrian.tree.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnsteadyTest {
    @TempDir
    Path root;

    @Test
    void what_is_gone_is_no_trouble_however_often() {
        Unsteady unsteady = new Unsteady(root);
        for (int i = 0; i < 100; i++) {
            assertThat(unsteady.trouble("x", Stat.Kind.FILE, new NoSuchFileException("x"))).isEmpty();
        }
    }

    @Test
    void what_is_of_another_kind_now_is_no_trouble_for_a_while_and_then_told_with_what_it_takes() throws IOException {
        Files.writeString(root.resolve("x"), "a file");
        Unsteady unsteady = new Unsteady(root);
        for (int i = 0; i < 20; i++) {
            assertThat(unsteady.trouble("x", Stat.Kind.DIRECTORY, new NotDirectoryException("x"))).isEmpty();
        }
        assertThat(unsteady.trouble("x", Stat.Kind.DIRECTORY, new IOException("odd"))).hasValueSatisfying(why ->
                assertThat(why).contains("another kind").contains("once it stays what it is"));
        assertThat(unsteady.trouble("x", Stat.Kind.DIRECTORY, new IOException("odd"))).isEmpty();
    }

    @Test
    void what_is_still_what_it_was_and_cannot_be_read_is_trouble_at_once() throws IOException {
        Files.writeString(root.resolve("x"), "a file");
        assertThat(new Unsteady(root).trouble("x", Stat.Kind.FILE, new AccessDeniedException("x"))).hasValueSatisfying(why ->
                assertThat(why).contains("permission denied"));
    }
}
