package io.bactrian.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

import io.bactrian.tree.Digest;

/**
 * The digest of a content that arrives in parts. It is computed while they arrive, as far as there is no gap.
 * Thread-safe.
 */
final class StagedHash {
    private static final int BUFFER = 256 * 1024;
    private static final int HASHED_AT_ONCE = 16 << 20;

    private final Supplier<Path> data;
    private final LongUnaryOperator covered;
    private final ReentrantLock hashing = new ReentrantLock();
    private final PrefixHash prefix = new PrefixHash();

    /** @param covered maps an offset to the end of the data that has arrived without a gap from there */
    StagedHash(Supplier<Path> data, LongUnaryOperator covered) {
        this.data = data;
        this.covered = covered;
    }

    /**
     * Hashes what continues the prefix from memory, then reads back a bounded part of what arrived ahead of it.
     *
     * @param arrived the number of bytes that have just arrived
     */
    void update(long offset, List<ByteBuffer> bytes, long arrived) throws IOException {
        // Another thread is hashing and will read this part back. Waiting would only delay the next write.
        if (hashing.tryLock()) {
            try {
                prefix.update(offset, bytes);
                catchUp(2L * BUFFER + 2 * arrived);
            } finally {
                hashing.unlock();
            }
        }
    }

    /** As {@link #update}, for data that was just written to the file and is read back from the page cache. */
    void updateBehind(long arrived) {
        try {
            update(0, List.of(), arrived);
        } catch (IOException e) {
            // The digest is read again when it is needed, and that reports the error.
        }
    }

    /**
     * Hashes for a limited time, but at least something. Returns whether a content of this size is hashed completely.
     */
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

    /** The digest of a complete content of this size. */
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
