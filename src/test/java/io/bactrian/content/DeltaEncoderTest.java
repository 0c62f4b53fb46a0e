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
