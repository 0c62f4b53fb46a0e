package io.bactrian.content;

import com.sun.jna.LastErrorException;
import com.sun.jna.ptr.LongByReference;
import io.bactrian.tree.CLibrary;
import io.bactrian.tree.LibC;
import io.bactrian.tree.SafeOpen;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Copies ranges of one file to another as cheaply as possible: by sharing blocks where the file system can (XFS,
 * Btrfs), else by a copy in the kernel, else in Java. Holes stay holes: the destination must be new at the copied
 * ranges and so reads as zeros there. Not thread-safe.
 */
public final class CopyRange implements Closeable {
    /** Only whole blocks can be shared. No file system has larger ones. */
    static final int BLOCK = 64 * 1024;

    private static final long AT_ONCE = 1L << 30;

    /**
     * {@code _IOW(0x94, 9, int)}; the same on all architectures except for a few that
     * {@link CLibrary#hasKnownFlags} excludes.
     */
    private static final long FICLONE = 0x40049409L;

    private final Path from;
    private final Path to;
    private final Pair files;
    private FileChannel source;
    private FileChannel copy;
    private long skipped;

    private CopyRange(Path from, Path to) throws IOException {
        this.from = from;
        this.to = to;
        this.files = CopyFileRange.AVAILABLE ? Pair.open(from, to) : null;
        if (files == null) {
            // Java reports errors better, so it meets them again.
            try {
                openChannels();
            } catch (IOException e) {
                close();
                throw e;
            }
        }
    }

    /**
     * Opens two existing files, without following links in the last component.
     *
     * @throws IOException if the first cannot be read or the second cannot be written
     */
    public static CopyRange between(Path from, Path to) throws IOException {
        return new CopyRange(from, to);
    }

    /**
     * Copies a whole file to an existing, empty one, without following links in the last component.
     *
     * @throws IOException if it cannot be read or written; then the copy is incomplete
     */
    public static void whole(Path from, Path to) throws IOException {
        try (CopyRange files = between(from, to)) {
            if (!files.shares()) {
                files.stretch(files.copy(0, 0, Long.MAX_VALUE));
            }
        }
    }

    /** Bytes that were skipped because the source has holes there. */
    long skipped() {
        return skipped;
    }

    /** Extends the file to a length at which it ends with a hole. */
    private void stretch(long length) throws IOException {
        if (skipped > 0) {
            try {
                LibC.ftruncate(files.out(), length);
            } catch (LastErrorException e) {
                throw new IOException(to + " cannot be extended to the size of " + from, e);
            }
        }
    }

    /** Makes the second file share all blocks of the first, if possible. */
    boolean shares() {
        return files != null && files.cloned();
    }

    /**
     * Copies bytes from an offset in the first file to an offset in the second.
     *
     * @return the number copied; less than requested only if the first file ends
     */
    public long copy(long at, long place, long length) throws IOException {
        long copied = 0;
        while (copied < length) {
            long more = copied(at + copied, place + copied, Math.min(AT_ONCE, length - copied));
            if (more == 0) {
                break;
            }
            copied += more;
        }
        return copied;
    }

    private long copied(long at, long place, long length) throws IOException {
        if (source == null) {
            try {
                long hole = files.hole(at, length);
                skipped += hole;
                long copied = hole > 0 ? hole : files.copied(at, place, length);
                if (copied > 0) {
                    return copied;
                }
            } catch (LastErrorException e) {
                // The disk is full, or copying is not supported; the Java copy below tells which.
            }
            openChannels();
        }
        return source.transferTo(at, length, copy.position(place));
    }

    private void openChannels() throws IOException {
        source = SafeOpen.read(from);
        copy = FileChannel.open(to, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void close() throws IOException {
        try (FileChannel first = source; FileChannel second = copy; Pair pair = files) {
            source = null;
        }
    }

    /** Two open file descriptors. */
    private record Pair(int in, int out) implements Closeable {
        /** Empty if one of them cannot be opened. */
        static Pair open(Path from, Path to) {
            int in = -1;
            try {
                // Does not block if the file was replaced by a FIFO.
                in = LibC.open(from, LibC.O_NOFOLLOW | LibC.O_NONBLOCK);
                return new Pair(in, LibC.open(to, LibC.O_WRONLY | LibC.O_NOFOLLOW));
            } catch (LastErrorException e) {
                if (in >= 0) {
                    LibC.close(in);
                }
                return null;
            }
        }

        boolean cloned() {
            try {
                return LibC.ioctl(out, FICLONE, in) == 0;
            } catch (LastErrorException e) {
                // This file system does not share blocks, or the files are on different ones.
                return false;
            }
        }

        /** The length of the hole at this offset, up to the limit; 0 if there is data. */
        long hole(long at, long length) throws LastErrorException {
            long end = Holes.end(in);
            return at >= end ? 0 : Math.min(length, Holes.data(in, at, end) - at);
        }

        /**
         * Copies at most up to the next hole, sharing whole blocks where possible. Some kernels return 0 instead of
         * an error where copying is not supported.
         */
        long copied(long at, long place, long length) throws LastErrorException {
            long data = at >= Holes.end(in) ? length : Math.min(length, Math.max(1, Holes.hole(in, at) - at));
            return CopyFileRange.copy_file_range(in, new LongByReference(at), out, new LongByReference(place), data, 0);
        }

        @Override
        public void close() {
            LibC.close(in);
            LibC.close(out);
        }
    }

    /** Apart from {@link LibC}, because C libraries from before 2018 lack it. */
    private static final class CopyFileRange {
        static final boolean AVAILABLE = LibC.AVAILABLE && CLibrary.load(CopyFileRange.class);

        static native long copy_file_range(int from, LongByReference at, int to, LongByReference place, long length,
                int flags) throws LastErrorException;
    }
}
