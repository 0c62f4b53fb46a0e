package io.bactrian.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

import io.bactrian.tree.Digest;

/** The digest of a content that arrives in parts, which grows with them as far as there is no gap. Thread-safe. */
final class StagedHash {
    private static final int BUFFER = 256 * 1024;
    private static final int HASHED_AT_ONCE = 16 << 20;

    private final Supplier<Path> data;
    private final LongUnaryOperator covered;
    private final ReentrantLock hashing = new ReentrantLock();
    private final PrefixHash prefix = new PrefixHash();

    /** @param covered to where all has arrived from some place on */
    StagedHash(Supplier<Path> data, LongUnaryOperator covered) {
        this.data = data;
        this.covered = covered;
    }

    /** Hashes from memory what continues the prefix, then reads back a bounded part of what came ahead. */
    void update(long offset, List<ByteBuffer> bytes, long readBack) throws IOException {
        // Whoever is hashing already will read this part back: waiting would only stop the next write.
        if (hashing.tryLock()) {
            try {
                prefix.update(offset, bytes);
                catchUp(readBack);
            } finally {
                hashing.unlock();
            }
        }
    }

    /** As {@link #update}, for as much as was just written to a file: it is read back from the system's cache. */
    void updateBehind(long length) {
        try {
            update(0, List.of(), 2 * length);
        } catch (IOException e) {
            // Whoever needs the digest reads it again, and is told.
        }
    }

    /** As much as is read back after so many bytes have arrived. */
    static long readBack(long arrived) {
        return 2L * BUFFER + 2 * arrived;
    }

    /** Hashes for a while: at least something. Tells whether all of a content of this size is hashed. */
    boolean hash(long size, long until) throws IOException {
        hashing.lock();
        try {
            do {
                catchUp(HASHED_AT_ONCE);
            } while (prefix.length() < size && System.nanoTime() - until < 0);
            return prefix.length() == size;
        } finally {
            hashing.unlock();
        }
    }

    /** The digest of all of a content of this size. */
    Digest digest(long size) throws IOException {
        hashing.lock();
        try {
            catchUp(size);
            return prefix.finish();
        } finally {
            hashing.unlock();
        }
    }

    private void catchUp(long most) throws IOException {
        long end = Math.min(covered.applyAsLong(prefix.length()), prefix.length() + most);
        if (prefix.length() < end) {
            try (SparseReader file = new SparseReader(data.get())) {
                prefix.readTo(end, file, BUFFER);
            }
        }
    }
}
