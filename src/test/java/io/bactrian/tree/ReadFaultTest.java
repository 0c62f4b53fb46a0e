package io.bactrian.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadFaultTest {
    @Test
    void gives_the_systems_reason_without_the_path() {
        assertThat(ReadFault.reason(new FileSystemException("/secret/f", null, "File name too long"))).isEqualTo("File name too long");
        assertThat(ReadFault.reason(new NotDirectoryException("/secret/f"))).isEqualTo("Not a directory");
        assertThat(ReadFault.reason(new AccessDeniedException("/secret/f"))).startsWith("permission denied").doesNotContain("/secret");
    }

    @Test
    void describes_an_exception_without_a_message() {
        assertThat(ReadFault.reason(new IOException())).isEqualTo("IOException");
        assertThat(ReadFault.reason(new IOException("the stream is closed"))).isEqualTo("the stream is closed");
    }

    @ParameterizedTest
    @CsvSource({"Too many open files, ulimit -n", "Input/output error, dmesg", "Structure needs cleaning, dmesg",
        "Stale file handle, mount its file system again", "Transport endpoint is not connected, mount its file system again"})
    void names_a_remedy(String said, String remedy) {
        assertThat(ReadFault.reason(new FileSystemException("f", null, said))).startsWith(said + ": ").contains(remedy);
        assertThat(ReadFault.reason(new IOException(said))).startsWith(said + ": ").contains(remedy);
    }
}
