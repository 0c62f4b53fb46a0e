package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/**
 * A file that was read, and whether its stat can vouch for what was read from now on.
 *
 * @param settled false if the file was touched so shortly before that another touch would give it the same
 *                times: git calls such an entry racily clean. It has to be read again next time.
 */
record ReadResult(Digest digest, Stat stat, boolean settled) {
    /** Longer than the tick (4 to 10 ms) in which kernels count a file's times. */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int OWNER_READS = 0400;
    private static final int ATTEMPTS = 3;

    /** Reads the file whole, again if it changes meanwhile. Its owner may read it whatever its mode. */
    static ReadResult of(Path file, Stat before) throws IOException {
        Stat stat = before;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long start = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
            boolean opened = !isReadable(file, stat);
            Digest digest = opened ? open(file, stat) : ContentSource.digest(file);
            Stat after = Stat.of(file).orElseThrow(() -> changing(file));
            if (opened ? sameButForMode(after, stat) : after.sameContent(stat)) {
                return new ReadResult(digest, after, !opened && settled(after, start));
            }
            stat = after;
        }
        throw changing(file);
    }

    /** Whether a stat taken now will differ after any later change. */
    static boolean settled(Stat stat, long start) {
        return stat.changed() < start - TICK;
    }

    private static boolean isReadable(Path file, Stat stat) {
        return (stat.mode() & OWNER_READS) != 0 || Files.isReadable(file);
    }

    private static Digest open(Path file, Stat stat) throws IOException {
        Posix.mode(file, stat.mode() | OWNER_READS);
        try {
            return ContentSource.digest(file);
        } finally {
            Posix.mode(file, stat.mode());
        }
    }

    /** Opening and closing it to its owner has changed the change time. */
    private static boolean sameButForMode(Stat a, Stat b) {
        return a.inode() == b.inode() && a.modified().equals(b.modified()) && a.size() == b.size();
    }

    private static IOException changing(Path file) {
        return new FileSystemException(file.toString(), null, "it keeps changing while it is read");
    }

    /** What the index is to hold of it at the path. */
    IndexEntry held(String path) {
        Entry.File entry = new Entry.File(path, stat.mode(), stat.modified(), stat.size(), digest);
        return settled ? IndexEntry.seen(entry, stat) : IndexEntry.unseen(entry);
    }
}
