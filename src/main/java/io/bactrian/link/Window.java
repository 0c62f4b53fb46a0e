package io.bactrian.link;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

import io.bactrian.plan.Batches;
import io.bactrian.plan.ComparisonRun;
import io.bactrian.plan.Work.Batch;

/**
 * The batches of one turn, with a limit on those in flight. Answers are processed in the order in which the batches were handed
 * out, whatever order they arrive in. One thread takes batches, any thread reports answers. After {@link #close} there are no more
 * batches, and nothing waits; after {@link #drain} there are no more, but batches in flight may still be answered.
 */
public final class Window implements Iterator<Batch> {
    private final Batches batches;
    private final LongSupplier sequence;
    private final Semaphore permits;
    private final Map<Long, Long> sent = new HashMap<>();
    private final TreeMap<Long, Runnable> answered = new TreeMap<>();
    private Optional<ComparisonRun> comparison = Optional.empty();
    private long nextAnswer;
    private boolean closed;
    private volatile boolean drained;
    private Throwable fault;

    /**
     * @param sequence numbers what is sent, in order
     * @param parallel batches in flight at the same time
     */
    public Window(Batches batches, LongSupplier sequence, int parallel) {
        this.batches = batches;
        this.sequence = sequence;
        this.permits = new Semaphore(parallel);
    }

    /** What this turn compares; it ends with the window. */
    public synchronized ComparisonRun compares(ComparisonRun run) {
        comparison = Optional.of(run);
        if (closed || drained) {
            run.close();
        }
        return run;
    }

    /** Where the batches come from. */
    public Batches batches() {
        return batches;
    }

    /** Not all could be compared, for this reason; what was found before is still sent. Nothing new if it was cancelled. */
    public synchronized void abort(ComparisonRun.FailedException why) {
        comparison.ifPresent(ComparisonRun::close);
        if (!closed && !drained) {
            batches.fail(why);
        }
    }

    @Override
    public boolean hasNext() {
        boolean more = batches.hasNext();
        batches.failure().filter(why -> !more).ifPresent(this::fail);
        return more;
    }

    /** Waits for a permit. A caller that waits when this is closed gets an empty batch. */
    @Override
    public Batch next() {
        Batch batch;
        try {
            batch = batches.next();
            permits.acquire();
        } catch (NoSuchElementException e) {
            // It was closed in between
            return Batch.NONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while sending");
        }
        synchronized (this) {
            if (closed || drained) {
                return Batch.NONE;
            }
            if (!batch.planned().isEmpty()) {
                sent.put(batch.number(), sequence.getAsLong());
            }
            return batch;
        }
    }

    /** The sequence number of a batch with changes. */
    public synchronized long sequence(Batch batch) {
        return sent.getOrDefault(batch.number(), 0L);
    }

    /** A batch was answered: {@code then} runs once all earlier batches were answered; never after {@link #close}. */
    public synchronized void answered(Batch batch, Runnable then) {
        if (closed || batch == Batch.NONE) {
            return;
        }
        answered.put(batch.number(), then);
        while (!closed && answered.containsKey(nextAnswer)) {
            answered.remove(nextAnswer).run();
            nextAnswer++;
        }
        sent.remove(batch.number());
        batches.done(batch);
        permits.release();
    }

    /** Whether there are batches in flight. */
    synchronized boolean isUnanswered() {
        return !sent.isEmpty() || !answered.isEmpty();
    }

    /**
     * Part of the work failed: there is no more. The first fault is kept for {@link #check}, because a splitter that is stopped by an
     * exception while its iterator waits throws another one.
     */
    public synchronized void fail(Throwable why) {
        fault = fault == null ? why : fault;
        close();
    }

    /** Throws the first fault, if there was one. */
    public synchronized void check() throws Throwable {
        if (fault != null) {
            throw fault;
        }
    }

    /** Cancels the comparison; batches in flight are still answered. Takes no lock. */
    void drain() {
        drained = true;
        comparison.ifPresent(ComparisonRun::close);
        batches.close();
        permits.release();
    }

    /** Cancels the comparison and ignores further answers. */
    synchronized void close() {
        closed = true;
        comparison.ifPresent(ComparisonRun::close);
        batches.close();
        permits.release();
    }
}
