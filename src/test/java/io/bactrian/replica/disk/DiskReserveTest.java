package io.bactrian.replica.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.bactrian.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskReserveTest {
    @TempDir
    Path place;

    private long sparesOn(String options) throws IOException {
        assumeTrue(Tools.succeeds("mount", "-t", "tmpfs", "-o", options, "bactrian-test", place.toString()),
                "mounting needs root");
        try {
            DiskReserve reserve = new DiskReserve(place, place.resolve("reserve"));
            reserve.prepare();
            assertThat(reserve.isGiven()).as("given up").isFalse();
            try (Stream<Path> files = Files.list(place.resolve("reserve"))) {
                return files.filter(file -> file.getFileName().toString().startsWith("inode-")).count();
            }
        } finally {
            Tools.run("umount", "-l", place.toString());
        }
    }

    @Test
    void reserves_a_small_share_of_few_inodes() throws IOException {
        assertThat(sparesOn("size=64m,nr_inodes=40")).isEqualTo(4);
        assertThat(sparesOn("size=64m,nr_inodes=160")).isEqualTo(10);
    }

    @Test
    void reserves_no_more_of_many_inodes_than_needed() throws IOException {
        assertThat(sparesOn("size=64m,nr_inodes=100000")).isEqualTo(32);
    }
}
