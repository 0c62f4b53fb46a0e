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
 * What has to be known of a content to send only what is new in it, as far as this side can. Immutable.
 *
 * @param bits  the average size of its chunks as a power of two
 * @param base  what the target holds at the path, if the content can have much in common with it
 * @param known the chunks of the base, if this side remembers them
 */
public record Delta(int bits, Optional<Entry.File> base, Optional<ChunkList> known) {
    /** A content that has grown or shrunk more than this, as a power of two, has little to gain from smaller chunks. */
    private static final int MOST_APART = 3;

    /**
     * What is known once the content was read.
     *
     * @param chunks its own
     * @param recipe how the target can make it; none if nothing is known to be in common
     * @param base   what the target can be asked about, because this side does not know
     */
    public record Found(Optional<ChunkList> chunks, Optional<Recipe> recipe, Optional<Entry.File> base) {
        public static final Found NOTHING = new Found(Optional.empty(), Optional.empty(), Optional.empty());

        /** Without a recipe, if the content is what it would be made of. */
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

    /** Whether the base can be compared with before the content's digest is known. */
    public boolean isKnown() {
        return known.isPresent();
    }

    // --- Without the chunks of the base

    /** Reads all of it at once; what has no base needs no chunks now. */
    public Digester digester() {
        return new Digester(base.isPresent() ? Set.of(bits) : Set.of(), base.map(Entry.File::size).orElse(0L));
    }

    /** Compares what was read with the base. */
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

    // --- With them

    /** Cuts the content; one that has outgrown the chunks of its base is cut into its own, too. */
    public final class Cut {
        private final Chunker like = Chunker.like(known.orElseThrow());
        private final List<Chunker> own = like.bits() == bits ? List.of() : List.of(new Chunker(bits));

        public void update(ByteBuffer bytes) {
            own.forEach(chunker -> chunker.update(bytes.duplicate()));
            like.update(bytes);
        }

        /** Compares what was cut with the base. */
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
