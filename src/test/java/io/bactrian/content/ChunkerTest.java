package io.bactrian.content;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import io.bactrian.tree.Digest;

class ChunkerTest {
    private static final int BITS = Chunker.LEAST_BITS;

    @Property(tries = 60)
    void chunks_cover_the_content_exactly(@ForAll @IntRange(max = 700_000) int size, @ForAll int seed,
            @ForAll @IntRange(min = 13, max = 16) int bits) {
        ChunkList chunks = cut(random(size, seed), bits, size + 1);

        assertThat(chunks.end()).isEqualTo(size);
        for (int i = 0; i < chunks.count(); i++) {
            int least = i == chunks.count() - 1 ? 1 : 1 << bits - 2;
            assertThat(chunks.length(i)).isBetween(least, 1 << bits + 2);
        }
    }

    @Property(tries = 60)
    void buffer_sizes_do_not_affect_the_chunks(@ForAll @IntRange(max = 1_500_000) int size, @ForAll int seed,
            @ForAll @IntRange(min = 700, max = 600_000) int buffer) {
        byte[] content = random(size, seed);

        assertThat(cut(content, BITS, buffer)).isEqualTo(cut(content, BITS, size + 1));
    }

    @Property(tries = 40)
    void an_insertion_changes_only_the_chunks_around_it(@ForAll int seed, @ForAll @IntRange(max = 2_000_000) int at,
            @ForAll @IntRange(min = 1, max = 3000) int count) {
        byte[] before = random(2_000_000, seed);
        byte[] after = insert(before, at, random(count, seed + 1));

        Recipe recipe = Recipe.between(Digest.of(before), cut(before, BITS, 1 << 20), cut(after, BITS, 1 << 20)).orElseThrow();

        assertThat(after.length - copied(recipe)).isLessThan(150_000);
        assertThat(recipe.copies()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void a_changed_byte_costs_about_one_chunk() {
        byte[] before = random(20_000_000, 1);
        ChunkList has = cut(before, BITS, 1 << 20);
        long all = 0;
        for (int i = 0; i < 50; i++) {
            byte[] after = before.clone();
            after[i * 399_989]++;
            Recipe recipe = Recipe.between(Digest.of(before), has, cut(after, BITS, 1 << 20)).orElseThrow();
            assertThat(after.length - copied(recipe)).isLessThan(47_000);
            all += after.length - copied(recipe);
        }

        assertThat(all / 50).isLessThan(16_000);
    }

    @Test
    void chunks_match_those_of_earlier_versions() {
        // If this fails, stored chunks and those of other versions become useless: do not change it.
        assertThat(Digest.of(cut(random(3_000_000, 42), BITS, 1 << 20).bytes()))
                .hasToString("3638e7dfbb65d2bedff247c4be14b81ffbfe965818c61c442701211bc2466010");
    }

    @Test
    void repetitive_content_gives_regular_chunks() {
        byte[] zeros = new byte[5_000_000];
        byte[] after = insert(zeros, 2_500_000, random(100, 1));

        Recipe recipe = Recipe.between(Digest.of(zeros), cut(zeros, BITS, 1 << 20), cut(after, BITS, 1 << 20)).orElseThrow();

        assertThat(recipe.copies()).hasSizeLessThan(5);
    }

    @Test
    void the_larger_a_content_the_larger_its_chunks_so_that_the_list_stays_small() {
        assertThat(Chunker.bits(0)).isEqualTo(13);
        assertThat(Chunker.bits(1L << 30)).isEqualTo(13);
        for (long size = 1L << 30; size < 1L << 37; size += size / 3) {
            assertThat(size >> Chunker.bits(size)).isLessThanOrEqualTo(1 << 17);
        }
        assertThat(Chunker.bits(Long.MAX_VALUE)).isEqualTo(20);
    }

    @Property(tries = 60)
    void a_list_survives_writing_and_reading(@ForAll @IntRange(max = 700_000) int size, @ForAll int seed) {
        ChunkList chunks = cut(random(size, seed), BITS, 1 << 20);

        assertThat(ChunkList.of(chunks.bytes().clone())).isEqualTo(chunks);
    }

    @Test
    void reports_the_chunks_that_later_bytes_cannot_change() {
        byte[] content = random(400_000, 1);
        Chunker chunker = new Chunker(BITS + 1);
        chunker.update(ByteBuffer.wrap(content, 0, 300_000));
        ChunkList soFar = chunker.soFar();
        chunker.update(ByteBuffer.wrap(content, 300_000, 100_000));
        ChunkList all = chunker.finish();

        assertThat(chunker.bits()).isEqualTo(BITS + 1);
        assertThat(soFar.count()).isGreaterThan(10);
        assertThat(soFar.end()).isBetween(300_000L - (4 << BITS + 1), 300_000L);
        assertThat(soFar.bytes()).isEqualTo(Arrays.copyOf(all.bytes(), soFar.bytes().length));
        assertThat(chunker.count()).isEqualTo(all.count());
    }

    @Test
    void rejects_bytes_that_are_not_a_list() {
        byte[] list = cut(random(100_000, 1), BITS, 1 << 20).bytes();
        byte[] zeroLength = list.clone();
        Arrays.fill(zeroLength, 2, 6, (byte) 0);
        byte[] negative = list.clone();
        negative[2] = -1;
        byte[] bits = list.clone();
        bits[1] = 30;
        byte[] version = list.clone();
        version[0] = 9;
        for (byte[] wrong : new byte[][] {{}, {1}, Arrays.copyOf(list, list.length - 1), zeroLength, negative, bits, version}) {
            assertThatThrownBy(() -> ChunkList.of(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Property(tries = 40)
    void a_combined_digester_gives_the_same_results(@ForAll @IntRange(max = 900_000) int size, @ForAll int seed,
            @ForAll @IntRange(min = 1, max = 300_000) int buffer, @ForAll @IntRange(min = 1, max = 900_000) int beginning) {
        byte[] content = random(size, seed);
        Digester digester = new Digester(Set.of(13, 15), beginning);
        for (int at = 0; at < size; at += buffer) {
            digester.update(ByteBuffer.wrap(content, at, Math.min(buffer, size - at)));
        }

        assertThat(digester.digest()).isEqualTo(Digest.of(content));
        assertThat(digester.chunks()).containsExactlyInAnyOrder(cut(content, 13, 1 << 20), cut(content, 15, 1 << 20));
        if (beginning <= size) {
            assertThat(digester.beginning()).contains(Digest.of(Arrays.copyOf(content, beginning)));
        } else {
            assertThat(digester.beginning()).isEmpty();
        }
    }

    @Property(tries = 60)
    void known_chunks_of_similar_content_do_not_affect_the_result(@ForAll int seed,
            @ForAll @IntRange(min = 1, max = 900_000) int size, @ForAll @IntRange(max = 4) int edits,
            @ForAll @IntRange(min = 1, max = 20_000) int count, @ForAll @IntRange(min = 13, max = 14) int bits) {
        byte[] before = random(size, seed);
        byte[] after = before;
        Random random = new Random(seed);
        for (int i = 0; i < edits; i++) {
            int at = random.nextInt(after.length + 1);
            after = random.nextBoolean() ? insert(after, at, random(count, seed + i))
                    : Arrays.copyOf(after, Math.max(1, after.length - random.nextInt(count)));
        }
        Chunker chunker = Chunker.like(cut(before, bits, 1 << 20));
        for (int at = 0; at < after.length; at += 100_000) {
            chunker.update(ByteBuffer.wrap(after, at, Math.min(100_000, after.length - at)));
        }

        assertThat(chunker.finish()).isEqualTo(cut(after, bits, 1 << 20));
        assertThat(chunker.isGrown()).isEqualTo(after.length >= size
                && Arrays.equals(after, 0, size, before, 0, size));
    }

    static long copied(Recipe recipe) {
        return recipe.copies().stream().mapToLong(Recipe.Copy::length).sum();
    }

    static ChunkList cut(byte[] content, int bits, int buffer) {
        Chunker chunker = new Chunker(bits);
        for (int at = 0; at < content.length; at += buffer) {
            chunker.update(ByteBuffer.wrap(content, at, Math.min(buffer, content.length - at)));
        }
        return chunker.finish();
    }

    static byte[] insert(byte[] content, int at, byte[] more) {
        return ByteBuffer.allocate(content.length + more.length).put(content, 0, at).put(more)
                .put(content, at, content.length - at).array();
    }
}
