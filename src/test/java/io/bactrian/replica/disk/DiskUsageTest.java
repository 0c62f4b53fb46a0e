package io.bactrian.replica.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.content.StagingUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUsageTest {
    @TempDir
    Path own;

    @Test
    void reports_the_size_of_each_part_and_the_sum() throws IOException {
        Files.write(own.resolve("index.db"), new byte[1000]);
        Files.write(own.resolve("index.db-journal"), new byte[200]);
        Files.write(own.resolve("index.db.damaged"), new byte[30]);
        Files.write(own.resolve("lock"), new byte[7]);
        Files.write(Files.createDirectory(own.resolve("reserve")).resolve("space"), new byte[4000]);
        Files.write(Files.createDirectory(own.resolve("staging")).resolve("tmp-1"), new byte[50_000]);
        DiskUsage space = DiskUsage.of(own, 600_000);
        assertThat(space).isEqualTo(new DiskUsage(new StagingUsage(0, 50_000), 1230, 4000, 600_000));
        assertThat(space.all()).isEqualTo(655_230);
    }

    @Test
    void reports_zero_for_a_missing_directory() {
        assertThat(DiskUsage.of(own.resolve("not-there"), 0).all()).isZero();
    }
}
