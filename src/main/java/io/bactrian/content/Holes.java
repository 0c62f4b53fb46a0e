package io.bactrian.content;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

import com.sun.jna.LastErrorException;
import com.sun.jna.Platform;
import io.bactrian.tree.CLibrary;

/**
 * Where a file has holes: what takes no room on its disk and reads as zeros. Where the system does not tell
 * ({@code SEEK_HOLE}, see lseek(2)) there are none. Stateless.
 */
public final class Holes {
    private Holes() {
    }

    /**
     * The largest holes of a file, in their order; none, if it cannot be opened.
     *
     * @param least bytes that each of them has
     * @param most  how many of them
     */
    public static List<Range> of(Path file, long least, int most) {
        if (!LibC.AVAILABLE) {
            return List.of();
        }
        PriorityQueue<Range> largest = new PriorityQueue<>(Comparator.comparingLong(Range::length));
        int open = -1;
        try {
            open = LibC.open(CLibrary.text(file.toString()), LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
            long end = LibC.lseek(open, 0, LibC.SEEK_END);
            for (long at = 0; at < end;) {
                long hole = LibC.lseek(open, at, LibC.SEEK_HOLE);
                at = hole < end ? data(open, hole, end) : end;
                if (at - hole >= least) {
                    largest.add(new Range(hole, at - hole));
                }
                if (largest.size() > most) {
                    largest.remove();
                }
            }
        } catch (LastErrorException e) {
            // Who reads it is told why that cannot be.
        } finally {
            if (open >= 0) {
                LibC.close(open);
            }
        }
        return largest.stream().sorted(Comparator.comparingLong(Range::offset)).toList();
    }

    /** Where the data begins that is at a place of an open file, or behind it: its end, if there is none. */
    static long data(int open, long at, long end) {
        try {
            return LibC.lseek(open, at, LibC.SEEK_DATA);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != LibC.ENXIO) {
                throw e;
            }
            return Math.max(at, end);
        }
    }

    /** Where the next hole begins behind a place of an open file that has data: its end, if there is none. */
    static long hole(int open, long at) {
        return LibC.lseek(open, at, LibC.SEEK_HOLE);
    }

    /** How long an open file is. */
    static long end(int open) {
        return LibC.lseek(open, 0, LibC.SEEK_END);
    }

    /** The C library, loaded at first use. */
    private static final class LibC {
        static final boolean AVAILABLE = CLibrary.hasKnownFlags() && CLibrary.load(LibC.class);
        static final int O_CLOEXEC = 02000000;
        static final int O_NOFOLLOW = Platform.isARM() ? 0100000 : 0400000;
        static final int SEEK_END = 2;
        static final int SEEK_DATA = 3;
        static final int SEEK_HOLE = 4;
        static final int ENXIO = 6;

        static native int open(byte[] path, int flags) throws LastErrorException;

        static native long lseek(int file, long offset, int whence) throws LastErrorException;

        static native int close(int file);
    }
}
