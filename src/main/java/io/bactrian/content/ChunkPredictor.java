package io.bactrian.content;

import com.dynatrace.hash4j.hashing.HashValue128;

/**
 * Which chunk of another content is likely to come next: the one behind the last that was found. A chunk's end depends
 * on its own bytes alone, so that the same bytes end there again; but for the last chunk, which ends where its content
 * does. Not thread-safe.
 */
final class ChunkPredictor {
    private final ChunkList list;
    private final ChunkList.Finder finder;
    private int next;
    private boolean straight = true;

    ChunkPredictor(ChunkList list) {
        this.list = list;
        this.finder = new ChunkList.Finder(list);
    }

    /** The length of the chunk that is expected; 0 if none is. */
    int length() {
        return next < list.count() && (straight || next < list.count() - 1) ? list.length(next) : 0;
    }

    /** Whether it has come, which makes the one behind it the next. */
    boolean isNext(HashValue128 hash) {
        boolean same = list.high(next) == hash.getMostSignificantBits() && list.low(next) == hash.getLeastSignificantBits();
        next += same ? 1 : 0;
        straight &= same;
        return same;
    }

    /** Whether the last one has come; the bytes behind it may belong to it here. */
    boolean isThrough() {
        return next == list.count();
    }

    /** Whether all came, in their order, and nothing before or between them. */
    boolean isGrown() {
        return straight && isThrough();
    }

    /** Another has come. */
    void find(int length, HashValue128 hash) {
        if (isGrown()) {
            return;
        }
        straight = false;
        int found = finder.find(length, hash.getMostSignificantBits(), hash.getLeastSignificantBits());
        next = found < 0 ? next : found + 1;
    }
}
