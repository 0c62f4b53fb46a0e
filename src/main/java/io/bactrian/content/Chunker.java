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
 * Cuts a content into chunks where the content itself says so: bytes put in or taken out change the chunks around
 * them and only move those behind. FastCDC with normalized chunking (Xia et al., USENIX ATC 2016), two bytes a
 * step (Xia et al., IEEE TPDS 2020). How the bytes come in buffers has no influence, and every chunk is cut as if
 * it were the first. Used once, by one thread at a time.
 */
public final class Chunker {
    /** The least that {@link #bits} gives: chunks of 8 KiB on average, so that a changed byte costs about as much. */
    public static final int LEAST_BITS = 13;

    /** The most: 1 MiB. */
    public static final int MOST_BITS = 20;

    /** A content is cut into about so many; the larger it is, the larger they are. */
    private static final int MOST_CHUNKS = 1 << 17;

    /** Chunks are hardly cut before their average size and willingly after it: so many bits more and less. */
    private static final int NORMALIZATION = 2;

    private static final int ROOM = 1 << 18;

    // Never to be changed: what is remembered, and what the other side cuts, was cut by the same table.
    private static final long[] GEAR = IntStream.range(0, 256)
            .mapToLong(i -> Digest.of(new byte[] {'g', 'e', 'a', 'r', (byte) i}).a()).toArray();
    private static final long[] GEAR_TWICE = Arrays.stream(GEAR).map(gear -> gear << 1).toArray();

    // Strong enough to find chunks by; it is no cryptography, and the SHA-256 of the whole is the judge.
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

    /** Gets each chunk as it is found; the bytes are there only for the time of the call. */
    interface Listener {
        void chunk(ByteBuffer bytes, HashValue128 hash);
    }

    /** @param bits the average size of a chunk as a power of two, from {@link #bits} */
    public Chunker(int bits) {
        this(bits, Optional.empty());
    }

    /**
     * For a content that is much like another: where a chunk of that comes again, it is only hashed and not looked for.
     * The chunks are the same as without.
     *
     * @param like the other's chunks, as another Chunker has cut them
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

    /** The average size, as a power of two, that suits a content of this many bytes. */
    public static int bits(long size) {
        int bits = LEAST_BITS;
        while (bits < MOST_BITS && size >> bits > MOST_CHUNKS) {
            bits++;
        }
        return bits;
    }

    /** The bit at the top is left out, for it is gone after the first of two bytes. */
    private static long mask(int bits) {
        return (1L << bits) - 1 << 63 - bits;
    }

    /** Takes the bytes that follow. */
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

    /** The average size of a chunk as a power of two. */
    public int bits() {
        return Integer.numberOfTrailingZeros(normal);
    }

    /** How many chunks there are in {@link #soFar}. */
    public int count() {
        return list.count();
    }

    /** The chunks of all but the last bytes, which what follows would still change. */
    public ChunkList soFar() {
        return list.build();
    }

    /** Whether the content begins with all of the one that it was said to be like; when all came. */
    public boolean isGrown() {
        return predictor.filter(ChunkPredictor::isGrown).isPresent();
    }

    /** The chunks of all that came. */
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

    /** Where the first chunk ends of which the gear hash has only zeros in the mask; below zero if none does. */
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
