package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.bactrian.tree.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** A file that is a FIFO by the time at which it is read holds nobody up. */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class SwappedForFifoTest {
    @TempDir
    Path dir;

    @Test
    void compares_it_again_whatever_its_size_was() throws Exception {
        try (Source source = new Source(dir).write("f", "content")) {
            Stat stat = Stat.of(dir.resolve("f")).orElseThrow();
            Files.delete(dir.resolve("f"));
            assumeTrue(new ProcessBuilder("mkfifo", dir.resolve("f").toString()).start().waitFor() == 0, "there is no mkfifo here");
            source.files.compare("f", stat, Optional.empty(), false, 0644, source);
            assertThat(source.later).containsExactly("f");
            assertThat(source.told()).isEmpty();
            assertThat(source.troubles).isEmpty();
            assertThatThrownBy(() -> source.files.digest("f", stat)).hasMessageContaining("Not a regular file");
            assertThatThrownBy(() -> source.files.part("f", 0, ByteBuffer.allocate(1))).hasMessageContaining("Not a regular file");
            assertThatThrownBy(() -> source.files.open("f")).hasMessageContaining("Not a regular file");
        }
    }
}
