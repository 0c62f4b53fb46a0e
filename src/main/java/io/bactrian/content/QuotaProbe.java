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
import io.bactrian.tree.LibC;

/**
 * Finds out whether a content fits into a disk quota. File systems report the remaining quota only by failing writes.
 * So, once a write has failed for want of space, the space for each content is allocated before it is sent, and
 * released at once. Not earlier, because allocating a GiB takes a quarter of a second on tmpfs. Thread-safe.
 */
public final class QuotaProbe {
    private static final int FALLOC_FL_KEEP_SIZE = 1;

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
            LibC.allocate(probe, FALLOC_FL_KEEP_SIZE, bytes);
        } catch (NoSuchFileException e) {
            // The staging directory was just removed because it was empty.
        } catch (LastErrorException e) {
            if (e.getErrorCode() == LibC.EDQUOT || e.getErrorCode() == LibC.ENOSPC) {
                throw new FileSystemException("", null, e.getErrorCode() == LibC.EDQUOT ? "Disk quota exceeded"
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
}
