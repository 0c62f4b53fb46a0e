package io.bactrian.plan;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.compare.ComparisonListener;
import io.bactrian.compare.ForwardingNotices;
import io.bactrian.compare.Notices;
import io.bactrian.index.IndexEntry;
import io.bactrian.plan.Work.Stretch;
import io.bactrian.plan.Work.Upload;
import io.bactrian.tree.Stat;

/**
 * A comparison in a thread of its own, whose findings are read as they are found: stretches of changes, and large files. It
 * waits while its reader is {@link #AHEAD} stretches behind, so memory is bounded whatever the tree's size. One thread reads, any
 * thread closes.
 */
public final class ComparisonRun implements Iterator<Work>, AutoCloseable {
    /** Changes in a stretch at most. */
    static final int ENTRIES = 256;
    /** Bytes of content and paths in a stretch at most, unless one change has more. */
    private static final int BYTES = 1 << 20;
    /** Stretches that wait for the reader. */
    private static final int AHEAD = 2;
    private static final int POLL_MILLISECONDS = 100;

    /** The comparison to run; it tells its findings. */
    @FunctionalInterface
    public interface Finder {
        void find(ComparisonListener findings) throws Exception;
    }

    /** The comparison failed, by the fault that is this one's cause. */
    public static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public FailedException(Throwable cause) {
            super("the comparison failed: " + cause.getMessage(), cause);
        }
    }

    private enum End { OF_ALL }

    private final BlockingQueue<Object> found = new ArrayBlockingQueue<>(AHEAD);
    private final Consumer<Throwable> onFailure;
    private volatile boolean closed;
    private volatile Throwable failure;
    private Object next;

    /**
     * Starts the comparison.
     *
     * @param onFailure is told a {@link FailedException}, once, when all has been read that was found before; there is no more then
     */
    public ComparisonRun(Executor executor, Finder finder, Notices notices, Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        executor.execute(() -> {
            Collector collector = new Collector(notices);
            try {
                finder.find(collector);
                collector.flush();
                offer(End.OF_ALL);
            } catch (Exception | Error e) {
                // Nothing that needs memory, which may be what is missing
                failure = e;
            }
        });
    }

    /** Whether there is more; waits for it. */
    @Override
    public boolean hasNext() {
        try {
            while (next == null && !closed) {
                // In this order: what was found before the failure comes first
                Throwable failed = failure;
                next = found.poll(failed == null ? POLL_MILLISECONDS : 0, TimeUnit.MILLISECONDS);
                if (next == null && failed != null && !closed) {
                    close();
                    onFailure.accept(new FailedException(failed));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while comparing");
        }
        return !closed && next != End.OF_ALL;
    }

    @Override
    public Work next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Work work = (Work) next;
        next = null;
        return work;
    }

    /** Ends the comparison, wherever it is; there is no more then, and it no longer changes the view. */
    @Override
    public void close() {
        synchronized (found) {
            closed = true;
        }
        found.clear();
    }

    private void offer(Object piece) {
        try {
            while (!closed && !found.offer(piece, POLL_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                // Until the reader has come this far
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
        if (closed) {
            throw new CancellationException();
        }
    }

    private final class Collector implements ComparisonListener, ForwardingNotices {
        private final Notices notices;
        private List<PlannedChange> planned = new ArrayList<>();
        private List<IndexEntry> remembered = new ArrayList<>();
        private long weight;

        private Collector(Notices notices) {
            this.notices = notices;
        }

        @Override
        public Notices notices() {
            return notices;
        }

        @Override
        public void change(PlannedChange change) {
            planned.add(change);
            weight += Batches.weight(change);
            flushIfFull();
        }

        @Override
        public void move(Change.Move move, Runnable known) {
            synchronized (found) {
                if (closed) {
                    throw new CancellationException();
                }
                known.run();
            }
            change(new PlannedChange(move, Optional.empty()));
        }

        @Override
        public void remember(IndexEntry held) {
            remembered.add(held);
            flushIfFull();
        }

        @Override
        public void upload(String path, Stat stat) {
            offer(new Upload(path, stat));
        }

        @Override
        public void uploadInOnePass(String path, Stat stat) {
            offer(new Upload(path, stat, true));
        }

        private void flushIfFull() {
            if (planned.size() >= ENTRIES || weight >= BYTES || remembered.size() >= 10 * ENTRIES) {
                flush();
            }
        }

        private void flush() {
            if (!planned.isEmpty() || !remembered.isEmpty()) {
                Stretch stretch = new Stretch(planned, remembered);
                planned = new ArrayList<>();
                remembered = new ArrayList<>();
                weight = 0;
                offer(stretch);
            }
        }
    }
}
