package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was made for a fast start is used where it fits, and only there. */
class PreparedTest {
    @TempDir
    Path dir;
    private Path jar;
    private Prepared prepared;

    @BeforeEach
    void prepare() throws IOException {
        jar = Files.writeString(dir.resolve("it.jar"), "a jar");
        prepared = new Prepared(Files.createDirectory(dir.resolve("it.start")));
        Files.writeString(prepared.archive(), "an archive");
        note(prepared.identity(jar));
    }

    @Test
    void is_found_beside_its_jar() {
        assertThat(Prepared.find(jar.toString())).contains(prepared);
    }

    @Test
    void is_not_found_without_notes_or_without_a_jar() throws IOException {
        assertThat(Prepared.find(dir.toString())).isEmpty();
        assertThat(Prepared.find(jar + ":" + jar)).isEmpty();
        Files.delete(prepared.directory().resolve(Prepared.NOTES));
        assertThat(Prepared.find(jar.toString())).isEmpty();
    }

    @Test
    void is_not_used_with_another_jar() throws IOException {
        Files.writeString(jar, "!", StandardOpenOption.APPEND);
        assertThat(Prepared.find(jar.toString())).isEmpty();
    }

    /** A JVM takes its archive only for the path for which it was made. */
    @Test
    void is_not_used_in_another_place() throws IOException {
        Path there = Files.createDirectory(dir.resolve("there"));
        Files.move(prepared.directory(), there.resolve("it.start"));
        Path moved = Files.move(jar, there.resolve("it.jar"));
        assertThat(Prepared.find(moved.toString())).isEmpty();
    }

    @Test
    void is_found_by_another_name_of_its_place() throws IOException {
        Path link = Files.createSymbolicLink(dir.resolve("link"), dir);
        assertThat(Prepared.find(link.resolve("it.jar").toString())).isPresent();
    }

    @Test
    void is_not_used_with_half_an_archive_or_none() throws IOException {
        Files.writeString(prepared.archive(), "an");
        assertThat(Prepared.find(jar.toString())).isEmpty();
        Files.delete(prepared.archive());
        assertThat(Prepared.find(jar.toString())).isEmpty();
    }

    @Test
    void is_not_used_with_another_jvm() throws IOException {
        Properties other = prepared.identity(jar);
        other.setProperty("java", "Another VM 99");
        note(other);
        assertThat(Prepared.find(jar.toString())).isEmpty();
    }

    @Test
    void is_not_used_with_notes_that_are_damaged() throws IOException {
        Files.writeString(prepared.directory().resolve(Prepared.NOTES), "\\uZZZZ");
        assertThat(Prepared.find(jar.toString())).isEmpty();
    }

    private void note(Properties identity) throws IOException {
        try (OutputStream out = Files.newOutputStream(prepared.directory().resolve(Prepared.NOTES))) {
            identity.store(out, null);
        }
    }
}
