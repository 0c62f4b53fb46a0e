package io.bactrian.content;

import com.dynatrace.hash4j.hashing.HashValue128;

/**
 * Predicts the next chunk of a content that resembles another one: the successor of the chunk that was found last. The
 * end of a chunk depends on its own bytes only, so the same bytes end at the same place; except for the last chunk,
 * which ends with its content. Not thread-safe.
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

    /** The length of the predicted chunk; 0 if there is no prediction. */
    int length() {
        return next < list.count() && (straight || next < list.count() - 1) ? list.length(next) : 0;
    }

    /** Whether the prediction was right; then its successor becomes the next prediction. */
    boolean isNext(HashValue128 hash) {
        boolean same = list.high(next) == hash.getMostSignificantBits() && list.low(next) == hash.getLeastSignificantBits();
        next += same ? 1 : 0;
        straight &= same;
        return same;
    }

    /** Whether the last chunk was reached; in this content the bytes behind it may belong to it. */
    boolean isThrough() {
        return next == list.count();
    }

    /** Whether all chunks came in order with nothing before or between them. */
    boolean isGrown() {
        return straight && isThrough();
    }

    /** Continues after a chunk that was not predicted. */
    void find(int length, HashValue128 hash) {
        if (isGrown()) {
            return;
        }
        straight = false;
        int found = finder.find(length, hash.getMostSignificantBits(), hash.getLeastSignificantBits());
        next = found < 0 ? next : found + 1;
    }
}
