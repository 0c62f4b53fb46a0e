package io.bactrian.plan;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.index.IndexEntry;
import io.bactrian.plan.Work.Batch;

/**
 * Packs changes into batches while earlier batches are in flight, as far ahead as the budget allows, so that memory is
 * bounded. One thread adds, one thread takes, any thread closes.
 */
public final class Batches implements Iterator<Batch>, AutoCloseable {
    /** What a change weighs beyond its content and its path. */
    private static final int OVERHEAD = 120;
    private static final int POLL_MILLISECONDS = 100;
    /** Changes in the first batch, so that the target begins early; each has twice as many as the one before. */
    private static final int FIRST = 64;

    private enum End { OF_ALL }

    private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
    private final MemoryBudget budget;
    private final int entries;
    private final long bytes;
    private volatile boolean closed;
    private volatile Throwable failure;
    private Object next;

    private List<PlannedChange> planned = new ArrayList<>();
    private List<IndexEntry> remembered = new ArrayList<>();
    private Optional<Boolean> removals = Optional.empty();
    private int entriesNow;
    private long weight;
    private long rememberedWeight;
    private long number;

    /**
     * @param entries changes in a batch at most
     * @param bytes   what a batch may weigh, unless one change weighs more
     * @param budget  what all batches that are not done with may weigh
     */
    public Batches(int entries, long bytes, MemoryBudget budget) {
        this.entries = entries;
        this.entriesNow = Math.min(FIRST, entries);
        this.bytes = bytes;
        this.budget = budget;
    }

    /** Adds a change behind those before; waits for the budget. Throws {@link CancellationException} once closed. */
    public void add(PlannedChange change) {
        long more = weight(change);
        // A batch says of all its removals whether they were seen
        if (weight + more > bytes || change.removes() && removals.filter(is -> is != change.witnessed()).isPresent()) {
            flush();
        }
        removals = change.removes() ? Optional.of(change.witnessed()) : removals;
        planned.add(change);
        weight += more;
        flushIfFull();
    }

    /** Adds what the target holds already, which the view remembers with the batch. */
    public void remember(IndexEntry held) {
        remembered.add(held);
        rememberedWeight += weight(held.path());
        flushIfFull();
    }

    /** There is no more to add. */
    public void end() {
        flush();
        queue.add(End.OF_ALL);
    }

    /** There is no more to add, for this reason, which the taker gets after the batches before. */
    public void fail(Throwable why) {
        // Nothing that needs memory, which may be what is missing
        failure = why;
    }

    /** Whether there is more; waits for it, unless closed. There is none behind a failure. */
    @Override
    public boolean hasNext() {
        try {
            while (next == null && !closed) {
                // In this order: what was added before the failure comes first
                Throwable failed = failure;
                next = queue.poll(failed == null ? POLL_MILLISECONDS : 0, TimeUnit.MILLISECONDS);
                if (next == null && failed != null) {
                    return false;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while sending");
        }
        return !closed && next != End.OF_ALL;
    }

    /** Why the last batch was not followed by what else there was to add. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Batch batch = (Batch) next;
        next = null;
        return batch;
    }

    /** A batch is done with: its weight counts no longer. */
    public void done(Batch batch) {
        budget.giveBack(batch.weight());
    }

    /** There is no more; who adds is stopped. */
    @Override
    public void close() {
        closed = true;
        queue.clear();
    }

    static long weight(PlannedChange planned) {
        return weight(planned.change().path())
                + (planned.change() instanceof Change.WriteFile file ? file.content().map(c -> c.length).orElse(0) : 0);
    }

    private static long weight(String path) {
        return OVERHEAD + 3L * path.length();
    }

    private void flushIfFull() {
        if (planned.size() >= entriesNow || remembered.size() >= 10 * entries) {
            flush();
        }
    }

    private void flush() {
        if (!planned.isEmpty() || !remembered.isEmpty()) {
            offer(new Batch(number++, weight + rememberedWeight, planned, remembered));
            planned = new ArrayList<>();
            removals = Optional.empty();
            remembered = new ArrayList<>();
            weight = 0;
            rememberedWeight = 0;
            entriesNow = Math.min(2 * entriesNow, entries);
        }
    }

    private void offer(Batch batch) {
        try {
            while (!closed && !budget.take(batch.weight(), POLL_MILLISECONDS)) {
                // Until earlier batches are done with
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
        if (closed) {
            throw new CancellationException();
        }
        queue.add(batch);
    }
}
