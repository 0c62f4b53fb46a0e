package io.bactrian.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import com.github.luben.zstd.Zstd;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingTest {
    private static final int MOST = 1 << 20;

    @Property(tries = 300)
    void bodies_survive_encoding_and_decoding(@ForAll Encoding encoding, @ForAll @IntRange(min = 0, max = 300_000) int size,
            @ForAll @IntRange(min = 1, max = 256) int letters, @ForAll long seed) throws IOException {
        byte[] body = text(size, letters, seed);

        byte[] encoded = encoding.encode(body).orElse(null);

        assertThat(encoded == null || encoded.length < body.length).isTrue();
        if (encoded != null) {
            assertThat(encoding.decode(encoded, body.length)).isEqualTo(body);
        }
    }

    @Property(tries = 100)
    void every_level_produces_a_valid_frame(@ForAll @IntRange(min = 1, max = 12) int level,
            @ForAll @IntRange(min = 1000, max = 5_000_000) int size, @ForAll long seed) {
        byte[] body = text(size, 16, seed);

        ByteBuffer part = ByteBuffer.allocateDirect(size + 5).position(3).put(body).flip().position(3);

        byte[] encoded = Zstandard.encode(part, level).orElseThrow();

        assertThat(Zstd.decompress(encoded, size)).isEqualTo(body);
        assertThat(encoded.length).isLessThan(size * 3 / 4);
        assertThat(part).as("stays as it is").isEqualTo(ByteBuffer.wrap(body));
    }

    @Test
    void finds_repetitions_across_a_whole_batch() {
        byte[] noise = text(2 << 20, 256, 1);
        byte[] body = Arrays.copyOf(noise, 4 << 20);
        System.arraycopy(noise, 0, body, 2 << 20, 2 << 20);

        assertThat(Zstandard.encode(ByteBuffer.wrap(body), 3).orElseThrow().length).isLessThan((2 << 20) + 50_000);
    }

    @Test
    void does_not_encode_a_body_that_would_not_become_shorter() {
        assertThat(Zstandard.encode(ByteBuffer.wrap(text(MOST, 256, 1)), 3)).isEmpty();
        assertThat(Encoding.GZIP.encode(text(MOST, 256, 1))).isEmpty();
        assertThat(Zstandard.sample(ByteBuffer.wrap(text(MOST, 256, 1))).orElseThrow().isShorter()).isFalse();
        assertThat(Zstandard.sample(ByteBuffer.wrap(text(MOST, 16, 1))).orElseThrow().rest()).isBetween(0.45, 0.6);
    }

    @ParameterizedTest
    @EnumSource
    void limits_the_decoded_size(Encoding encoding) throws IOException {
        byte[] bomb = encoding.encode(new byte[100 << 20]).orElseThrow();
        byte[] exact = encoding.encode(new byte[MOST]).orElseThrow();

        assertThatThrownBy(() -> encoding.decode(bomb, MOST)).isInstanceOf(BodyTooLongException.class);
        assertThatThrownBy(() -> encoding.decode(exact, MOST - 1)).isInstanceOf(BodyTooLongException.class);
        assertThat(encoding.decode(exact, MOST)).hasSize(MOST);
    }

    @ParameterizedTest
    @EnumSource
    void rejects_malformed_bodies(Encoding encoding) {
        byte[] whole = encoding.encode(text(200_000, 16, 1)).orElseThrow();

        for (int length : new int[] {0, 1, 3, 9, 100, whole.length / 2, whole.length - 1}) {
            assertThatThrownBy(() -> encoding.decode(Arrays.copyOf(whole, length), MOST)).as("cut at %d", length)
                    .isInstanceOf(IOException.class).isNotInstanceOf(BodyTooLongException.class);
        }
        assertThatThrownBy(() -> encoding.decode(text(5000, 256, 2), MOST)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 99, 101, 1L << 19, 1L << 40, Long.MAX_VALUE, -2, -3})
    void rejects_a_frame_with_a_wrong_size(long said) throws IOException {
        assertThat(Encoding.ZSTD.decode(frame(100, 0x50, 100), MOST)).hasSize(100);

        assertThatThrownBy(() -> Encoding.ZSTD.decode(frame(said, 0x50, 100), MOST)).isInstanceOf(IOException.class);
    }

    @Test
    void rejects_a_frame_that_needs_too_much_memory() throws IOException {
        byte[] frame = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) 0xA8, (byte) (100 << 3 | 3), 100 >> 5, 0, 'x'};

        assertThatThrownBy(() -> Encoding.ZSTD.decode(frame, MOST)).isInstanceOf(BodyTooLongException.class);
        frame[5] = 0x50;
        assertThat(Encoding.ZSTD.decode(frame, MOST)).hasSize(100);
    }

    /** A handmade frame of one block that repeats a byte this many times. */
    private static byte[] frame(long said, int window, int times) {
        return ByteBuffer.allocate(18).order(ByteOrder.LITTLE_ENDIAN).putInt(0xFD2FB528).put((byte) 0xC0).put((byte) window)
                .putLong(said).put((byte) (times << 3 | 1 << 1 | 1)).put((byte) (times >> 5)).put((byte) 0).put((byte) 'x').array();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {"zstd|ZSTD", "gzip|GZIP", "gzip, zstd|ZSTD", "gzip, deflate, br|GZIP",
        "ZSTD;q=0.5|ZSTD", "zstd;q=0, gzip|GZIP", "gzip;q=0.000|-", "*|-", "identity|-", "''|-", "zstdx|-", "gzip;q=x|-",
        "zstd ; q=1.0|ZSTD"})
    void a_caller_gets_the_best_coding_that_it_accepts(String accepted, Encoding wanted) {
        assertThat(Encoding.wanted(accepted).orElse(null)).isEqualTo(wanted);
    }

    @Test
    void rejects_a_body_with_several_codings() {
        assertThat(Encoding.of(List.of())).isEmpty();
        assertThat(Encoding.of(List.of("Identity"))).isEmpty();
        assertThat(Encoding.of(List.of(" ZSTD "))).contains(Encoding.ZSTD);
        assertThat(Encoding.of(List.of("x-gzip"))).contains(Encoding.GZIP);
        for (List<String> several : List.of(List.of("gzip, gzip"), List.of("gzip", "gzip"), List.of("zstd,gzip"),
                List.of("br"), List.of("gzip;q=1"), List.of("identity, gzip"))) {
            assertThatThrownBy(() -> Encoding.of(several)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Random bytes with this many different values. */
    private static byte[] text(int size, int letters, long seed) {
        byte[] text = new byte[size];
        new Random(seed).nextBytes(text);
        for (int i = 0; i < size; i++) {
            text[i] = (byte) ((text[i] & 0xff) % letters);
        }
        return text;
    }
}
