package io.bactrian.change;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.bactrian.change.Work.Batch;
import io.bactrian.change.Work.Planned;
import io.bactrian.change.Work.Upload;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Stat;

/**
 * What a comparison finds, packed into batches while the ones before are on their way: the comparison runs in
 * a thread of its own, as far ahead as the budget lets it, so that memory is bounded whatever the tree's size. Who
 * is done with a batch gives its weight back. For one consumer, which closes it when it stops early.
 */
public final class Plan implements Iterator<Work>, AutoCloseable {
    /** What a change weighs in a batch beyond its content and its path. */
    private static final int OVERHEAD = 120;
    private static final int PATIENCE_MILLISECONDS = 100;
    /** Changes in the first batch, so that the target begins early; each has twice as many as the one before. */
    private static final int FIRST = 64;

    /** The comparison to run; it tells its findings. */
    @FunctionalInterface
    public interface Finder {
        void find(Findings findings) throws Exception;
    }

    /** Where findings go that ask for no work. */
    public interface Notices {
        void trouble(String path, String why);

        void skipped(String path, String what);

        default void unlisted(String path, String why) {
            trouble(path, why);
        }

        void lookAgain(String path, Duration after);

        default void compared(long size) {
        }

        default void written(String path) {
        }

        default void waits(Loss loss) {
        }

        default void replaced(String directory) {
        }
    }

    /** The comparison failed, by the fault that is this one's cause. */
    public static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedException(Throwable cause) {
            super("the comparison failed: " + cause.getMessage(), cause);
        }
    }

    private enum End { OF_ALL }

    private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
    private final Budget budget;
    private volatile boolean closed;
    private volatile Throwable failure;
    private Object next;

    /**
     * Starts the comparison.
     *
     * @param entries changes in a batch at most
     * @param bytes   what a batch may weigh, unless one change weighs more
     * @param budget  what all batches that are not done with may weigh
     */
    public Plan(Executor executor, Finder finder, Notices notices, int entries, long bytes, Budget budget) {
        this.budget = budget;
        executor.execute(() -> {
            Packer packer = new Packer(notices, entries, bytes);
            try {
                finder.find(packer);
                packer.flush();
                queue.add(End.OF_ALL);
            } catch (Exception | Error e) {
                // Nothing that needs memory, which may be what is missing. A consumer that stopped early does not ask
                failure = e;
            }
        });
    }

    /** Whether there is more; waits for it, and for nothing once closed. A comparison that failed throws its failure. */
    @Override
    public boolean hasNext() {
        try {
            while (next == null && !closed) {
                // Before it is looked what there is: what was found before comes first
                Throwable failed = failure;
                next = queue.poll(failed == null ? PATIENCE_MILLISECONDS : 0, TimeUnit.MILLISECONDS);
                if (next == null && failed != null && !closed) {
                    throw new FailedException(failed);
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
        if (work instanceof Upload) {
            budget.giveBack(OVERHEAD);
        }
        return work;
    }

    /** Ends the comparison, wherever it is; there is no more then, and it changes the view no more. */
    @Override
    public void close() {
        synchronized (queue) {
            closed = true;
        }
        queue.clear();
    }

    private void offer(Work piece, long weight) {
        try {
            while (!closed && !budget.take(weight, PATIENCE_MILLISECONDS)) {
                // Until what was found before is done with.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
        if (closed) {
            throw new CancellationException();
        }
        queue.add(piece);
    }

    private final class Packer implements Findings {
        private final Notices notices;
        private final int entries;
        private final long bytes;
        private List<Planned> planned = new ArrayList<>();
        private List<IndexEntry> remembered = new ArrayList<>();
        private Optional<Boolean> removals = Optional.empty();
        private int entriesNow;
        private long weight;
        private long rememberedWeight;
        private long number;

        private Packer(Notices notices, int entries, long bytes) {
            this.notices = notices;
            this.entries = entries;
            this.entriesNow = Math.min(FIRST, entries);
            this.bytes = bytes;
        }

        @Override
        public void change(Planned change) {
            long more = weight(change.change().path())
                    + (change.change() instanceof Change.WriteFile file ? file.content().map(c -> c.length).orElse(0) : 0);
            // A batch says of all its removals whether they were seen.
            if (weight + more > bytes || change.removes() && removals.filter(is -> is != change.witnessed()).isPresent()) {
                flush();
            }
            removals = change.removes() ? Optional.of(change.witnessed()) : removals;
            planned.add(change);
            weight += more;
            flushIfFull();
        }

        @Override
        public void move(Change.Move move, Runnable known) {
            synchronized (queue) {
                if (closed) {
                    throw new CancellationException();
                }
                known.run();
            }
            change(new Planned(move, Optional.empty()));
        }

        @Override
        public void remember(IndexEntry held) {
            remembered.add(held);
            rememberedWeight += weight(held.path());
            flushIfFull();
        }

        @Override
        public void upload(String path, Stat stat) {
            offer(new Upload(path, stat), OVERHEAD);
        }

        @Override
        public void uploadInOnePass(String path, Stat stat) {
            offer(new Upload(path, stat, true), OVERHEAD);
        }

        @Override
        public void trouble(String path, String why) {
            notices.trouble(path, why);
        }

        @Override
        public void unlisted(String path, String why) {
            notices.unlisted(path, why);
        }

        @Override
        public void skipped(String path, String what) {
            notices.skipped(path, what);
        }

        @Override
        public void written(String path) {
            notices.written(path);
        }

        @Override
        public void lookAgain(String path, Duration after) {
            notices.lookAgain(path, after);
        }

        @Override
        public void compared(long size) {
            notices.compared(size);
        }

        @Override
        public void waits(Loss loss) {
            notices.waits(loss);
        }

        @Override
        public void replaced(String directory) {
            notices.replaced(directory);
        }

        private long weight(String path) {
            return OVERHEAD + 3L * path.length();
        }

        private void flushIfFull() {
            if (planned.size() >= entriesNow || remembered.size() >= 10 * entries) {
                flush();
            }
        }

        private void flush() {
            if (!planned.isEmpty() || !remembered.isEmpty()) {
                long all = weight + rememberedWeight;
                offer(new Batch(number++, all, planned, remembered), all);
                planned = new ArrayList<>();
                removals = Optional.empty();
                remembered = new ArrayList<>();
                weight = 0;
                rememberedWeight = 0;
                entriesNow = Math.min(2 * entriesNow, entries);
            }
        }
    }
}
