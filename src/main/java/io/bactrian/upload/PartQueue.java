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
 * The parts of what a target lacks of a content, read in their order and handed out no faster than they are sent: each
 * holds a place until {@link #done}. That bounds memory, whatever the file's size. After {@link #fail} there are no
 * more, and nobody waits: a splitter that stops takes what is left, to throw it away. One thread takes, any thread
 * gives back.
 */
public final class PartQueue implements Iterator<Part> {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    /** Stands for one that could not be found, and is not sent. */
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

    /** Fills a buffer from where the file's range begins; leaves it shorter if the file is, and ready to be read. */
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

    /** Of ranges that are found only while the others are sent; none is longer than a part may be. */
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
        } catch (RuntimeException | Error e) { // thrown here, an Error would let the splitter wait for ever
            fault.compareAndSet(null, e);
            return false;
        }
    }

    /** Waits for a place. What cannot be read is told by {@link #bytes}, where a route can handle it. */
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
        } catch (IOException | RuntimeException | Error e) { // thrown here, its place would be lost
            fault.compareAndSet(null, e);
        }
        return new Part(path, id, size, range, bytes);
    }

    /**
     * The bytes of a part.
     *
     * @throws FileChangedException if the file has become shorter
     */
    public ByteBuffer bytes(Part part) throws IOException {
        if (fault.get() instanceof IOException e) {
            throw e;
        }
        if (fault.get() instanceof RuntimeException || fault.get() instanceof Error) {
            throw new IOException("the part could not be read", fault.get());
        }
        if (part.bytes().remaining() != part.range().length()) {
            throw new FileChangedException(part.path() + " became shorter while it was sent");
        }
        return part.bytes();
    }

    /** A part has arrived. If that took several attempts, the connection of an earlier one may still be reading it. */
    public void done(Part part, int attempts) {
        sent.addAndGet(part.range().length());
        if (attempts <= 1) {
            buffers.give(part.bytes());
        }
        places.release();
    }

    /** A part has not, and a connection may still be reading it: its memory is not used again. */
    public void fail(Throwable why) {
        fault.compareAndSet(null, why);
        places.release();
    }

    /** Bytes of the parts that have arrived. */
    public long sent() {
        return sent.get();
    }

    /** Whether the file changed meanwhile, so that there are no more parts of it. */
    public boolean isOutdated() {
        return fault.get() instanceof FileChangedException;
    }

    /** Throws what the first one that failed failed of. */
    public void check() throws Throwable {
        if (fault.get() != null) {
            throw fault.get();
        }
    }
}
