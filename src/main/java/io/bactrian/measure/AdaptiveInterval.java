package io.bactrian.measure;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import io.bactrian.wire.Status;

/**
 * How often all is looked at of which no event tells: so seldom that it takes at most a hundredth of a core, if the next
 * look costs what the last did; no more often than every ten seconds; and as often as a person wants it at least, whatever
 * it costs. Thread-safe.
 */
public final class AdaptiveInterval {
    /** No more often than this, unless a person wants it. */
    public static final Duration LEAST = Duration.ofSeconds(10);

    /** What is never quiet is looked at after this nevertheless. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final int TIMES = 100;
    private static final double SECOND = 1e9;

    private final Duration most;
    private final LongSupplier nanoTime;
    private final Map<String, Duration> costs = new HashMap<>();
    private long since;
    private long count;

    /** @param most how long it waits at most; zero never looks */
    public AdaptiveInterval(Duration most) {
        this(most, System::nanoTime);
    }

    AdaptiveInterval(Duration most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /** From the beginning of a look that cost this much processor time to the next. */
    static Duration interval(Duration cost, Duration most) {
        Duration wanted = cost.multipliedBy(TIMES);
        Duration least = wanted.compareTo(LEAST) > 0 ? wanted : LEAST;
        return least.compareTo(most) > 0 ? most : least;
    }

    /**
     * Whether a look is to begin now; it is not told twice.
     *
     * @param quiet whether nothing is being done anyway: a look waits for that, for ten minutes at most
     */
    public synchronized boolean take(BooleanSupplier quiet) {
        long now = nanoTime.getAsLong();
        long waited = now - since;
        boolean due = !most.isZero() && waited >= interval().toNanos()
                && (waited >= most.toNanos() || waited >= PATIENCE.toNanos() || quiet.getAsBoolean());
        if (due) {
            since = now;
            count++;
        }
        return due;
    }

    /** What the last look of one of those who look at the same time cost. */
    public synchronized void took(String who, Duration cost) {
        costs.put(who, cost);
    }

    private Duration interval() {
        return interval(cost(), most);
    }

    private Duration cost() {
        return costs.values().stream().reduce(Duration.ZERO, Duration::plus);
    }

    public synchronized Status.Looks status() {
        return new Status.Looks(count, cost().toNanos() / SECOND, interval().toNanos() / SECOND);
    }
}
