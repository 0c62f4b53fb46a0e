package io.bactrian.content;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Copies a file the cheapest way there is: where the file system can (XFS, Btrfs) both share their blocks until one of
 * them changes, elsewhere the kernel copies, and where neither can be had Java does. Stateless.
 */
public final class CopyRange {
    private static final long AT_ONCE = 1L << 30;

    private CopyRange() {
    }

    /**
     * Copies all that is in one file to another, which is there and empty. No link is followed at their last names.
     *
     * @throws IOException if it cannot be read or written; then the copy is not whole
     */
    public static void whole(Path from, Path to) throws IOException {
        if (LibC.AVAILABLE && LibC.copied(from, to)) {
            return;
        }
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING,
                        LinkOption.NOFOLLOW_LINKS)) {
            long at = 0;
            long moved = 1;
            while (moved > 0) {
                moved = in.transferTo(at, AT_ONCE, out);
                at += moved;
            }
        }
    }

    /** Lets the second file share the first one's blocks, if that can be. */
    static boolean clones(Path from, Path to) {
        return LibC.AVAILABLE && LibC.with(from, to, LibC::cloned);
    }

    /** The C library, loaded at first use. */
    private static final class LibC {
        static final boolean AVAILABLE = load();
        private static final int O_WRONLY = 1;
        private static final int O_CLOEXEC = 02000000;
        private static final int O_NOFOLLOW = Platform.isARM() ? 0100000 : 0400000;
        /** {@code _IOW(0x94, 9, int)}, as on all architectures but a few that {@link #load} leaves out. */
        private static final long FICLONE = 0x40049409L;

        static native int open(byte[] path, int flags) throws LastErrorException;

        static native int close(int file);

        static native int ioctl(int file, long request, long argument) throws LastErrorException;

        static native long copy_file_range(int from, Pointer at, int to, Pointer place, long length, int flags)
                throws LastErrorException;

        private interface Way {
            boolean copies(int from, int to);
        }

        /** What can be told of a fault is told by Java, which tries it once more. */
        static boolean copied(Path from, Path to) {
            return with(from, to, (in, out) -> cloned(in, out) || copiedByKernel(in, out));
        }

        static boolean with(Path from, Path to, Way way) {
            int in = -1;
            int out = -1;
            try {
                in = open(bytes(from), O_NOFOLLOW | O_CLOEXEC);
                out = open(bytes(to), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
                return way.copies(in, out);
            } catch (LastErrorException e) {
                return false;
            } finally {
                closed(in);
                closed(out);
            }
        }

        private static void closed(int file) {
            if (file >= 0) {
                close(file);
            }
        }

        static boolean cloned(int in, int out) {
            try {
                return ioctl(out, FICLONE, in) == 0;
            } catch (LastErrorException e) {
                // This file system does not share blocks, or the two are not on the same.
                return false;
            }
        }

        private static boolean copiedByKernel(int in, int out) {
            long copied = 0;
            long more = 1;
            while (more > 0) {
                more = copy_file_range(in, Pointer.NULL, out, Pointer.NULL, AT_ONCE, 0);
                copied += more;
            }
            // Some kernels copy nothing, and say no more, where they cannot.
            return copied > 0;
        }

        private static byte[] bytes(Path path) {
            byte[] utf8 = path.toString().getBytes(StandardCharsets.UTF_8);
            return Arrays.copyOf(utf8, utf8.length + 1);
        }

        private static boolean load() {
            if (!Platform.isLinux() || !(Platform.isIntel() || Platform.isARM()) || Native.LONG_SIZE != Long.BYTES
                    || !"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
                return false;
            }
            try {
                Native.register(LibC.class, Platform.C_LIBRARY_NAME);
                return true;
            } catch (LinkageError | RuntimeException e) {
                return false;
            }
        }
    }
}
