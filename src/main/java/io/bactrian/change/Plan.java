package io.bactrian.change;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.bactrian.change.Work.Batch;
import io.bactrian.change.Work.Planned;
import io.bactrian.change.Work.Upload;
import io.bactrian.index.Held;
import io.bactrian.tree.Stat;

/**
 * What a comparison finds, packed into batches while the ones before are on their way: the comparison runs in
 * a thread of its own, at most {@link #AHEAD} pieces ahead, so that memory is bounded whatever the tree's size.
 * For one consumer, which closes it when it stops early.
 */
public final class Plan implements Iterator<Work>, AutoCloseable {
    private static final int AHEAD = 3;

    /** What a change weighs in a batch beyond its content and its path. */
    private static final int OVERHEAD = 120;

    /** The comparison to run; it tells its findings. */
    @FunctionalInterface
    public interface Finder {
        void find(Findings findings) throws Exception;
    }

    /** Where findings go that ask for no work. */
    public interface Notices {
        void trouble(String path, String why);

        void skipped(String path, String what);

        void lookAgain(String path, Duration after);

        default void compared(long size) {
        }
    }

    /** The comparison failed, by the fault that is this one's cause. */
    public static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedException(Throwable cause) {
            super("the comparison failed: " + cause.getMessage(), cause);
        }
    }

    private record End(Throwable failure) {
    }

    private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(AHEAD);
    private volatile boolean closed;
    private Object next;

    /**
     * Starts the comparison.
     *
     * @param entries changes in a batch at most
     * @param bytes   what a batch may weigh, unless one change weighs more
     */
    public Plan(Executor executor, Finder finder, Notices notices, int entries, long bytes) {
        executor.execute(() -> {
            Packer packer = new Packer(notices, entries, bytes);
            try {
                finder.find(packer);
                packer.flush();
                offer(new End(null));
            } catch (CancellationException e) {
                // The consumer stopped early and waits for nothing.
            } catch (Exception | Error e) {
                offer(new End(e));
            }
        });
    }

    /** Whether there is more; waits for it, and for nothing once closed. A comparison that failed throws its failure. */
    @Override
    public boolean hasNext() {
        try {
            while (next == null && !closed) {
                next = queue.poll(100, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while comparing");
        }
        if (next instanceof End end && end.failure() != null) {
            throw new FailedException(end.failure());
        }
        return !closed && !(next instanceof End);
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

    /** Ends the comparison, wherever it is; there is no more then. */
    @Override
    public void close() {
        closed = true;
        queue.clear();
    }

    private void offer(Object piece) {
        try {
            while (!queue.offer(piece, 100, TimeUnit.MILLISECONDS)) {
                if (closed) {
                    throw new CancellationException();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
    }

    private final class Packer implements Findings {
        private final Notices notices;
        private final int entries;
        private final long bytes;
        private List<Planned> planned = new ArrayList<>();
        private List<Held> remembered = new ArrayList<>();
        private long weight;

        private Packer(Notices notices, int entries, long bytes) {
            this.notices = notices;
            this.entries = entries;
            this.bytes = bytes;
        }

        @Override
        public void change(Planned change) {
            long more = OVERHEAD + 3L * change.change().path().length()
                    + (change.change() instanceof Change.WriteFile file ? file.content().map(c -> c.length).orElse(0) : 0);
            if (weight + more > bytes) {
                flush();
            }
            planned.add(change);
            weight += more;
            flushIfFull();
        }

        @Override
        public void remember(Held held) {
            remembered.add(held);
            flushIfFull();
        }

        @Override
        public void upload(String path, Stat stat) {
            offer(new Upload(path, stat));
        }

        @Override
        public void trouble(String path, String why) {
            notices.trouble(path, why);
        }

        @Override
        public void skipped(String path, String what) {
            notices.skipped(path, what);
        }

        @Override
        public void lookAgain(String path, Duration after) {
            notices.lookAgain(path, after);
        }

        @Override
        public void compared(long size) {
            notices.compared(size);
        }

        private void flushIfFull() {
            if (planned.size() >= entries || remembered.size() >= 10 * entries) {
                flush();
            }
        }

        private void flush() {
            if (!planned.isEmpty() || !remembered.isEmpty()) {
                offer(new Batch(planned, remembered));
                planned = new ArrayList<>();
                remembered = new ArrayList<>();
                weight = 0;
            }
        }
    }
}
