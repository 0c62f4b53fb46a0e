package io.bactrian.route;

import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;

import io.bactrian.content.Range;
import io.bactrian.wire.Message;

/**
 * The parts of what a target lacks of a content, handed out no faster than they are sent: each holds a place
 * until {@link #done}. That bounds memory, whatever the file's size. One thread takes, any thread gives back.
 */
final class Parts implements Iterator<Part> {
    private final Iterator<Part> parts;
    private final Semaphore places;
    private volatile boolean stopped;

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
        return !stopped && parts.hasNext();
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

    /** One could not be sent: there are no more. */
    void stop() {
        stopped = true;
        places.release();
    }
}
