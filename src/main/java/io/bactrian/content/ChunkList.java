package io.bactrian.content;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The chunks of a content in order, each with its length and 128 bits of hash: 20 bytes a chunk, in memory as in
 * {@link #bytes}. Immutable.
 */
public final class ChunkList {
    private static final byte VERSION = 1;
    private static final int HEAD = 2;
    private static final int CHUNK = Integer.BYTES + 2 * Long.BYTES;

    private final ByteBuffer bytes;


    private ChunkList(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * Parses the format of {@link #bytes}.
     *
     * @throws IllegalArgumentException if the bytes are malformed, or of another version
     */
    public static ChunkList of(byte[] bytes) {
        if (bytes.length < HEAD || bytes[0] != VERSION || (bytes.length - HEAD) % CHUNK != 0) {
            throw new IllegalArgumentException("not a valid chunk list");
        }
        ChunkList list = new ChunkList(ByteBuffer.wrap(bytes));
        checkBits(list.bits());
        for (int i = 0; i < list.count(); i++) {
            if (list.length(i) < 1 || list.length(i) > most(list.bits())) {
                throw new IllegalArgumentException("a chunk must have from 1 to " + most(list.bits()) + " bytes");
            }
        }
        return list;
    }

    static void checkBits(int bits) {
        if (bits < Chunker.LEAST_BITS || bits > Chunker.MOST_BITS) {
            throw new IllegalArgumentException("the average chunk size must be from 2^" + Chunker.LEAST_BITS + " to 2^"
                    + Chunker.MOST_BITS + " bytes");
        }
    }

    /** The largest chunk size for this average size. */
    static int most(int bits) {
        return 1 << bits + 2;
    }

    /** The serialized form. The array must not be modified. */
    public byte[] bytes() {
        return bytes.array();
    }

    /** The average chunk size, as a power of two. Lists with different sizes have little in common. */
    public int bits() {
        return bytes.get(1);
    }

    public int count() {
        return (bytes.capacity() - HEAD) / CHUNK;
    }

    int length(int chunk) {
        return bytes.getInt(HEAD + chunk * CHUNK);
    }

    long high(int chunk) {
        return bytes.getLong(HEAD + chunk * CHUNK + Integer.BYTES);
    }

    long low(int chunk) {
        return bytes.getLong(HEAD + chunk * CHUNK + Integer.BYTES + Long.BYTES);
    }

    /** The offsets of the chunks, followed by the end of the last one. */
    long[] offsets() {
        long[] offsets = new long[count() + 1];
        for (int i = 0; i < count(); i++) {
            offsets[i + 1] = offsets[i] + length(i);
        }
        return offsets;
    }

    /** The end of the last chunk. */
    public long end() {
        return offsets()[count()];
    }

    /** Whether two chunks of two lists have the same content. */
    boolean same(int chunk, ChunkList other, int there) {
        return is(chunk, other.length(there), other.high(there), other.low(there));
    }

    /** Whether a chunk has this length and hash. */
    boolean is(int chunk, int length, long high, long low) {
        return high(chunk) == high && low(chunk) == low && length(chunk) == length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkList list && Arrays.equals(bytes(), list.bytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes());
    }

    @Override
    public String toString() {
        return count() + " chunks, " + end() + " bytes";
    }

    /**
     * Finds chunks of a list by their hash. A table of primitive numbers, because a list may have a million chunks.
     */
    static final class Finder {
        private final ChunkList list;
        private final int[] slots;

        Finder(ChunkList list) {
            this.list = list;
            this.slots = new int[Integer.highestOneBit(Math.max(1, list.count())) << 2];
            for (int i = 0; i < list.count(); i++) {
                int slot = slot(list.length(i), list.high(i), list.low(i));
                if (slots[slot] == 0) {
                    slots[slot] = i + 1;
                }
            }
        }

        /** The index of the chunk; negative if there is none. */
        int find(int length, long high, long low) {
            return slots[slot(length, high, low)] - 1;
        }

        private int slot(int length, long high, long low) {
            int slot = (int) low & slots.length - 1;
            while (slots[slot] != 0 && !list.is(slots[slot] - 1, length, high, low)) {
                slot = slot + 1 & slots.length - 1;
            }
            return slot;
        }
    }

    /** Collects chunks in order. Not thread-safe. */
    public static final class Builder {
        private ByteBuffer bytes;
        private long end;

        /** @param bits average size as in {@link ChunkList#bits} */
        public Builder(int bits) {
            checkBits(bits);
            this.bytes = ByteBuffer.allocate(HEAD + 100 * CHUNK).put(VERSION).put((byte) bits);
        }

        void add(int length, long high, long low) {
            ensureCapacity(CHUNK);
            bytes.putInt(length).putLong(high).putLong(low);
            end += length;
        }

        /** Appends a list that was cut with the same average size. */
        public void add(ChunkList list) {
            if (list.bits() != bytes.get(1)) {
                throw new IllegalArgumentException("the chunk lists have different average chunk sizes");
            }
            ensureCapacity(list.bytes().length);
            bytes.put(list.bytes(), HEAD, list.bytes().length - HEAD);
            end += list.end();
        }

        int count() {
            return (bytes.position() - HEAD) / CHUNK;
        }

        /** The end of the last chunk. */
        public long end() {
            return end;
        }

        private void ensureCapacity(int more) {
            if (bytes.remaining() < more) {
                int size = Math.max(bytes.position() + more, 2 * bytes.capacity());
                bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), size)).position(bytes.position());
            }
        }

        public ChunkList build() {
            return new ChunkList(ByteBuffer.wrap(Arrays.copyOf(bytes.array(), bytes.position())));
        }
    }
}
