package io.bactrian.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes data to a file without writing pages of zeros. The file must be new at these offsets and long enough, so that
 * what is not written reads as zeros and occupies no space. Stateless.
 */
public final class SparseWriter {
    /** The smallest size of holes on any file system. */
    private static final int PAGE = 4096;

    private static final ByteBuffer ZEROS = ByteBuffer.allocate(PAGE).asReadOnlyBuffer();

    private SparseWriter() {
    }

    /**
     * The ranges of these bytes that must be written, in order: all except pages of zeros.
     *
     * @param offset of the bytes in the file; the returned ranges are relative to the file, too
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

    /** Writes consecutive buffers without their zero pages. Returns the number of bytes that were written. */
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

    /** Writes a whole content to an empty file. */
    public static void writeWhole(FileChannel channel, byte[] content) throws IOException {
        write(channel, 0, List.of(ByteBuffer.wrap(content)));
        if (channel.size() < content.length) {
            channel.write(ByteBuffer.allocate(1), content.length - 1L);
        }
    }

    /** Adjacent buffers that are written at once. */
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
