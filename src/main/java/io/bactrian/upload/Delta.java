package io.bactrian.upload;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.bactrian.content.ChunkList;
import io.bactrian.content.Chunker;
import io.bactrian.content.Digester;
import io.bactrian.content.Recipe;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;

/**
 * What is needed to send only the differences of a content, as far as this side knows it. Immutable.
 *
 * @param bits  average chunk size as a power of two
 * @param base  the file that the target holds at the path, if it may have much in common with the content
 * @param known the chunks of the base, if this side remembers them
 */
public record Delta(int bits, Optional<Entry.File> base, Optional<ChunkList> known) {
    /** If the sizes differ by more than this power of two, a delta is not worth smaller chunks. */
    private static final int MOST_APART = 3;

    /**
     * The result of reading the content.
     *
     * @param chunks of the content
     * @param recipe how the target can assemble it; empty if it is not known to have anything in common with the base
     * @param base   whose chunks the target can be asked for, because this side does not know them
     */
    public record Found(Optional<ChunkList> chunks, Optional<Recipe> recipe, Optional<Entry.File> base) {
        public static final Found NOTHING = new Found(Optional.empty(), Optional.empty(), Optional.empty());

        /** Without the recipe, if the base is identical to the content. */
        public Found of(Digest digest) {
            return recipe.filter(is -> is.base().equals(digest)).isEmpty() ? this : new Found(chunks, Optional.empty(), base);
        }
    }

    public static Delta of(long size, Optional<Entry.File> base, Optional<ChunkList> known) {
        int bits = Chunker.bits(size);
        Optional<Entry.File> near = base.filter(file -> bits - Chunker.bits(file.size()) <= MOST_APART
                && Chunker.bits(file.size()) - bits <= MOST_APART);
        return new Delta(bits, near, known.filter(list -> near.isPresent() && bits - list.bits() <= MOST_APART));
    }

    /** Whether the base's chunks are known, so that the delta can be computed before the content's digest is known. */
    public boolean isKnown() {
        return known.isPresent();
    }

    // --- If the chunks of the base are unknown

    /** A digester for the whole content; it computes chunks only if there is a base. */
    public Digester digester() {
        return new Digester(base.isPresent() ? Set.of(bits) : Set.of(), base.map(Entry.File::size).orElse(0L));
    }

    /** Compares the content that was read with the base. */
    public Found found(Digest digest, Digester read) {
        Optional<ChunkList> own = read.chunks().stream().findFirst();
        if (base.isEmpty() || base.get().digest().equals(digest)) {
            return new Found(own, Optional.empty(), Optional.empty());
        }
        Entry.File from = base.get();
        if (read.beginning().filter(from.digest()::equals).isPresent()) {
            return new Found(own, Optional.of(Recipe.grown(from.digest(), from.size())), Optional.empty());
        }
        return new Found(own, Optional.empty(), base);
    }

    // --- If the chunks of the base are known

    /**
     * Cuts the content into chunks as its base was cut, and, if it has outgrown that chunk size, also into chunks of
     * its own size.
     */
    public final class Cut {
        private final Chunker like = Chunker.like(known.orElseThrow());
        private final List<Chunker> own = like.bits() == bits ? List.of() : List.of(new Chunker(bits));

        public void update(ByteBuffer bytes) {
            own.forEach(chunker -> chunker.update(bytes.duplicate()));
            like.update(bytes);
        }

        /** Compares the chunks with the base. */
        public Found found() {
            Entry.File from = base.orElseThrow();
            ChunkList list = like.finish();
            Optional<Recipe> recipe = like.isGrown() ? Optional.of(Recipe.grown(from.digest(), from.size()))
                    : Recipe.between(from.digest(), known.orElseThrow(), list);
            return new Found(Optional.of(own.stream().map(Chunker::finish).findFirst().orElse(list)), recipe,
                    Optional.empty());
        }
    }
}
