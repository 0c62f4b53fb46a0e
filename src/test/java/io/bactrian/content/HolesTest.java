package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.Tools;
import io.bactrian.tree.Statx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HolesTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path place;

    /** A sparse file with one page of data at each of these offsets. */
    private Path sparse(long size, long... data) throws IOException {
        Path path = place.resolve("sparse");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
            for (long at : data) {
                file.seek(at);
                file.write(new byte[4096]);
            }
        }
        return path;
    }

    @Test
    void finds_unwritten_ranges_the_largest_first() throws IOException {
        Path file = sparse(10 * MIB, 0, 2 * MIB, 2 * MIB + 8192, 9 * MIB);

        assertThat(Holes.of(file, 1 << 16, 10)).containsExactly(new Range(4096, 2 * MIB - 4096),
                new Range(2 * MIB + 12_288, 7 * MIB - 12_288), new Range(9 * MIB + 4096, MIB - 4096));
        assertThat(Holes.of(file, 1 << 16, 1)).containsExactly(new Range(2 * MIB + 12_288, 7 * MIB - 12_288));
        assertThat(Holes.of(file, 1, 10)).hasSize(4);
        assertThat(Holes.of(file, 4096, 10)).as("as small as that").hasSize(4);
        assertThat(Holes.of(file, 4097, 10)).hasSize(3);
        assertThat(Statx.allocated(file)).isEqualTo(4 * 4096);
        assertThat(Tools.openBelow(place)).isZero();
    }

    @Test
    void handles_files_that_are_one_hole_have_none_or_do_not_exist() throws IOException {
        assertThat(Holes.of(sparse(MIB), 1, 10)).containsExactly(new Range(0, MIB));
        assertThat(Holes.of(Files.write(place.resolve("full"), new byte[100_000]), 1, 10)).isEmpty();
        assertThat(Holes.of(Files.createFile(place.resolve("empty")), 1, 10)).isEmpty();
        assertThat(Holes.of(place.resolve("nothing"), 1, 10)).isEmpty();
        assertThat(Holes.of(Files.createSymbolicLink(place.resolve("link"), Path.of("sparse")), 1, 10)).isEmpty();
        assertThat(Statx.allocated(place.resolve("nothing"))).isZero();
    }

    @Test
    void holes_are_not_copied() throws IOException {
        Path from = sparse(5 * MIB, MIB, 3 * MIB);
        Path to = Files.createFile(place.resolve("to"));
        try (CopyRange files = CopyRange.between(from, to)) {
            assertThat(files.copy(MIB + 100, MIB + 100, 3 * MIB)).isEqualTo(3 * MIB);
            assertThat(files.skipped()).isEqualTo(3 * MIB - 3996 - 4096);
        }
        assertThat(Statx.allocated(to)).isLessThanOrEqualTo(2 * 4096);

        Path whole = Files.createFile(place.resolve("whole"));
        CopyRange.whole(from, whole);
        assertThat(Statx.allocated(whole)).isEqualTo(Statx.allocated(from));
        assertThat(whole).hasSameBinaryContentAs(from);
    }
}
