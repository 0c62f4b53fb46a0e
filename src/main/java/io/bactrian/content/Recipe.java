package io.bactrian.content;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonIgnore;

import io.bactrian.tree.Digest;

/**
 * How to assemble a content from a base: which ranges to copy, and where to; the rest is new. Copies are in the order
 * of their destinations and do not overlap there. Immutable.
 *
 * @param base digest of the base
 * @param size of the new content
 */
public record Recipe(Digest base, long size, List<Copy> copies) {
    /**
     * The number of copies that fits into a request, whatever its limit; beyond that, the shortest ranges are sent as
     * new.
     */
    public static final int MOST_COPIES = 20_000;

    /** A range of the base that occurs in the new content: source offset, length, and destination offset. */
    public record Copy(long from, long length, long to) {
        public Copy {
            if (from < 0 || to < 0 || length < 1 || from > Long.MAX_VALUE - length || to > Long.MAX_VALUE - length) {
                throw new IllegalArgumentException("a copy must start at 0 or later and have at least one byte");
            }
        }

        /** The offset after the range in the new content. */
        long end() {
            return to + length;
        }

        /** The range in the new content. */
        Range place() {
            return new Range(to, length);
        }
    }

    public Recipe {
        if (copies.size() > MOST_COPIES) {
            throw new IllegalArgumentException("a recipe must not have more than " + MOST_COPIES + " copies");
        }
        copies = List.copyOf(copies);
        long end = 0;
        for (Copy copy : copies) {
            if (copy.to() < end) {
                throw new IllegalArgumentException("copies must be in order and must not overlap");
            }
            if (copy.from() > size - copy.length()) {
                throw new IllegalArgumentException("a copy must lie within its base");
            }
            end = copy.end();
        }
    }

    /** The end of the last copy in the new content. */
    @JsonIgnore
    public long end() {
        return copies.isEmpty() ? 0 : copies.get(copies.size() - 1).end();
    }

    /** The number of bytes copied from the base. */
    public long copied() {
        return copies.stream().mapToLong(Copy::length).sum();
    }

    /** Whether a content of this size equals the base. */
    public boolean isAll(long wanted) {
        return wanted == size && copies.size() == 1 && copies.get(0).length() == size;
    }

    /** A recipe for a content that begins with the whole base. */
    public static Recipe grown(Digest base, long size) {
        return new Recipe(base, size, List.of(new Copy(0, size, 0)));
    }

    /** A recipe from chunk lists with the same average size; empty if they have no chunk in common. */
    public static Optional<Recipe> between(Digest base, ChunkList has, ChunkList wanted) {
        ChunkList.Finder finder = new ChunkList.Finder(has);
        long[] places = has.offsets();
        List<Copy> copies = new ArrayList<>();
        Copy last = null;
        int next = 0;
        long at = 0;
        for (int i = 0; i < wanted.count(); i++) {
            int length = wanted.length(i);
            // Prefers the successor of the last chunk: if chunks recur in the base, any other choice would break the
            // run.
            int found = next < has.count() && has.same(next, wanted, i) ? next
                    : finder.find(wanted.length(i), wanted.high(i), wanted.low(i));
            if (found >= 0) {
                if (last != null && last.end() == at && last.from() + last.length() == places[found]) {
                    last = new Copy(last.from(), last.length() + length, last.to());
                    copies.set(copies.size() - 1, last);
                } else {
                    last = new Copy(places[found], length, at);
                    copies.add(last);
                }
                next = found + 1;
            }
            at += length;
        }
        return copies.isEmpty() ? Optional.empty()
                : Optional.of(new Recipe(base, places[has.count()], longest(copies)));
    }

    private static List<Copy> longest(List<Copy> copies) {
        return copies.size() <= MOST_COPIES ? copies : copies.stream()
                .sorted(Comparator.comparingLong(Copy::length).reversed()).limit(MOST_COPIES)
                .sorted(Comparator.comparingLong(Copy::to)).toList();
    }
}
