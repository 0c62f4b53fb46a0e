package io.bactrian.benchmark.place;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has to be undone before the program ends, however it ends: the latest first, on {@link #close} or on Ctrl-C.
 * Thread-safe.
 */
public final class Cleanup implements Closeable {
    private final Deque<Closeable> open = new ArrayDeque<>();
    private boolean closed;

    public Cleanup() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "cleanup"));
    }

    /** Sees to it that this is closed. If the end has come already it is closed at once, and the caller stopped. */
    public <T extends Closeable> T add(T closeable) {
        synchronized (this) {
            if (!closed) {
                open.push(closeable);
                return closeable;
            }
        }
        quietly(closeable);
        throw new IllegalStateException("the benchmark has been stopped");
    }

    /** Stops the caller if the end has come. */
    public synchronized void check() {
        if (closed) {
            throw new IllegalStateException("the benchmark has been stopped");
        }
    }

    /** Closes it now and not at the end. */
    public void close(Closeable closeable) {
        synchronized (this) {
            open.remove(closeable);
        }
        quietly(closeable);
    }

    @Override
    public void close() {
        while (true) {
            Closeable next;
            synchronized (this) {
                closed = true;
                next = open.poll();
            }
            if (next == null) {
                return;
            }
            quietly(next);
        }
    }

    private static void quietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException | RuntimeException e) {
            System.err.println("not cleaned up: " + e.getMessage());
        }
    }
}
