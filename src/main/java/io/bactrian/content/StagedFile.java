package io.bactrian.content;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

import io.bactrian.tree.Digest;
import io.bactrian.tree.Statx;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * An upload in progress: a sparse data file, and beside it a log of the ranges that have arrived. The log is written
 * after the data, so it never claims more than exists when the process dies. (After a power cut it may; the digest
 * reveals that.) Thread-safe.
 */
final class StagedFile {
    private static final int COPIED_AT_ONCE = 4 << 20;
    /** Limits the memory that parts of single scattered bytes can take. */
    private static final int MAX_PIECES = 100_000;

    private Path data;
    private Path record;
    private final long size;
    private final Ranges received;
    private final List<Range> arriving = new ArrayList<>();
    private final StagedHash hash = new StagedHash(this::data, this::coveredTo);
    private final StagingQuota quota;
    private long stored;
    private boolean gone;

    /** Continues an upload from its two existing files. */
    StagedFile(Path data, Path record, long size, StagingQuota quota) throws IOException {
        this.quota = quota;
        this.data = data;
        this.record = record;
        this.size = size;
        this.received = RangeLog.read(record, size);
        this.stored = Math.min(Statx.allocated(data), size - received.missing(0, size).stream().mapToLong(Range::length).sum());
        stretch();
        quota.hold(stored);
    }

    /**
     * Begins an upload in place of whatever is there. Leaves nothing behind if the file system does not support this
     * size.
     */
    static StagedFile begin(Path data, Path record, long size, StagingQuota quota) throws IOException {
        // The log is removed first and created first, because data without its log is worthless.
        Files.deleteIfExists(record);
        Files.deleteIfExists(data);
        Files.createFile(data, Staging.OWNER_ONLY);
        Files.createFile(record, Staging.OWNER_ONLY);
        try {
            return new StagedFile(data, record, size, quota);
        } catch (IOException e) {
            Files.delete(record);
            Files.delete(data);
            throw e;
        }
    }

    /** Sets the length of the file, so that everything not written reads as zeros. */
    private void stretch() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
            if (file.length() < size) {
                file.setLength(size);
            }
        } catch (IOException e) {
            throw new FileSystemException(data.toString(), null, e.getMessage());
        }
    }

    long size() {
        return size;
    }

    /**
     * Marks bytes as zeros without writing them. Ranges that are being written at this moment are left to their writer.
     */
    synchronized void zeros(Range range) throws IOException {
        if (range.end() > size) {
            throw new PartOutOfRangeException(range.offset(), range.length(), size);
        }
        for (Range missing : missing(range)) {
            if (!gone && received.pieces() <= MAX_PIECES && arriving.stream().noneMatch(missing::overlaps)) {
                settle(missing);
            }
        }
    }

    synchronized List<Range> missing() {
        return received.missing(0, size);
    }

    /** Writes the bytes that have not arrived yet. A byte that has been hashed never changes again. */
    void write(long offset, ByteBuffer... part) throws IOException {
        ByteBuf bytes = Unpooled.wrappedBuffer(part);
        int length = bytes.readableBytes();
        if (offset < 0 || offset > size - length) {
            throw new PartOutOfRangeException(offset, length, size);
        }
        if (length == 0) {
            return;
        }
        List<Range> reserved = reserve(new Range(offset, length));
        try {
            for (Range range : reserved) {
                store(range, slice(bytes, range.offset() - offset, range.length()));
                hash.update(range.offset(), slice(bytes, range.offset() - offset, range.length()), range.length());
            }
        } finally {
            release(reserved);
        }
    }

    private static List<ByteBuffer> slice(ByteBuf bytes, long offset, long length) {
        return List.of(bytes.nioBuffers((int) offset, (int) length));
    }

    /**
     * Copies missing ranges from another content for a limited time, but at least something if there is anything.
     *
     * @param until deadline by {@link System#nanoTime}
     * @return whether nothing more can be copied; what is missing then is not in the other content
     */
    boolean copy(Path base, List<Recipe.Copy> copies, long until) throws IOException {
        ForkJoinTask<?> hashed = ForkJoinPool.commonPool().submit(() -> { });
        try (CopyRange files = CopyRange.between(base, data())) {
            for (Recipe.Copy copy : copies) {
                for (Range range : missing(copy.place())) {
                    for (long at = range.offset(); at < range.end(); at = stop(at, range.end())) {
                        long length = stop(at, range.end()) - at;
                        if (!copied(files, copy, new Range(at, length))) {
                            return true;
                        }
                        hashed.join();
                        // On another processor, while copying goes on
                        hashed = ForkJoinPool.commonPool().submit(() -> hash.updateBehind(length));
                        if (System.nanoTime() - until >= 0) {
                            return false;
                        }
                    }
                }
            }
            return true;
        } catch (FileSystemException e) {
            // The other content was just removed, or its mode denies its owner access.
            return true;
        } finally {
            hashed.join();
        }
    }

    /** The end of the next copy; a multiple of whole blocks if possible, so that they can be shared. */
    private static long stop(long at, long end) {
        long block = at % CopyRange.BLOCK;
        return Math.min(end, block == 0 ? at + COPIED_AT_ONCE : at - block + CopyRange.BLOCK);
    }

    private boolean copied(CopyRange files, Recipe.Copy copy, Range wanted) throws IOException {
        List<Range> reserved = reserve(wanted);
        try {
            for (Range range : reserved) {
                long skipped = files.skipped();
                if (files.copy(copy.from() + range.offset() - copy.to(), range.offset(), range.length()) < range.length()) {
                    return false;
                }
                settle(range);
                releaseZeros(files.skipped() - skipped);
            }
            return true;
        } finally {
            release(reserved);
        }
    }

    private synchronized List<Range> missing(Range within) {
        return received.missing(within.offset(), within.end());
    }

    /** What will be missing once all of these copies are made. */
    synchronized List<Range> missingBut(List<Recipe.Copy> copies) {
        Ranges there = received.copy();
        copies.forEach(copy -> there.add(copy.place()));
        return there.missing(0, size);
    }

    /** Waits for writers of overlapping ranges, then reserves what is left of the range for this thread. */
    private synchronized List<Range> reserve(Range wanted) throws IOException {
        while (!gone && arriving.stream().anyMatch(wanted::overlaps)) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("interrupted while another thread wrote the same part");
            }
        }
        if (gone) {
            throw new UnknownUploadException();
        }
        if (received.pieces() > MAX_PIECES) {
            throw new IOException("the upload has too many separate ranges: send its parts in order");
        }
        List<Range> missing = received.missing(wanted.offset(), wanted.end());
        long more = missing.stream().mapToLong(Range::length).sum();
        quota.take(more);
        stored += more;
        arriving.addAll(missing);
        return missing;
    }

    private void store(Range range, List<ByteBuffer> bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(data(), StandardOpenOption.WRITE)) {
            long written = SparseWriter.write(channel, range.offset(), bytes);
            settle(range);
            releaseZeros(range.length() - written);
        }
    }

    /** Returns quota for bytes that turned out to be zeros. */
    private synchronized void releaseZeros(long zeros) {
        if (!gone) {
            stored -= zeros;
            quota.give(zeros);
        }
    }

    private synchronized void settle(Range range) throws IOException {
        if (!gone) {
            RangeLog.append(record, range);
            received.add(range);
        }
    }

    /** Releases all reserved ranges, written or not, and wakes waiting writers. */
    private synchronized void release(List<Range> reserved) {
        arriving.removeAll(reserved);
        long lost = gone ? 0 : reserved.stream().flatMap(range -> missing(range).stream()).mapToLong(Range::length).sum();
        stored -= lost;
        quota.give(lost);
        notifyAll();
    }

    private synchronized long coveredTo(long from) {
        return received.coveredTo(from);
    }

    /** Whether every byte has arrived. */
    boolean complete() {
        return missing().isEmpty();
    }

    /** Hashes a complete file for a limited time, but at least something. Returns whether all is hashed. */
    boolean hash(long until) throws IOException {
        return hash.hash(size, until);
    }

    /** The digest of a complete file. */
    Digest digest() throws IOException {
        return hash.digest(size);
    }

    /** Renames the files; concurrent writes may fail. */
    synchronized void move(Path data, Path record) throws IOException {
        // After a crash between the two moves, the log belongs to no upload.
        Files.move(this.record, record, StandardCopyOption.REPLACE_EXISTING);
        this.record = record;
        Files.move(this.data, data, StandardCopyOption.REPLACE_EXISTING);
        this.data = data;
    }

    private synchronized Path data() {
        return data;
    }

    /** Removes both files; concurrent writes will fail. */
    synchronized void discard() throws IOException {
        gone = true;
        quota.give(stored);
        stored = 0;
        notifyAll();
        Files.deleteIfExists(record);
        Files.deleteIfExists(data);
    }
}
