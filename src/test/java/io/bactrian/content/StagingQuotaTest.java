package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.bactrian.Tools;
import io.bactrian.tree.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingQuotaTest {
    private static final int BYTES = 100_000;
    private static final long NEVER = System.nanoTime() + Long.MAX_VALUE / 2;

    @TempDir
    Path dir;
    private Path directory;
    private Staging staging;
    private int uploads;

    /** Two uploads, and a hundred thousand bytes. */
    @BeforeEach
    void restart() throws IOException {
        directory = dir.resolve("staging");
        staging = new Staging(directory, new StagingQuota(BYTES, 2));
    }

    private String open(int size) throws IOException {
        return staging.open(Digest.of(new byte[] {(byte) uploads++}), size).id();
    }

    private void write(String id, int offset, int length) throws IOException {
        staging.write(id, offset, ByteBuffer.wrap(Tools.random(length, 1)));
    }

    /** Whether there is room for this many bytes, and for no more. */
    private void assertRoom(int bytes) throws IOException {
        String id = open(2 * BYTES);
        assertThatThrownBy(() -> write(id, 0, bytes + 1)).isInstanceOf(StagingQuotaException.class)
                .hasMessageContaining("limit of 100000 bytes");
        if (bytes > 0) {
            write(id, 0, bytes);
        }
        staging.discard(id);
    }

    @Test
    void limits_the_number_of_uploads() throws IOException {
        String first = open(10);
        open(10);
        assertThatThrownBy(() -> open(10)).isInstanceOf(StagingQuotaException.class).hasMessageContaining("limit of 2");
        assertThat(staging.open(Digest.of(new byte[] {0}), 10).id()).as("that is one of them").isEqualTo(first);

        staging.discard(first);

        open(10);
    }

    @Test
    void limits_what_all_uploads_take_together() throws IOException {
        write(open(BYTES), 0, 40_000);

        assertRoom(60_000);
        assertRoom(60_000);
    }

    @Test
    void bytes_that_arrive_twice_count_once() throws IOException {
        String id = open(BYTES);
        write(id, 0, 30_000);
        write(id, 20_000, 20_000);

        assertRoom(60_000);
    }

    @Test
    void a_part_that_could_not_be_written_takes_nothing() throws IOException {
        String id = open(BYTES);
        Files.delete(directory.resolve(id));
        assertThatThrownBy(() -> write(id, 0, 40_000)).isInstanceOf(IOException.class);

        assertRoom(BYTES);
    }

    @Test
    void zeros_take_nothing() throws IOException {
        String id = open(BYTES);
        staging.zeros(id, List.of(new Range(0, 40_960)));
        staging.write(id, 40_960, ByteBuffer.wrap(new byte[40_960]));

        assertRoom(BYTES);
    }

    @Test
    void copied_bytes_count_and_copied_holes_do_not() throws IOException {
        Path base = Files.write(dir.resolve("base"), Tools.random(40_960, 1));
        try (RandomAccessFile file = new RandomAccessFile(base.toFile(), "rw")) {
            file.setLength(BYTES);
        }

        assertThat(staging.copy(open(BYTES), base, List.of(new Recipe.Copy(0, BYTES, 0)), NEVER)).isTrue();

        assertRoom(BYTES - 40_960);
    }

    @Test
    void uploads_of_an_earlier_process_count_and_are_kept_even_beyond_the_limit() throws IOException {
        String id = open(BYTES);
        write(id, 0, 40_960);
        restart();
        assertRoom(BYTES - 40_960);

        staging = new Staging(directory, new StagingQuota(30_000, 2));
        assertThat(staging.size(id)).isEqualTo(BYTES);
        staging.discard(id);
        write(open(30_000), 0, 30_000);
    }

    @Test
    void what_is_discarded_is_given_back_once() throws IOException {
        String id = open(BYTES);
        write(id, 0, 40_000);
        staging.discard(id);
        staging.discard(id);

        assertRoom(BYTES);
    }

    @Test
    void reports_uploads_and_the_space_that_they_take() throws IOException {
        assertThat(StagingUsage.of(directory)).isEqualTo(new StagingUsage(0, 0));
        write(open(BYTES), 40_960, 8192);
        open(10);

        StagingUsage usage = StagingUsage.of(directory);

        assertThat(usage.uploads()).isEqualTo(2);
        assertThat(usage.bytes()).as("without the hole before it").isBetween(8192L, 20_000L);
    }
}
