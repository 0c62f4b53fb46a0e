package io.bactrian.content;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;

import io.bactrian.tree.Digest;

/**
 * Content-defined chunking: an insertion or removal changes the chunks around it and only shifts the later ones.
 * FastCDC with normalized chunking (Xia et al., USENIX ATC 2016), two bytes per step (Xia et al., IEEE TPDS 2020). The
 * result does not depend on how the bytes are split into buffers, and each chunk is cut as if it were the first. For a
 * single content, by one thread at a time.
 */
public final class Chunker {
    /** Minimum of {@link #bits}: chunks of 8 KiB on average, so that a changed byte costs about that much. */
    public static final int LEAST_BITS = 13;

    /** Maximum of {@link #bits}: chunks of 1 MiB on average. */
    public static final int MOST_BITS = 20;

    /** Approximate number of chunks of a content; larger contents get larger chunks. */
    private static final int MOST_CHUNKS = 1 << 17;

    /** Normalization level of FastCDC: this many mask bits more before the average size, and fewer after it. */
    private static final int NORMALIZATION = 2;

    private static final int ROOM = 1 << 18;

    // Must never change: stored lists and the other side were cut with the same table.
    private static final long[] GEAR = IntStream.range(0, 256)
            .mapToLong(i -> Digest.of(new byte[] {'g', 'e', 'a', 'r', (byte) i}).a()).toArray();
    private static final long[] GEAR_TWICE = Arrays.stream(GEAR).map(gear -> gear << 1).toArray();

    // A strong hash, though not a cryptographic one: the SHA-256 of the whole content has the last word.
    private static final Hasher128 HASHER = Hashing.xxh3_128();

    private final int least;
    private final int normal;
    private final int most;
    private final long early;
    private final long late;
    private final ChunkList.Builder list;
    private final Optional<ChunkPredictor> predictor;

    private final byte[] bytes;
    private int from;
    private int to;
    private long gear;
    private Listener listener = (chunk, hash) -> { };

    /** Receives each chunk as it is found. The bytes are valid during the call only. */
    interface Listener {
        void chunk(ByteBuffer bytes, HashValue128 hash);
    }

    /** @param bits average chunk size as a power of two, from {@link #bits} */
    public Chunker(int bits) {
        this(bits, Optional.empty());
    }

    /**
     * A chunker for a content that resembles another one: chunks that recur are only hashed, not searched for. The
     * result is the same as without.
     *
     * @param like the chunks of the other content
     */
    public static Chunker like(ChunkList like) {
        return new Chunker(like.bits(), Optional.of(new ChunkPredictor(like)));
    }

    private Chunker(int bits, Optional<ChunkPredictor> predictor) {
        this.predictor = predictor;
        this.list = new ChunkList.Builder(bits);
        this.least = 1 << bits - 2;
        this.normal = 1 << bits;
        this.most = ChunkList.most(bits);
        this.early = mask(bits + NORMALIZATION);
        this.late = mask(bits - NORMALIZATION);
        this.bytes = new byte[most + ROOM];
    }

    /** The average chunk size, as a power of two, for a content of this many bytes. */
    public static int bits(long size) {
        int bits = LEAST_BITS;
        while (bits < MOST_BITS && size >> bits > MOST_CHUNKS) {
            bits++;
        }
        return bits;
    }

    /** The top bit is left out, because it is shifted out by the first of two bytes. */
    private static long mask(int bits) {
        return (1L << bits) - 1 << 63 - bits;
    }

    /** Adds bytes. */
    public void update(ByteBuffer next) {
        while (next.hasRemaining()) {
            int count = Math.min(next.remaining(), bytes.length - to);
            next.get(bytes, to, count);
            to += count;
            while (to - from >= most) {
                take();
            }
            if (to == bytes.length) {
                System.arraycopy(bytes, from, bytes, 0, to - from);
                to -= from;
                from = 0;
            }
        }
    }

    /** The average chunk size as a power of two. */
    public int bits() {
        return Integer.numberOfTrailingZeros(normal);
    }

    /** The number of chunks in {@link #soFar}. */
    public int count() {
        return list.count();
    }

    /** The chunks that later bytes cannot change any more. */
    public ChunkList soFar() {
        return list.build();
    }

    /** Whether the content begins with all of the content that it resembles. Call it at the end. */
    public boolean isGrown() {
        return predictor.filter(ChunkPredictor::isGrown).isPresent();
    }

    /** The chunks of the whole content. */
    public ChunkList finish() {
        while (from < to) {
            take();
        }
        return list.build();
    }

    private void take() {
        int length = predictor.map(ChunkPredictor::length).orElse(0);
        if (length > 0 && length <= to - from) {
            HashValue128 hash = HASHER.hashBytesTo128Bits(bytes, from, length);
            if (predictor.get().isNext(hash) && !predictor.get().isThrough()) {
                add(length, hash);
                return;
            }
        }
        int end = cut(Math.min(to, from + most));
        HashValue128 hash = HASHER.hashBytesTo128Bits(bytes, from, end - from);
        predictor.ifPresent(is -> is.find(end - from, hash));
        add(end - from, hash);
    }

    void tell(Listener listener) {
        this.listener = listener;
    }

    private void add(int length, HashValue128 hash) {
        listener.chunk(ByteBuffer.wrap(bytes, from, length), hash);
        list.add(length, hash.getMostSignificantBits(), hash.getLeastSignificantBits());
        from += length;
    }

    private int cut(int end) {
        gear = 0;
        int turn = Math.min(end, from + normal);
        int found = scan(from + least, turn, early);
        if (found < 0) {
            found = scan(turn, end, late);
        }
        return found < 0 ? end : found;
    }

    /** The end of the first chunk, where the gear hash has only zeros in the mask; negative if there is none. */
    private int scan(int begin, int end, long mask) {
        long hash = gear;
        long maskTwice = mask << 1;
        for (int at = begin; at + 1 < end; at += 2) {
            hash = (hash << 2) + GEAR_TWICE[bytes[at] & 0xff];
            if ((hash & maskTwice) == 0) {
                return at + 1;
            }
            hash += GEAR[bytes[at + 1] & 0xff];
            if ((hash & mask) == 0) {
                return at + 2;
            }
        }
        gear = hash;
        return -1;
    }
}
