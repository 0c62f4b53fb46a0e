package io.bactrian.route;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.bactrian.content.ChunkList;
import io.bactrian.content.Chunker;
import io.bactrian.content.Digest;
import io.bactrian.content.Digester;
import io.bactrian.content.Recipe;
import io.bactrian.tree.Entry;

/**
 * What has to be known of a content to send only what is new in it, as far as this side can. Immutable.
 *
 * @param bits  the average size of its chunks as a power of two; none if they are not wanted
 * @param base  what the target holds at the path
 * @param known the chunks of the base, if this side remembers them
 */
record Delta(Optional<Integer> bits, Optional<Entry.File> base, Optional<ChunkList> known) {
    /** A content that has grown or shrunk more than this, as a power of two, has little to gain from smaller chunks. */
    private static final int MOST_APART = 3;

    /**
     * What is known once the content was read.
     *
     * @param chunks its own
     * @param recipe how the target can make it; none if nothing is known to be in common
     * @param base   what the target can be asked about, because this side does not know
     */
    record Found(Optional<ChunkList> chunks, Optional<Recipe> recipe, Optional<Entry.File> base) {
    }

    static Delta none() {
        return new Delta(Optional.empty(), Optional.empty(), Optional.empty());
    }

    static Delta of(long size, Optional<Entry.File> base, Optional<ChunkList> known) {
        int bits = Chunker.bits(size);
        return new Delta(Optional.of(bits), base.filter(file -> bits - Chunker.bits(file.size()) <= MOST_APART
                && Chunker.bits(file.size()) - bits <= MOST_APART), known.filter(list -> bits - list.bits() <= MOST_APART));
    }

    /** Reads all of it at once; a file that has outgrown the chunks of its base is cut into those, too. */
    Digester digester() {
        Set<Integer> wanted = new TreeSet<>();
        bits.ifPresent(wanted::add);
        known.map(ChunkList::bits).ifPresent(wanted::add);
        return new Digester(wanted, base.map(Entry.File::size).orElse(0L));
    }

    /** Compares what was read with the base. */
    Found found(Digest digest, Digester read) {
        List<ChunkList> lists = read.chunks();
        Optional<ChunkList> own = lists.stream().filter(list -> bits.filter(is -> is == list.bits()).isPresent()).findFirst();
        if (base.isEmpty() || base.get().digest().equals(digest)) {
            return new Found(own, Optional.empty(), Optional.empty());
        }
        Entry.File from = base.get();
        if (read.beginning().filter(from.digest()::equals).isPresent()) {
            return new Found(own, Optional.of(Recipe.grown(from.digest(), from.size())), Optional.empty());
        }
        if (known.isEmpty()) {
            return new Found(own, Optional.empty(), base);
        }
        Optional<Recipe> recipe = lists.stream().filter(list -> list.bits() == known.get().bits()).findFirst()
                .flatMap(list -> Recipe.between(from.digest(), known.get(), list));
        return new Found(own, recipe, Optional.empty());
    }
}
