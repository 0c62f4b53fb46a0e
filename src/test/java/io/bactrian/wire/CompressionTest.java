package io.bactrian.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;

import io.bactrian.wire.Zstandard.Sample;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompressionTest {
    /** Compresses like source code: 400 MB/s, to a quarter. */
    private static final Sample TEXT = new Sample(0.25, 2.5);

    private final Compression compression = new Compression();

    @BeforeEach
    void a_target_accepts_zstd() {
        compression.accepted("zstd, gzip");
    }

    private int levelAt(double megabytesPerSecond) {
        compression.sent(1_000_000, 1_000_000, (long) (1_000_000 * 1000 / megabytesPerSecond));
        return compression.level(TEXT);
    }

    @Test
    void the_level_is_the_higher_the_slower_the_link() {
        assertThat(levelAt(1000)).isZero();
        Compression slower = new Compression();
        assertThat(slower.level(TEXT)).as("a link that is not known").isPositive();
        assertThat(levelAfter(50)).isPositive();
        assertThat(levelAfter(10)).isEqualTo(3);
        assertThat(levelAfter(1)).isEqualTo(9);
    }

    private static int levelAfter(double megabytesPerSecond) {
        CompressionTest link = new CompressionTest();
        for (int i = 0; i < 100; i++) {
            link.levelAt(megabytesPerSecond);
        }
        return link.levelAt(megabytesPerSecond);
    }

    @Test
    void high_latency_is_not_taken_for_low_bandwidth() {
        for (int i = 0; i < 100; i++) {
            compression.sent(1000, 1000, 50_000_000);
            compression.sent(1_000_000, 1_000_000, 51_000_000);
        }

        assertThat(compression.level(TEXT)).isLessThan(levelAfter(20));
    }

    @Test
    void a_small_request_that_took_long_does_not_make_a_slow_link_fast() {
        for (int i = 0; i < 100; i++) {
            compression.sent(1000, 1000, 2_000_000_000);
            compression.sent(1_000_000, 1_000_000, 1_000_000_000);
        }

        assertThat(compression.level(TEXT)).isEqualTo(levelAfter(4));
    }

    @Test
    void one_slow_answer_does_not_make_a_link_slow() {
        levelAt(1000);

        assertThat(levelAt(0.01)).isZero();
    }

    @Test
    void reads_the_processing_time_that_the_target_reports() {
        assertThat(WireHeaders.nanos(WireHeaders.timing(1_234_560_000))).isEqualTo(1_234_560_000);
        for (String other : new String[] {"", "target", "db;dur=5", "target;dur=-1", "target;dur=1e9", "target;dur=1234567890123"}) {
            assertThat(WireHeaders.nanos(other)).as(other).isZero();
        }
    }

    @Test
    void a_small_body_does_not_affect_the_estimated_speed() {
        for (int i = 0; i < 100; i++) {
            compression.sent(1000, 1000, 1_000_000_000);
        }

        assertThat(compression.level(TEXT)).isEqualTo(new Compression().level(TEXT));
    }

    @Test
    void does_not_compress_if_the_target_does_not_accept_it() {
        byte[] body = new byte[50_000];

        assertThat(compression.shorter(ByteBuffer.wrap(body))).isPresent();
        compression.accepted("gzip");
        assertThat(compression.shorter(ByteBuffer.wrap(body))).as("it takes gzip only").isEmpty();
        compression.accepted("");
        assertThat(compression.shorter(ByteBuffer.wrap(body))).as("an older target").isEmpty();
        compression.accepted("zstd");
        assertThat(compression.shorter(ByteBuffer.wrap(body))).isPresent();
        compression.refused();
        compression.accepted("zstd");
        assertThat(compression.shorter(ByteBuffer.wrap(body))).as("it refused").isEmpty();
    }

    @Test
    void sends_a_body_unencoded_if_it_would_not_become_shorter() {
        byte[] noise = new byte[4 << 20];
        new Random(1).nextBytes(noise);

        assertThat(compression.shorter(ByteBuffer.wrap(noise))).isEmpty();
        assertThat(compression.shorter(ByteBuffer.wrap(noise, 1000, 2000))).isEmpty();
        assertThat(compression.shorter(ByteBuffer.allocate(Compression.LEAST - 1))).isEmpty();
    }

    @Test
    void counts_the_bytes_saved() {
        compression.sent(1000, 200, 5);
        compression.sent(50, 50, 5);

        assertThat(compression.status()).isEqualTo(new Status.Wire(1050, 250));
    }
}
