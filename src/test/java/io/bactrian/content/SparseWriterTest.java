package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.bactrian.OwnDirectory;
import io.bactrian.tree.Statx;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SparseWriterTest {
    /** Alternating runs of zeros and other bytes of these lengths. */
    private static byte[] content(List<Integer> lengths) {
        byte[] content = new byte[lengths.stream().mapToInt(it -> it).sum()];
        Random random = new Random(content.length);
        int at = 0;
        for (int i = 0; i < lengths.size(); at += lengths.get(i++)) {
            byte[] run = new byte[i % 2 * lengths.get(i)];
            random.nextBytes(run);
            System.arraycopy(run, 0, content, at, run.length);
        }
        return content;
    }

    @Property(tries = 200)
    void written_data_reads_back_at_any_offset_and_split(
            @ForAll @Size(max = 6) List<@IntRange(max = 20_000) Integer> lengths, @ForAll @IntRange(max = 9_000) int offset,
            @ForAll @IntRange(min = 1, max = 7_000) int piece) throws IOException {
        byte[] content = content(lengths);
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int at = 0; at < content.length; at += piece) {
            pieces.add(ByteBuffer.wrap(content, at, Math.min(piece, content.length - at)));
        }
        try (OwnDirectory own = OwnDirectory.make(); FileChannel channel = open(own)) {
            SparseWriter.write(channel, offset, pieces);
            long end = channel.size();
            byte[] expected = Arrays.copyOf(new byte[offset], offset + content.length);
            System.arraycopy(content, 0, expected, offset, content.length);
            assertThat(Arrays.copyOf(Files.readAllBytes(file(own)), expected.length)).isEqualTo(expected);
            assertThat(end).isLessThanOrEqualTo(expected.length);
            assertThat(pieces).allSatisfy(it -> assertThat(it.position() % piece).as("they stay the caller's").isZero());
        }
    }

    @Property(tries = 100)
    void a_complete_content_has_the_right_length(@ForAll @Size(max = 5) List<@IntRange(max = 20_000) Integer> lengths)
            throws IOException {
        byte[] content = content(lengths);
        try (OwnDirectory own = OwnDirectory.make(); FileChannel channel = open(own)) {
            SparseWriter.writeWhole(channel, content);
            assertThat(file(own)).hasBinaryContent(content);
        }
    }

    @Property(tries = 50)
    void pages_of_zeros_take_no_space(@ForAll @IntRange(min = 1, max = 100) int pages) throws IOException {
        try (OwnDirectory own = OwnDirectory.make(); FileChannel channel = open(own)) {
            byte[] content = new byte[4096 * pages + 1];
            content[4096 * pages] = 1;
            assertThat(SparseWriter.write(channel, 0, List.of(ByteBuffer.wrap(content)))).isEqualTo(1);
            assertThat(Statx.allocated(file(own))).isLessThanOrEqualTo(4096);
        }
    }

    private static FileChannel open(OwnDirectory own) throws IOException {
        return FileChannel.open(file(own), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static Path file(OwnDirectory own) {
        return own.path().resolve("file");
    }
}
