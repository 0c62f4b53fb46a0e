package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteProbeTest {
    @TempDir
    Path directory;

    @Test
    void finds_no_obstacle_in_a_writable_directory_and_leaves_no_file() {
        assertThat(WriteProbe.hindrance(directory)).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void reports_a_missing_directory() {
        assertThat(WriteProbe.hindrance(directory.resolve("gone"))).get().isInstanceOf(NoSuchFileException.class)
                .extracting(WriteProbe::remedy).isEqualTo("it does not exist: restore it");
    }

    @ParameterizedTest
    @CsvSource({"Read-only file system, mount it for writing", "Too many open files, ulimit -n",
        "No space left on device, free some space", "Disk quota exceeded, free some space", "Input/output error, Input/output error"})
    void names_a_remedy(String said, String remedy) {
        assertThat(WriteProbe.remedy(new FileSystemException("f", null, said))).contains(remedy);
        assertThat(WriteProbe.remedy(new IOException(said))).contains(remedy);
    }

    @Test
    void reports_missing_write_permission() {
        assertThat(WriteProbe.remedy(new AccessDeniedException("/secret/f"))).contains("write access").doesNotContain("/secret");
    }
}
