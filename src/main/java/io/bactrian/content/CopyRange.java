package io.bactrian.content;

import com.sun.jna.LastErrorException;
import com.sun.jna.Platform;
import com.sun.jna.ptr.LongByReference;
import io.bactrian.tree.CLibrary;
import io.bactrian.tree.SafeOpen;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Copies from one file to another the cheapest way there is: where the file system can (XFS, Btrfs) both share their
 * blocks until one of them changes, elsewhere the kernel copies, and where neither can be had Java does. Holes stay holes:
 * the second file is new where it is copied to, so that it has zeros there. Not thread-safe.
 */
public final class CopyRange implements Closeable {
    /** Blocks are shared between places that are whole numbers of them; no file system's are larger. */
    static final int BLOCK = 64 * 1024;

    private static final long AT_ONCE = 1L << 30;

    private final Path from;
    private final Path to;
    private final LibC.Pair files;
    private FileChannel source;
    private FileChannel copy;
    private long skipped;

    private CopyRange(Path from, Path to) throws IOException {
        this.from = from;
        this.to = to;
        this.files = LibC.AVAILABLE ? LibC.Pair.open(from, to) : null;
        if (files == null) {
            // What can be told of a fault is told by Java.
            try {
                openChannels();
            } catch (IOException e) {
                close();
                throw e;
            }
        }
    }

    /**
     * Opens two files, both of which are there. No link is followed at their last names.
     *
     * @throws IOException if the first cannot be read, or the second not written
     */
    public static CopyRange between(Path from, Path to) throws IOException {
        return new CopyRange(from, to);
    }

    /**
     * Copies all that is in one file to another, which is there and empty. No link is followed at their last names.
     *
     * @throws IOException if it cannot be read or written; then the copy is not whole
     */
    public static void whole(Path from, Path to) throws IOException {
        try (CopyRange files = between(from, to)) {
            if (!files.shares()) {
                files.stretch(files.copy(0, 0, Long.MAX_VALUE));
            }
        }
    }

    /** Bytes that were not copied, since the first file has holes there. */
    long skipped() {
        return skipped;
    }

    /** What ends with a hole is as long all the same. */
    private void stretch(long length) throws IOException {
        if (skipped > 0) {
            try {
                LibC.ftruncate(files.out(), length);
            } catch (LastErrorException e) {
                throw new IOException(to + " cannot be made as long as " + from, e);
            }
        }
    }

    /** Lets the second file share all of the first one's blocks, if that can be. */
    boolean shares() {
        return files != null && files.cloned();
    }

    /**
     * Copies bytes from a place in the first file to a place in the second.
     *
     * @return how many; fewer than wanted only if the first file ends there
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
                // The disk is full, or this kernel or file system cannot: the next line tells which.
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
        try (FileChannel first = source; FileChannel second = copy; LibC.Pair pair = files) {
            source = null;
        }
    }

    /** The C library, loaded at first use. */
    private static final class LibC {
        static final boolean AVAILABLE = CLibrary.hasKnownFlags() && CLibrary.load(LibC.class);
        private static final int O_WRONLY = 1;
        /** A FIFO, in the place of the file by now, would be waited for. */
        private static final int O_NONBLOCK = 04000;
        private static final int O_CLOEXEC = 02000000;
        private static final int O_NOFOLLOW = Platform.isARM() ? 0100000 : 0400000;
        /** {@code _IOW(0x94, 9, int)}, as on all architectures but a few that {@link CLibrary#hasKnownFlags} leaves out. */
        private static final long FICLONE = 0x40049409L;

        static native int open(byte[] path, int flags) throws LastErrorException;

        static native int close(int file);

        static native int ioctl(int file, long request, long argument) throws LastErrorException;

        static native int ftruncate(int file, long length) throws LastErrorException;

        static native long copy_file_range(int from, LongByReference at, int to, LongByReference place, long length,
                int flags) throws LastErrorException;

        /** Two open files. */
        record Pair(int in, int out) implements Closeable {
            /** Nothing, if one of them cannot be opened. */
            static Pair open(Path from, Path to) {
                int in = -1;
                try {
                    in = LibC.open(CLibrary.text(from.toString()), O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
                    return new Pair(in, LibC.open(CLibrary.text(to.toString()), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
                } catch (LastErrorException e) {
                    if (in >= 0) {
                        LibC.close(in);
                    }
                    return null;
                }
            }

            boolean cloned() {
                try {
                    return ioctl(out, FICLONE, in) == 0;
                } catch (LastErrorException e) {
                    // This file system does not share blocks, or the two are not on the same.
                    return false;
                }
            }

            /** How long the hole is that is at this place, as far as that matters; 0 if there is data. */
            long hole(long at, long length) throws LastErrorException {
                long end = Holes.end(in);
                return at >= end ? 0 : Math.min(length, Holes.data(in, at, end) - at);
            }

            /**
             * Copies at most up to the next hole. Shares whole blocks where it can; some kernels copy nothing, and say no more,
             * where they cannot.
             */
            long copied(long at, long place, long length) throws LastErrorException {
                long data = at >= Holes.end(in) ? length : Math.min(length, Math.max(1, Holes.hole(in, at) - at));
                return copy_file_range(in, new LongByReference(at), out, new LongByReference(place), data, 0);
            }

            @Override
            public void close() {
                LibC.close(in);
                LibC.close(out);
            }
        }

    }
}
