package io.bactrian.content;

import com.dynatrace.hash4j.hashing.HashValue128;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import io.bactrian.tree.Digest;

/**
 * Computes the delta of a content against a base in a single pass. Bytes are emitted as soon as it is certain that the
 * base lacks them; what can be copied is known at the end. Not thread-safe.
 */
public final class DeltaEncoder {
    private final int most;
    private final Optional<Base> base;
    private final Chunker chunker;
    private final List<Recipe.Copy> copies = new ArrayList<>();
    private final Deque<Piece> ready = new ArrayDeque<>();
    private ByteBuffer run;
    private long runBegins;
    private long at;
    private int next;

    /** The content to copy from. */
    public record Base(Digest digest, ChunkList chunks) {
    }

    /** Bytes that the base lacks, and their offset. */
    public record Piece(long offset, ByteBuffer bytes) {
        public Range range() {
            return new Range(offset, bytes.remaining());
        }
    }

    /**
     * @param bits average chunk size as a power of two, used if there is no base
     * @param base without it all bytes are new
     * @param most bytes in one piece
     */
    public DeltaEncoder(int bits, Optional<Base> base, int most) {
        this.most = most;
        this.base = base;
        this.chunker = base.map(is -> Chunker.like(is.chunks())).orElseGet(() -> new Chunker(bits));
        this.run = ByteBuffer.allocate(most);
        ChunkList.Finder finder = base.map(is -> new ChunkList.Finder(is.chunks())).orElse(null);
        long[] places = base.map(is -> is.chunks().offsets()).orElse(new long[0]);
        chunker.tell((bytes, hash) -> chunk(bytes, hash, finder, places));
    }

    /** Adds bytes. */
    public void update(ByteBuffer bytes) {
        chunker.update(bytes);
    }

    /** Ends the content and returns its chunks. */
    public ChunkList finish() {
        ChunkList list = chunker.finish();
        endRun();
        return list;
    }

    /** The next bytes that the base certainly lacks. */
    public Optional<Piece> poll() {
        return Optional.ofNullable(ready.poll());
    }

    /**
     * How to assemble the content from the base; empty if they have nothing in common. Call it after {@link #finish}.
     */
    public Optional<Recipe> recipe() {
        return base.filter(is -> !copies.isEmpty()).map(is -> new Recipe(is.digest(), is.chunks().end(), copies));
    }

    private void chunk(ByteBuffer bytes, HashValue128 hash, ChunkList.Finder finder, long[] places) {
        int length = bytes.remaining();
        int found = finder == null ? -1 : found(finder, length, hash);
        if (found < 0 || !copy(places[found], length)) {
            add(bytes);
        } else {
            next = found + 1;
            endRun();
        }
        at += length;
    }

    /** Prefers the successor of the last chunk: if chunks recur in the base, any other choice would break the run. */
    private int found(ChunkList.Finder finder, int length, HashValue128 hash) {
        ChunkList has = base.orElseThrow().chunks();
        long high = hash.getMostSignificantBits();
        long low = hash.getLeastSignificantBits();
        return next < has.count() && has.is(next, length, high, low) ? next : finder.find(length, high, low);
    }

    private boolean copy(long from, int length) {
        Recipe.Copy last = copies.isEmpty() ? null : copies.get(copies.size() - 1);
        if (last != null && last.end() == at && last.from() + last.length() == from) {
            copies.set(copies.size() - 1, new Recipe.Copy(last.from(), last.length() + length, last.to()));
            return true;
        }
        // A recipe is limited; what does not fit is sent as new.
        return copies.size() < Recipe.MOST_COPIES && copies.add(new Recipe.Copy(from, length, at));
    }

    private void add(ByteBuffer bytes) {
        long place = at;
        while (bytes.hasRemaining()) {
            if (run.position() == 0) {
                runBegins = place;
            }
            int count = Math.min(bytes.remaining(), run.remaining());
            run.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            place += count;
            if (!run.hasRemaining()) {
                endRun();
            }
        }
    }

    private void endRun() {
        if (run.position() == most) {
            ready.add(new Piece(runBegins, run.flip()));
            run = ByteBuffer.allocate(most);
        } else if (run.position() > 0) {
            byte[] bytes = java.util.Arrays.copyOf(run.array(), run.position());
            ready.add(new Piece(runBegins, ByteBuffer.wrap(bytes)));
            run.clear();
        }
    }
}
