package io.bactrian.upload;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

import io.bactrian.content.ChunkList;
import io.bactrian.content.Chunker;
import io.bactrian.content.Digester;
import io.bactrian.content.Recipe;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeltaTest {
    private static final long GIB = 1L << 30;
    private static final byte[] BASE = random(300_000, 1);
    private static final byte[] GROWN = Arrays.copyOf(BASE, 310_000);
    private static final byte[] CHANGED = changed();

    private static byte[] changed() {
        byte[] changed = BASE.clone();
        changed[150_000]++;
        return changed;
    }

    private static Entry.File file(long size, Digest digest) {
        return new Entry.File("file", 0644, Time.ofNanos(1), size, digest);
    }

    private static Entry.File base() {
        return file(BASE.length, Digest.of(BASE));
    }

    private static ChunkList chunks(byte[] content, int bits) {
        Chunker chunker = new Chunker(bits);
        chunker.update(ByteBuffer.wrap(content));
        return chunker.finish();
    }

    /** The result of reading a content whose base has unknown chunks. */
    private static Delta.Found read(Delta delta, byte[] content) {
        Digester digester = delta.digester();
        digester.update(ByteBuffer.wrap(content));
        return delta.found(digester.digest(), digester);
    }

    /** The result of reading a content whose base has known chunks of this average size. */
    private static Delta.Found cut(byte[] content, int bits, int known) {
        Delta.Cut cut = new Delta(bits, Optional.of(base()), Optional.of(chunks(BASE, known))).new Cut();
        cut.update(ByteBuffer.wrap(content));
        return cut.found();
    }

    /** Chunks grow with the size; a base that would need far smaller or larger ones is no base. */
    @ParameterizedTest
    @CsvSource({"1, 1, true", "1, 8, true", "1, 16, false", "8, 1, true", "16, 1, false", "16, 8, true", "128, 16, true", "128, 8, false"})
    void only_a_file_of_similar_size_serves_as_base(long size, long base, boolean serves) {
        Delta delta = Delta.of(size * GIB, Optional.of(file(base * GIB, Digest.EMPTY)), Optional.of(chunks(BASE, Chunker.bits(base * GIB))));

        assertThat(delta.base().isPresent()).isEqualTo(serves);
        assertThat(delta.isKnown()).isEqualTo(serves);
        assertThat(delta.bits()).isEqualTo(Chunker.bits(size * GIB));
    }

    @Test
    void chunks_that_are_far_smaller_than_those_of_the_content_count_as_unknown() {
        Optional<Entry.File> base = Optional.of(file(16 * GIB, Digest.EMPTY));

        assertThat(Delta.of(16 * GIB, base, Optional.of(chunks(BASE, 14))).isKnown()).isTrue();
        assertThat(Delta.of(16 * GIB, base, Optional.of(chunks(BASE, 13))).isKnown()).isFalse();
    }

    @Test
    void without_a_base_no_chunks_are_cut() {
        Delta.Found found = read(Delta.of(BASE.length, Optional.empty(), Optional.empty()), BASE);

        assertThat(found).isEqualTo(Delta.Found.NOTHING);
    }

    @Test
    void a_base_with_unknown_chunks_must_be_asked_for_them() {
        Delta.Found found = read(Delta.of(BASE.length, Optional.of(base()), Optional.empty()), CHANGED);

        assertThat(found.base()).contains(base());
        assertThat(found.recipe()).isEmpty();
        assertThat(found.chunks()).contains(chunks(CHANGED, 13));
    }

    @Test
    void a_content_that_begins_with_its_base_needs_no_chunks_of_it() {
        Delta.Found found = read(Delta.of(GROWN.length, Optional.of(base()), Optional.empty()), GROWN);

        assertThat(found.recipe()).contains(Recipe.grown(base().digest(), BASE.length));
        assertThat(found.base()).isEmpty();
        assertThat(found.chunks()).contains(chunks(GROWN, 13));
    }

    @Test
    void a_content_that_equals_its_base_needs_nothing() {
        Delta.Found found = read(Delta.of(BASE.length, Optional.of(base()), Optional.empty()), BASE);

        assertThat(found.recipe()).isEmpty();
        assertThat(found.base()).isEmpty();
    }

    @Test
    void a_content_is_compared_with_known_chunks_as_it_is_read() {
        Delta.Found found = cut(CHANGED, 13, 13);

        Recipe recipe = found.recipe().orElseThrow();
        assertThat(recipe.base()).isEqualTo(base().digest());
        assertThat(recipe.copied()).isBetween(200_000L, (long) BASE.length - 1);
        assertThat(found.chunks()).contains(chunks(CHANGED, 13));
        assertThat(found.base()).isEmpty();
    }

    @Test
    void all_of_a_base_with_known_chunks_is_copied_if_the_content_begins_with_it() {
        assertThat(cut(GROWN, 13, 13).recipe()).contains(Recipe.grown(base().digest(), BASE.length));
    }

    @Test
    void a_content_that_has_outgrown_the_chunks_of_its_base_is_cut_both_ways() {
        Delta.Found found = cut(CHANGED, 14, 13);

        assertThat(found.recipe()).isEqualTo(cut(CHANGED, 13, 13).recipe());
        assertThat(found.chunks()).as("for later").contains(chunks(CHANGED, 14));
    }

    @Test
    void a_base_that_turns_out_to_be_the_content_needs_no_recipe() {
        Delta.Found found = new Delta.Found(Optional.of(chunks(BASE, 13)), Optional.of(Recipe.grown(base().digest(), BASE.length)), Optional.empty());

        assertThat(found.of(Digest.of(BASE))).isEqualTo(new Delta.Found(found.chunks(), Optional.empty(), Optional.empty()));
        assertThat(found.of(Digest.of(CHANGED))).isEqualTo(found);
        assertThat(Delta.Found.NOTHING.of(Digest.EMPTY)).isEqualTo(Delta.Found.NOTHING);
    }
}
