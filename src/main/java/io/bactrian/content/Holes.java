package io.bactrian.content;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

import com.sun.jna.LastErrorException;
import io.bactrian.tree.LibC;

/**
 * Finds the holes of a sparse file. There are none where the system does not report them ({@code SEEK_HOLE}, see
 * lseek(2)). Stateless.
 */
public final class Holes {
    private static final int SEEK_END = 2;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int ENXIO = 6;

    private Holes() {
    }

    /**
     * The largest holes of a file, in order; none if it cannot be opened.
     *
     * @param least minimum size in bytes
     * @param most  maximum number
     */
    public static List<Range> of(Path file, long least, int most) {
        PriorityQueue<Range> largest = new PriorityQueue<>(Comparator.comparingLong(Range::length));
        try (Finder holes = new Finder(file)) {
            long data = 0;
            for (long hole = holes.hole(0); hole < holes.length; hole = holes.hole(data)) {
                data = holes.data(hole);
                if (data - hole >= least) {
                    largest.add(new Range(hole, data - hole));
                }
                if (largest.size() > most) {
                    largest.remove();
                }
            }
        }
        return largest.stream().sorted(Comparator.comparingLong(Range::offset)).toList();
    }

    /**
     * Finds the holes of a file with the length that it has now. A file that cannot be opened has none. For one thread.
     */
    static final class Finder implements Closeable {
        /** For a file without holes. */
        static final Finder NONE = new Finder(-1, 0);

        private final int open;
        private final long length;

        private Finder(int open, long length) {
            this.open = open;
            this.length = length;
        }

        Finder(Path file) {
            int opened = -1;
            long end = 0;
            try {
                // Does not block if the file was replaced by a FIFO.
                opened = LibC.AVAILABLE ? LibC.open(file, LibC.O_NOFOLLOW | LibC.O_NONBLOCK) : -1;
                end = opened < 0 ? 0 : end(opened);
            } catch (LastErrorException e) {
                // The reader of the file reports the error.
            }
            open = opened;
            length = end;
        }

        /** The offset of the first data at or after an offset. */
        long data(long at) {
            try {
                return at < length ? Holes.data(open, at, length) : at;
            } catch (LastErrorException e) {
                return at;
            }
        }

        /** The offset of the first hole at or after an offset; {@link Long#MAX_VALUE} if there is none. */
        long hole(long at) {
            try {
                long hole = at < length ? Holes.hole(open, at) : length;
                return hole < length ? hole : Long.MAX_VALUE;
            } catch (LastErrorException e) {
                return Long.MAX_VALUE;
            }
        }

        @Override
        public void close() {
            if (open >= 0) {
                LibC.close(open);
            }
        }
    }

    /** The offset of the first data of an open file at or after an offset; its end if there is none. */
    static long data(int open, long at, long end) {
        try {
            return LibC.lseek(open, at, SEEK_DATA);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != ENXIO) {
                throw e;
            }
            return Math.max(at, end);
        }
    }

    /** The offset of the next hole of an open file after an offset with data; its end if there is none. */
    static long hole(int open, long at) {
        return LibC.lseek(open, at, SEEK_HOLE);
    }

    /** The length of an open file. */
    static long end(int open) {
        return LibC.lseek(open, 0, SEEK_END);
    }
}
