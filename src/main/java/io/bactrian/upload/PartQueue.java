package io.bactrian.upload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

import io.bactrian.content.Range;
import io.bactrian.wire.Message;

/**
 * The parts of a content that the target lacks, read in order and handed out no faster than they are sent: each part
 * occupies a slot until {@link #done}, which bounds memory whatever the size of the file. After {@link #fail} no more
 * parts follow and nobody waits; a splitter that stops drains the rest. One thread takes parts, any thread returns
 * them.
 */
public final class PartQueue implements Iterator<Part> {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    /** Placeholder for a range that could not be determined; it is not sent. */
    private static final Range NOTHING = new Range(0, 1);

    private final Iterator<Range> ranges;
    private final String path;
    private final long size;
    private final String id;
    private final Semaphore places;
    private final BufferPool buffers;
    private final Reader reader;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicReference<Throwable> fault = new AtomicReference<>();

    /**
     * Reads into a buffer from the beginning of a range. The buffer is flipped; it is shorter than the range if the
     * file was truncated.
     */
    @FunctionalInterface
    public interface Reader {
        void read(Range range, ByteBuffer into) throws IOException;
    }

    public PartQueue(String path, long size, Message.Content content, int most, Semaphore places, BufferPool buffers, Reader reader) {
        this(path, size, content.id(), content.missing().stream()
                .flatMap(range -> LongStream.iterate(range.offset(), at -> at < range.end(), at -> at + most)
                        .mapToObj(at -> new Range(at, Math.min(most, range.end() - at))))
                .iterator(), places, buffers, reader);
    }

    /** Creates a queue whose ranges are found while earlier ones are sent. No range may be longer than a part. */
    public PartQueue(String path, long size, String id, Iterator<Range> ranges, Semaphore places, BufferPool buffers, Reader reader) {
        this.ranges = ranges;
        this.path = path;
        this.size = size;
        this.id = id;
        this.places = places;
        this.buffers = buffers;
        this.reader = reader;
    }

    @Override
    public boolean hasNext() {
        try {
            return fault.get() == null && ranges.hasNext();
        } catch (RuntimeException | Error e) { // An Error thrown here would let the splitter wait for ever
            fault.compareAndSet(null, e);
            return false;
        }
    }

    /** Waits for a free slot. Read errors are reported by {@link #check(Part)}, where a route can handle them. */
    @Override
    public Part next() {
        try {
            places.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while sending");
        }
        Range range = NOTHING;
        ByteBuffer bytes = NONE;
        try {
            range = ranges.next();
            bytes = fault.get() != null ? NONE : buffers.take((int) range.length());
            if (fault.get() == null) {
                reader.read(range, bytes);
            }
        } catch (IOException | RuntimeException | Error e) { // An exception thrown here would leak the slot
            fault.compareAndSet(null, e);
        }
        return new Part(path, id, size, range, bytes);
    }

    /**
     * Checks that a part was read.
     *
     * @throws FileChangedException if the file was truncated
     */
    public void check(Part part) throws IOException {
        if (fault.get() instanceof IOException e) {
            throw e;
        }
        if (fault.get() instanceof RuntimeException || fault.get() instanceof Error) {
            throw new IOException("the part could not be read", fault.get());
        }
        if (part.bytes().remaining() != part.range().length()) {
            throw new FileChangedException(part.path() + " was truncated while it was sent");
        }
    }

    /**
     * A part has arrived. After several attempts its buffer is not reused, because the connection of an earlier attempt
     * may still read from it.
     */
    public void done(Part part) {
        sent.addAndGet(part.range().length());
        if (part.attempts().get() <= 1) {
            buffers.give(part.bytes());
        }
        places.release();
    }

    /** A part failed. Its buffer is not reused, because a connection may still read from it. */
    public void fail(Throwable why) {
        fault.compareAndSet(null, why);
        places.release();
    }

    /** Bytes of the parts that have arrived. */
    public long sent() {
        return sent.get();
    }

    /** Whether the file changed, so that no more parts follow. */
    public boolean isOutdated() {
        return fault.get() instanceof FileChangedException;
    }

    /** Throws the cause of the first failure, if there was one. */
    public void check() throws Throwable {
        if (fault.get() != null) {
            throw fault.get();
        }
    }
}
