package io.bactrian.link;

import io.bactrian.change.Budget;
import io.bactrian.change.Plan;
import io.bactrian.change.Work;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * The work of one turn, handed out no faster than batches are answered for: so many may be on their way at the same
 * time. What is to be done with their answers is done in the order in which the batches were handed out, whatever
 * order the answers come in. One thread takes, any thread answers; after {@link #close} there is no more, and
 * nothing waits; after {@link #drain} there is no more, and what is on its way may still be answered for.
 */
public final class Window implements Iterator<Work> {
    private final Plan plan;
    private final Budget budget;
    private final LongSupplier sequence;
    private final Semaphore places;
    private final Map<Long, Long> sent = new HashMap<>();
    private final TreeMap<Long, Runnable> answered = new TreeMap<>();
    private long nextAnswer;
    private boolean closed;
    private volatile boolean drained;
    private Throwable fault;

    /**
     * @param budget   gets back what a batch weighs when it was answered for
     * @param sequence numbers what is sent, in order
     * @param parallel batches on their way at the same time
     */
    public Window(Plan plan, Budget budget, LongSupplier sequence, int parallel) {
        this.plan = plan;
        this.budget = budget;
        this.sequence = sequence;
        this.places = new Semaphore(parallel);
    }

    @Override
    public boolean hasNext() {
        try {
            return plan.hasNext();
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException | Error e) { // thrown here, an Error would let the splitter wait for ever
            fail(e);
            return false;
        }
    }

    /** Waits for a place, if it is a batch. Who was waiting when it was closed gets a batch of nothing. */
    @Override
    public Work next() {
        try {
            return hasNext() ? take() : Work.Batch.NONE;
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            fail(e);
            return Work.Batch.NONE;
        }
    }

    private Work take() {
        Work work;
        try {
            work = plan.next();
        } catch (NoSuchElementException e) {
            // It was closed in between.
            return Work.Batch.NONE;
        }
        if (!(work instanceof Work.Batch batch)) {
            return work;
        }
        try {
            places.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while sending");
        }
        synchronized (this) {
            if (closed || drained) {
                return Work.Batch.NONE;
            }
            if (!batch.planned().isEmpty()) {
                sent.put(batch.number(), sequence.getAsLong());
            }
            return batch;
        }
    }

    /** The number under which a batch with changes is sent. */
    public synchronized long sequence(Work.Batch batch) {
        return sent.getOrDefault(batch.number(), 0L);
    }

    /** A batch was answered for: this is done when all before it were. Nothing is, once it is closed. */
    public synchronized void answered(Work.Batch batch, Runnable then) {
        if (closed || batch == Work.Batch.NONE) {
            return;
        }
        answered.put(batch.number(), then);
        while (!closed && answered.containsKey(nextAnswer)) {
            answered.remove(nextAnswer).run();
            nextAnswer++;
        }
        sent.remove(batch.number());
        budget.giveBack(batch.weight());
        places.release();
    }

    /** Whether there are batches that were handed out and not answered for. */
    synchronized boolean isUnanswered() {
        return !sent.isEmpty() || !answered.isEmpty();
    }

    /**
     * Something of it could not be done: there is no more. The first reason is kept for {@link #check}, for a splitter
     * that is stopped by an exception while its iterator waits throws another.
     */
    public synchronized void fail(Throwable why) {
        fault = fault == null ? why : fault;
        close();
    }

    /** Throws why it failed, if it did. */
    public synchronized void check() throws Throwable {
        if (fault != null) {
            throw fault;
        }
    }

    /** Ends the comparison, wherever it is; what was handed out is answered for as ever. Takes no lock. */
    void drain() {
        drained = true;
        plan.close();
        places.release();
    }

    /** Ends the comparison, wherever it is. */
    synchronized void close() {
        closed = true;
        plan.close();
        places.release();
    }
}
