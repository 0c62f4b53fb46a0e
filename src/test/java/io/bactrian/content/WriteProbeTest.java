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
    void nothing_hinders_where_a_file_can_be_made_and_none_is_left() {
        assertThat(WriteProbe.hindrance(directory)).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_directory_that_is_gone_hinders() {
        assertThat(WriteProbe.hindrance(directory.resolve("gone"))).get().isInstanceOf(NoSuchFileException.class)
                .extracting(WriteProbe::remedy).isEqualTo("it is gone: put it back");
    }

    @ParameterizedTest
    @CsvSource({"Read-only file system, mount it for writing", "Too many open files, ulimit -n",
        "No space left on device, free some space", "Disk quota exceeded, free some space", "Input/output error, Input/output error"})
    void says_what_helps(String said, String remedy) {
        assertThat(WriteProbe.remedy(new FileSystemException("f", null, said))).contains(remedy);
        assertThat(WriteProbe.remedy(new IOException(said))).contains(remedy);
    }

    @Test
    void who_may_not_write_is_told_to_ask_for_it() {
        assertThat(WriteProbe.remedy(new AccessDeniedException("/secret/f"))).contains("write access").doesNotContain("/secret");
    }
}
