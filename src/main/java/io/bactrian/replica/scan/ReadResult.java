package io.bactrian.replica.scan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

import io.bactrian.content.SparseReader;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.disk.Posix;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/**
 * The result of reading a file, and whether its stat will reveal later changes.
 *
 * @param settled false if the file was modified so recently that another write may get the same times ("racily clean"
 *                in git's terms); it must be read again next time
 */
public record ReadResult(Digest digest, Stat stat, boolean settled) {
    /** Longer than the granularity (4 to 10 ms) of file times in kernels. */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int OWNER_READS = 0400;
    private static final int ATTEMPTS = 3;
    private static final int BUFFER = 256 * 1024;

    /** Reads the whole file, and again if it changes meanwhile. The owner can read it whatever its mode. */
    public static ReadResult of(Path file, Stat before) throws IOException {
        Stat stat = before;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long start = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
            boolean opened = !isReadable(file, stat);
            Digest digest = opened ? open(file, stat) : digest(file);
            Stat after = Stat.of(file).orElseThrow(() -> changing(file));
            if (opened ? sameButForMode(after, stat) : after.sameContent(stat)) {
                return new ReadResult(digest, after, !opened && settled(after, start));
            }
            stat = after;
        }
        throw changing(file);
    }

    /** The digest of a whole file. */
    public static Digest digest(Path file) throws IOException {
        return digest(file, ByteBuffer.allocate(BUFFER), bytes -> { });
    }

    /** As above, in pieces that the buffer can hold; {@code read} gets the size of each once it is hashed. */
    public static Digest digest(Path file, ByteBuffer buffer, IntConsumer read) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (SparseReader reader = new SparseReader(file)) {
            long at = 0;
            for (int bytes = reader.read(buffer.clear(), at); bytes >= 0; bytes = reader.read(buffer.clear(), at)) {
                at += bytes;
                sha256.update(buffer.flip());
                read.accept(bytes);
            }
        }
        return Digest.from(sha256.digest());
    }

    /** Whether any later change will change the stat. */
    public static boolean settled(Stat stat, long start) {
        return stat.changed() < start - TICK;
    }

    private static boolean isReadable(Path file, Stat stat) {
        return (stat.mode() & OWNER_READS) != 0 || Files.isReadable(file);
    }

    private static Digest open(Path file, Stat stat) throws IOException {
        Posix.mode(file, stat.mode() | OWNER_READS);
        try {
            return digest(file);
        } finally {
            Posix.mode(file, stat.mode());
        }
    }

    /** Ignores the change time, which making the file readable for its owner has changed. */
    private static boolean sameButForMode(Stat a, Stat b) {
        return a.inode() == b.inode() && a.modified().equals(b.modified()) && a.size() == b.size();
    }

    private static IOException changing(Path file) {
        return new FileSystemException(file.toString(), null, "it changed each time while it was read");
    }

    /** The index entry for this file at the path. */
    public IndexEntry held(String path) {
        Entry.File entry = new Entry.File(path, stat.mode(), stat.modified(), stat.size(), digest);
        return settled ? IndexEntry.seen(entry, stat) : IndexEntry.unseen(entry);
    }
}
