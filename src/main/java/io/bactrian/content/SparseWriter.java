package io.bactrian.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves out pages of zeros where bytes are written to a file that is new there and long enough: what is never written
 * reads as zeros, and takes no room. Stateless.
 */
public final class SparseWriter {
    /** No file system that has holes has smaller ones. */
    private static final int PAGE = 4096;

    private static final ByteBuffer ZEROS = ByteBuffer.allocate(PAGE).asReadOnlyBuffer();

    private SparseWriter() {
    }

    /**
     * What is to be written of these bytes, in order: all but pages of zeros.
     *
     * @param offset where they are in the file; the ranges are of the file, too
     */
    public static List<Range> skip(long offset, ByteBuffer bytes) {
        List<Range> runs = new ArrayList<>(1);
        int start = bytes.position();
        int begun = start;
        int at = start;
        while (at < bytes.limit()) {
            int page = (int) Math.min(bytes.limit() - at, PAGE - (offset + at - start) % PAGE);
            if (isZero(bytes, at, page)) {
                add(runs, offset + begun - start, at - begun);
                begun = at + page;
            }
            at += page;
        }
        add(runs, offset + begun - start, at - begun);
        return runs;
    }

    private static void add(List<Range> runs, long offset, int length) {
        if (length > 0) {
            runs.add(new Range(offset, length));
        }
    }

    private static boolean isZero(ByteBuffer bytes, int at, int length) {
        return bytes.get(at) == 0 && bytes.get(at + length - 1) == 0
                && bytes.slice(at, length).mismatch(ZEROS.slice(0, length)) < 0;
    }

    /** Writes what is not zeros of bytes that follow each other, and tells how many those were. */
    static long write(FileChannel channel, long offset, List<ByteBuffer> pieces) throws IOException {
        Run run = new Run(channel);
        long at = offset;
        for (ByteBuffer piece : pieces) {
            for (Range range : skip(at, piece)) {
                run.add(range.offset(), piece.slice(piece.position() + (int) (range.offset() - at), (int) range.length()));
            }
            at += piece.remaining();
        }
        run.flush();
        return run.written;
    }

    /** Writes a whole content to a file that is empty. */
    public static void writeWhole(FileChannel channel, byte[] content) throws IOException {
        write(channel, 0, List.of(ByteBuffer.wrap(content)));
        if (channel.size() < content.length) {
            channel.write(ByteBuffer.allocate(1), content.length - 1L);
        }
    }

    /** What follows each other, to be written at once. */
    private static final class Run {
        private final FileChannel channel;
        private final List<ByteBuffer> pieces = new ArrayList<>();
        private long begin;
        private long length;
        private long written;

        Run(FileChannel channel) {
            this.channel = channel;
        }

        void add(long at, ByteBuffer bytes) throws IOException {
            if (at != begin + length) {
                flush();
                begin = at;
            }
            length += bytes.remaining();
            pieces.add(bytes);
        }

        void flush() throws IOException {
            ByteBuffer[] all = pieces.toArray(ByteBuffer[]::new);
            channel.position(begin);
            for (long left = length; left > 0;) {
                left -= channel.write(all);
            }
            written += length;
            begin += length;
            length = 0;
            pieces.clear();
        }
    }
}
