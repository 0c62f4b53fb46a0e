package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;

import io.bactrian.OwnDirectory;
import io.bactrian.Tools;
import io.bactrian.tree.Statx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyRangeTest {
    @TempDir
    Path place;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4096, 3_000_001})
    void a_copy_is_equal_and_independent_of_its_original(int length) throws IOException {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        Path from = Files.write(place.resolve("fröm"), content);
        Path to = Files.createFile(place.resolve("to"));
        CopyRange.whole(from, to);
        Files.writeString(from, "something else");
        assertThat(to).hasBinaryContent(content);
    }

    @Test
    void copies_ranges_to_the_requested_offsets() throws IOException {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        Path to = Files.createFile(place.resolve("to"));
        try (CopyRange files = CopyRange.between(Files.write(place.resolve("from"), content), to)) {
            assertThat(files.copy(100_001, 200_000, 50_000)).isEqualTo(50_000);
            assertThat(files.copy(1, 0, 200_000)).isEqualTo(200_000);
            assertThat(files.copy(299_990, 250_000, 100)).as("it ends before").isEqualTo(10);
            assertThat(files.copy(300_001, 0, 100)).as("behind its end").isZero();
        }
        assertThat(to).hasBinaryContent(ByteBuffer.allocate(250_010).put(content, 1, 200_000).put(content, 100_001, 50_000)
                .put(content, 299_990, 10).array());
        assertThat(Tools.openBelow(place)).isZero();
    }

    @Test
    void copies_from_another_file_system() throws IOException {
        byte[] content = Tools.random(300_000, 1);
        try (OwnDirectory memory = OwnDirectory.inMemory()) {
            Path from = Files.write(memory.path().resolve("from"), content);
            Path to = Files.createFile(place.resolve("to"));
            try (CopyRange files = CopyRange.between(from, to)) {
                assertThat(files.copy(1000, 500, 400_000)).isEqualTo(299_000);
            }
            assertThat(to).hasBinaryContent(ByteBuffer.allocate(299_500).position(500).put(content, 1000, 299_000).array());
            assertThat(Tools.openBelow(memory.path()) + Tools.openBelow(place)).isZero();
        }
    }

    @Test
    void a_whole_file_that_ends_with_a_hole_keeps_its_size_and_its_hole() throws IOException {
        Path from = Files.write(place.resolve("from"), Tools.random(4096, 1));
        try (RandomAccessFile file = new RandomAccessFile(from.toFile(), "rw")) {
            file.setLength(50L << 20);
        }
        Path to = Files.createFile(place.resolve("to"));

        CopyRange.whole(from, to);

        assertThat(Files.mismatch(from, to)).isEqualTo(-1);
        assertThat(Statx.allocated(to)).isEqualTo(4096);
    }

    @Test
    void does_not_copy_unreadable_files_and_links() throws IOException {
        Path to = Files.createFile(place.resolve("to"));
        Path link = Files.createSymbolicLink(place.resolve("link"), Files.writeString(place.resolve("file"), "x"));
        assertThatThrownBy(() -> CopyRange.whole(place.resolve("nothing"), to)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> CopyRange.whole(link, to)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> CopyRange.whole(to, place.resolve("nothing"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> CopyRange.whole(to, link)).isInstanceOf(IOException.class);
        assertThat(to).isEmptyFile();
        assertThat(Tools.openBelow(place)).isZero();
    }

    /** Needs a directory on a file system with reflinks, such as XFS: {@code -Dtest.reflink=/mnt/xfs}. */
    @Test
    void copies_share_blocks_if_the_file_system_supports_it() throws IOException {
        String directory = System.getProperty("test.reflink", "");
        org.assertj.core.api.Assumptions.assumeThat(directory).isNotEmpty();
        try (OwnDirectory own = OwnDirectory.in(Path.of(directory))) {
            Path from = Files.write(own.path().resolve("a"), new byte[1 << 20]);
            Path to = Files.createFile(own.path().resolve("b"));
            try (CopyRange files = CopyRange.between(from, to)) {
                assertThat(files.shares()).isTrue();
            }
            assertThat(Files.mismatch(from, to)).isEqualTo(-1);
        }
    }
}
