package io.bactrian.content;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import io.bactrian.tree.Digest;

class DeltaEncoderTest {
    private static final int BITS = 13;
    private final byte[] base = random(1 << 20, 1);

    @Test
    void copied_and_new_ranges_make_up_the_content() {
        byte[] content = base.clone();
        System.arraycopy(random(4096, 2), 0, content, 500_000, 4096);

        assertThat(made(content, Optional.of(chunks(base)))).isLessThan(100_000);
    }

    @Test
    void without_a_base_everything_is_new() {
        assertThat(made(base, Optional.empty())).isEqualTo(base.length);
    }

    @Test
    void only_the_end_of_appended_content_is_new() {
        byte[] content = java.util.Arrays.copyOf(base, base.length + 5000);

        assertThat(made(content, Optional.of(chunks(base)))).isLessThan(50_000);
    }

    @Test
    void continues_a_copy_although_its_chunks_recur_in_the_base() {
        byte[] twice = ByteBuffer.allocate(400_000).put(base, 0, 100_000).put(base, 200_000, 100_000).put(base, 0, 100_000)
                .put(base, 500_000, 100_000).array();

        assertThat(encoded(twice, twice).recipe()).contains(Recipe.grown(Digest.of(twice), 400_000));
    }

    @Test
    void copies_adjacent_chunks_at_once_and_yields_what_is_between_in_order() {
        byte[] content = base.clone();
        content[300_000]++;
        content[700_000]++;

        DeltaEncoder difference = encoded(base, content);

        Recipe recipe = difference.recipe().orElseThrow();
        assertThat(recipe.copies()).hasSize(3);
        assertThat(recipe.end()).isEqualTo(content.length);
        assertThat(difference.poll().orElseThrow().range().overlaps(new Range(300_000, 1))).isTrue();
        assertThat(difference.poll().orElseThrow().range().overlaps(new Range(700_000, 1))).isTrue();
        assertThat(difference.poll()).isEmpty();
    }

    @Test
    void a_content_that_has_nothing_in_common_with_its_base_has_no_recipe() {
        assertThat(encoded(base, random(100_000, 2)).recipe()).isEmpty();
        assertThat(encoded(base, new byte[0]).recipe()).isEmpty();
    }

    @Test
    void new_bytes_come_in_full_pieces_as_soon_as_they_are_certain() {
        DeltaEncoder difference = new DeltaEncoder(BITS, Optional.empty(), 65_536);
        difference.update(ByteBuffer.wrap(base, 0, 200_000));
        assertThat(difference.poll()).map(DeltaEncoder.Piece::range).contains(new Range(0, 65_536));
        assertThat(difference.poll()).map(DeltaEncoder.Piece::range).contains(new Range(65_536, 65_536));
        difference.finish();
        assertThat(difference.poll()).map(DeltaEncoder.Piece::range).contains(new Range(131_072, 65_536));
        assertThat(difference.poll()).map(DeltaEncoder.Piece::range).contains(new Range(196_608, 3392));
        assertThat(difference.poll()).isEmpty();
    }

    /** The delta of a content against a base, finished. */
    private static DeltaEncoder encoded(byte[] base, byte[] content) {
        DeltaEncoder difference = new DeltaEncoder(BITS, Optional.of(new DeltaEncoder.Base(Digest.of(base), chunks(base))), 65_536);
        difference.update(ByteBuffer.wrap(content));
        difference.finish();
        return difference;
    }

    private long made(byte[] content, Optional<ChunkList> known) {
        DeltaEncoder difference = new DeltaEncoder(BITS, known.map(list -> new DeltaEncoder.Base(Digest.of(base), list)), 65_536);
        byte[] made = new byte[content.length];
        long sent = 0;
        for (int at = 0; at < content.length; at += 100_000) {
            difference.update(ByteBuffer.wrap(content, at, Math.min(100_000, content.length - at)));
        }
        assertThat(difference.finish().end()).isEqualTo(content.length);
        for (Optional<DeltaEncoder.Piece> piece = difference.poll(); piece.isPresent(); piece = difference.poll()) {
            Range range = piece.get().range();
            piece.get().bytes().get(made, (int) range.offset(), (int) range.length());
            sent += range.length();
        }
        difference.recipe().ifPresent(recipe -> recipe.copies().forEach(copy ->
                System.arraycopy(base, (int) copy.from(), made, (int) copy.to(), (int) copy.length())));
        assertThat(made).isEqualTo(content);
        return sent;
    }

    private static ChunkList chunks(byte[] bytes) {
        Chunker chunker = new Chunker(BITS);
        chunker.update(ByteBuffer.wrap(bytes));
        return chunker.finish();
    }
}
