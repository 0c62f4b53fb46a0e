package io.bactrian.content;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

import io.bactrian.tree.SafeOpen;

/**
 * Reads a file without reading its holes from the system, because having zeros produced and copied takes longer than
 * hashing them. If a hole is filled after its beginning was read, that is not noticed. Not thread-safe.
 */
public final class SparseReader implements Closeable {
    /** Looking for holes costs more than reading less than this. */
    private static final long LEAST = 1 << 20;

    private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 << 10).asReadOnlyBuffer();

    private final Path file;
    private final FileChannel channel;
    private final Holes.Finder holes;
    private long begin;
    private long end;
    private boolean hole;

    /** Opens a file without following a link in the last component. */
    public SparseReader(Path file) throws IOException {
        this.file = file;
        channel = SafeOpen.read(file);
        holes = channel.size() < LEAST ? Holes.Finder.NONE : new Holes.Finder(file);
    }

    /**
     * Reads at least one byte from an offset into a buffer.
     *
     * @return the number of bytes; -1 at the end
     */
    public int read(ByteBuffer into, long at) throws IOException {
        if (at < begin || at >= end) {
            begin = at;
            long data = holes.data(at);
            hole = data > at;
            end = hole ? data : holes.hole(at);
        }
        int most = (int) Math.min(into.remaining(), end - at);
        if (hole) {
            for (int left = most; left > 0; left -= Math.min(left, ZEROS.capacity())) {
                into.put(ZEROS.slice(0, Math.min(left, ZEROS.capacity())));
            }
            return most;
        }
        int limit = into.limit();
        try {
            return channel.read(into.limit(into.position() + most), at);
        } catch (FileSystemException | ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            // The exception must name this file.
            throw new FileSystemException(file.toString(), null, e.getMessage());
        } finally {
            into.limit(limit);
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            holes.close();
        }
    }
}
