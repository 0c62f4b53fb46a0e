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

        assertThat(read).isEqualTo(ONE).hasSameHashCodeAs(ONE).isNotEqualTo(OTHER)
                .doesNotHaveSameHashCodeAs(OTHER).isNotEqualTo("a list");
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
    void a_list_may_be_empty_and_its_chunks_from_one_byte_to_four_times_the_average() {
        ChunkList.Builder builder = new ChunkList.Builder(BITS);
        assertThat(ChunkList.of(builder.build().bytes())).hasToString("0 chunks, 0 bytes");
        builder.add(1, 1, 1);
        builder.add(4 << BITS, 2, 2);
        assertThat(ChunkList.of(builder.build().bytes()).offsets()).containsExactly(0, 1, 1 + (4 << BITS));

        builder.add((4 << BITS) + 1, 3, 3);

        byte[] bytes = builder.build().bytes();
        assertThatThrownBy(() -> ChunkList.of(bytes)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 to 32768 bytes");
    }

    @Test
    void finds_chunks_although_their_hashes_begin_alike() {
        ChunkList.Builder builder = new ChunkList.Builder(BITS);
        for (int i = 0; i < 8; i++) {
            builder.add(10 + i % 2, i / 4, 7L + (i / 2 % 2 << 20));
        }
        ChunkList.Finder finder = new ChunkList.Finder(builder.build());

        for (int i = 0; i < 8; i++) {
            assertThat(finder.find(10 + i % 2, i / 4, 7L + (i / 2 % 2 << 20))).isEqualTo(i);
        }
        assertThat(finder.find(10, 2, 7)).isNegative();
    }

    @Test
    void of_equal_chunks_the_first_is_found() {
        ChunkList.Builder builder = new ChunkList.Builder(BITS);
        for (int i = 0; i < 6; i++) {
            builder.add(10, i % 3, i % 3);
        }

        assertThat(new ChunkList.Finder(builder.build()).find(10, 2, 2)).isEqualTo(2);
        assertThat(new ChunkList.Finder(new ChunkList.Builder(BITS).build()).find(10, 2, 2)).as("in an empty list").isNegative();
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
