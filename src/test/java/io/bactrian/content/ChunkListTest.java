package io.bactrian.content;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkListTest {
    private static final int BITS = 13;
    private static final ChunkList ONE = ChunkerTest.cut(random(300_000, 1), BITS, 1 << 20);
    private static final ChunkList OTHER = ChunkerTest.cut(random(300_000, 2), BITS, 1 << 20);

    @Test
    void survives_serialization() {
        ChunkList read = ChunkList.of(ONE.bytes().clone());

        assertThat(read).isEqualTo(ONE).hasSameHashCodeAs(ONE).isNotEqualTo(OTHER);
        assertThat(read.bits()).isEqualTo(BITS);
        assertThat(read.end()).isEqualTo(300_000);
        assertThat(read).hasToString(read.count() + " chunks, 300000 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 17})
    void rejects_truncated_bytes(int length) {
        assertThatThrownBy(() -> ChunkList.of(Arrays.copyOf(ONE.bytes(), length))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rejects_other_versions_invalid_averages_and_lengths() {
        for (int at : new int[] {0, 1, 2}) {
            byte[] bytes = ONE.bytes().clone();
            bytes[at] = 99;
            assertThatThrownBy(() -> ChunkList.of(bytes)).as("byte %d", at).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new ChunkList.Builder(Chunker.LEAST_BITS - 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ChunkList.Builder(Chunker.MOST_BITS + 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void concatenates_lists_in_order() {
        ChunkList.Builder builder = new ChunkList.Builder(BITS);
        for (int i = 0; i < 10; i++) {
            builder.add(i % 2 == 0 ? ONE : OTHER);
        }
        assertThat(builder.count()).isEqualTo(5 * (ONE.count() + OTHER.count()));
        assertThat(builder.end()).isEqualTo(3_000_000);

        ChunkList list = builder.build();

        assertThat(list.end()).isEqualTo(3_000_000);
        assertThat(list.same(ONE.count(), OTHER, 0)).isTrue();
        assertThat(list.same(list.count() - 1, OTHER, OTHER.count() - 1)).isTrue();
    }

    @Test
    void rejects_chunks_of_another_average_size() {
        ChunkList.Builder builder = new ChunkList.Builder(BITS + 1);
        assertThatThrownBy(() -> builder.add(ONE)).isInstanceOf(IllegalArgumentException.class);
    }
}
