package io.bactrian.measure;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import io.bactrian.wire.Status;

/**
 * Decides how often a tree is scanned for changes that no event reports. Scans take at most 1 % of a core, assuming
 * that the next costs as much as the last; the interval is at least ten seconds, but never longer than the configured
 * maximum, whatever a scan costs. Thread-safe.
 */
public final class AdaptiveInterval {
    /** Shortest interval, unless the configured maximum is shorter. */
    public static final Duration LEAST = Duration.ofSeconds(10);

    /** Longest wait for a quiet moment once a scan is due. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private static final int TIMES = 100;
    private static final double SECOND = 1e9;

    private final Duration most;
    private final LongSupplier nanoTime;
    private final Map<String, Duration> costs = new HashMap<>();
    private long since;
    private long count;

    /** @param most longest interval; zero disables scans */
    public AdaptiveInterval(Duration most) {
        this(most, System::nanoTime);
    }

    AdaptiveInterval(Duration most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /** The time from the start of a scan that cost this much processor time to the start of the next. */
    static Duration interval(Duration cost, Duration most) {
        Duration wanted = cost.multipliedBy(TIMES);
        Duration least = wanted.compareTo(LEAST) > 0 ? wanted : LEAST;
        return least.compareTo(most) > 0 ? most : least;
    }

    /**
     * Returns true once when a scan is due.
     *
     * @param quiet whether nothing else is going on; a due scan waits for that for at most ten minutes
     */
    public synchronized boolean take(BooleanSupplier quiet) {
        long now = nanoTime.getAsLong();
        long waited = now - since;
        boolean due = !most.isZero() && waited >= interval().toNanos()
                && (waited >= most.toNanos() || waited >= LONGEST_WAIT.toNanos() || quiet.getAsBoolean());
        if (due) {
            since = now;
            count++;
        }
        return due;
    }

    /** Records the processor time of a participant's last scan. */
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
