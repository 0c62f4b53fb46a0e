package io.bactrian.route;

import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;

import io.bactrian.content.Range;
import io.bactrian.wire.Message;

/**
 * The parts of what a target lacks of a content, handed out no faster than they are sent: each holds a place
 * until {@link #done}. That bounds memory, whatever the file's size. After {@link #fail} there are no more, and
 * nobody waits: a splitter that stops takes what is left, to throw it away. One thread takes, any thread gives back.
 */
final class Parts implements Iterator<Part> {
    private final Iterator<Part> parts;
    private final Semaphore places;
    private volatile boolean failed;

    Parts(String path, long size, Message.Content content, int most, int parallel) {
        this.parts = content.missing().stream()
                .flatMap(range -> LongStream.iterate(range.offset(), at -> at < range.end(), at -> at + most)
                        .mapToObj(at -> new Range(at, Math.min(most, range.end() - at))))
                .map(range -> new Part(path, content.id(), size, range))
                .iterator();
        this.places = new Semaphore(parallel);
    }

    @Override
    public boolean hasNext() {
        return !failed && parts.hasNext();
    }

    /** Waits for a place. */
    @Override
    public Part next() {
        try {
            places.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while sending");
        }
        return parts.next();
    }

    void done() {
        places.release();
    }

    void fail() {
        failed = true;
        places.release();
    }
}
