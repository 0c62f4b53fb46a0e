package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import io.bactrian.plan.Uploads;
import io.bactrian.tree.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose size is not what a read gives, as the kernel's own are: nothing that would be sent of them would stay true. */
class SizeMismatchTest {
    private static final Path MORE = Path.of("/proc/sys/vm/swappiness");
    private static final Path FEWER = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    @TempDir
    Path dir;

    @Test
    void holds_back_a_file_whose_size_differs_from_its_stat() throws IOException {
        for (Path odd : new Path[] {MORE, FEWER}) {
            assumeTrue(Files.isReadable(odd), "there is no " + odd + " here");
            try (Source source = new Source(odd.getParent())) {
                // More than the fixture sends whole
                source.files = new FileReader(source.root, 10_000, source.uploads);
                String name = odd.getFileName().toString();
                for (int i = 0; i < 6; i++) {
                    source.files.compare(name, Stat.of(odd).orElseThrow(), Optional.empty(), false, 0644, source);
                }
                assertThat(source.troubles.get(name)).contains("its size is reported as", odd == MORE ? "more" : "fewer", "--exclude");
                assertThat(source.told()).isEmpty();
            }
        }
    }

    @Test
    void reports_a_large_file_that_is_shorter_than_its_stat_unless_it_changes() throws IOException {
        assumeTrue(Files.isReadable(FEWER), "there is no " + FEWER + " here");
        FileReader reader = new FileReader(FEWER.getParent(), 0, new Uploads(1, 1));
        Stat stat = Stat.of(FEWER).orElseThrow();
        assertThatThrownBy(() -> reader.digest(FEWER.getFileName().toString(), stat)).hasMessageContaining("fewer");

        Files.writeString(dir.resolve("log"), "a line");
        Stat before = Stat.of(dir.resolve("log")).orElseThrow();
        Files.writeString(dir.resolve("log"), "");
        FileReader other = new FileReader(dir, 0, new Uploads(1, 1));
        assertThat(other.digest("log", before)).isEmpty();
    }

    @Test
    void accepts_files_that_grow_or_shrink() throws IOException {
        try (Source source = new Source(dir).write("log", "a line")) {
            for (int i = 0; i < 6; i++) {
                Stat stat = Stat.of(dir.resolve("log")).orElseThrow();
                source.write("log", i % 2 == 0 ? "" : "line ".repeat(i));
                source.files.compare("log", stat, Optional.empty(), false, 0644, source);
            }
            assertThat(source.troubles).isEmpty();
            assertThat(source.told()).isNotEmpty();
        }
    }
}
