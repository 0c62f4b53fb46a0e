package io.bactrian.content;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import com.sun.jna.LastErrorException;
import com.sun.jna.Platform;
import io.bactrian.tree.CLibrary;

/**
 * Finds out whether a content fits into a disk quota. File systems report the remaining quota only by failing writes.
 * So, once a write has failed for want of space, the space for each content is allocated before it is sent, and
 * released at once. Not earlier, because allocating a GiB takes a quarter of a second on tmpfs. Thread-safe.
 */
public final class QuotaProbe {
    private static final int ENOSPC = 28;
    private static final int EDQUOT = 122;

    private final Staging staging;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean probing;

    public QuotaProbe(Staging staging) {
        this.staging = staging;
    }

    /** A write failed for want of space. */
    public void writeFailed() {
        probing = true;
    }

    /** A lock to be held while a content is written, so that a concurrent probe does not take its space. */
    public Lock writing() {
        return lock.readLock();
    }

    /**
     * Checks that this many bytes can be written, as far as the file system can tell.
     *
     * @throws FileSystemException if not; with the system's reason and no path
     */
    public void require(long bytes) throws IOException {
        if (!probing || bytes == 0 || !LibC.AVAILABLE) {
            return;
        }
        Path probe = staging.temporary();
        lock.writeLock().lock();
        try {
            Files.createFile(probe, Staging.OWNER_ONLY);
            LibC.take(probe, bytes);
        } catch (NoSuchFileException e) {
            // The staging directory was just removed because it was empty.
        } catch (LastErrorException e) {
            if (e.getErrorCode() == EDQUOT || e.getErrorCode() == ENOSPC) {
                throw new FileSystemException("", null, e.getErrorCode() == EDQUOT ? "Disk quota exceeded"
                        : "No space left on device");
            }
            // This file system cannot tell; the write will.
        } finally {
            try {
                Files.deleteIfExists(probe);
            } finally {
                lock.writeLock().unlock();
            }
        }
    }

    /** The C library, loaded on first use. */
    private static final class LibC {
        static final boolean AVAILABLE = CLibrary.hasKnownFlags() && CLibrary.load(LibC.class);
        private static final int O_WRONLY = 1;
        private static final int O_CLOEXEC = 02000000;
        private static final int O_NOFOLLOW = Platform.isARM() ? 0100000 : 0400000;
        private static final int FALLOC_FL_KEEP_SIZE = 1;

        static native int open(byte[] path, int flags) throws LastErrorException;

        static native int close(int file);

        /** Not {@code posix_fallocate}, which falls back to writing zeros. */
        static native int fallocate(int file, int mode, long offset, long length) throws LastErrorException;

        static void take(Path path, long bytes) throws LastErrorException {
            int file = open(CLibrary.text(path.toString()), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
            try {
                fallocate(file, FALLOC_FL_KEEP_SIZE, 0, bytes);
            } finally {
                close(file);
            }
        }
    }
}
