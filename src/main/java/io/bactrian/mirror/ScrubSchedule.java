package io.bactrian.mirror;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

import io.bactrian.measure.RepairCounters;

/**
 * Decides when a mirror is scrubbed, and keeps the current or last run. A scrub that failed is repeated after a delay
 * that doubles each time. So is one that was due but never started, because its thread may have died. Thread-safe.
 */
public final class ScrubSchedule {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final String mirror;
    private final Duration interval;
    private final RepairCounters repairs;
    private final LongSupplier nanoTime;
    private Optional<ScrubRun> last = Optional.empty();
    private boolean waits;
    private long given;
    private Optional<Boolean> again = Optional.empty();
    private long againAt;
    private Duration pause = FIRST_PAUSE;
    private long since;

    /** @param interval between scrubs; zero disables scheduled scrubs */
    ScrubSchedule(String mirror, Duration interval, RepairCounters repairs, LongSupplier nanoTime) {
        this.mirror = mirror;
        this.interval = interval;
        this.repairs = repairs;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /** Requests a scrub. Returns the current run if there is one. */
    public synchronized ScrubRun want(boolean repair) {
        if (!isUnderWay()) {
            begin(new ScrubRun(mirror, repair, repairs));
        }
        return last.get();
    }

    /** Makes this run the next. */
    public synchronized void begin(ScrubRun run) {
        last = Optional.of(run);
        waits = true;
    }

    /** Whether a scrub is due: it was requested, its interval has passed, or an earlier one never started. */
    synchronized boolean take() {
        long now = nanoTime.getAsLong();
        if (isUnderWay()) {
            since = now;
            if (!waits && !last.get().hasBegun() && now - given >= pause.toNanos()) {
                waits = true;
                lengthenPause();
            }
        } else if (again.isPresent() && now - againAt >= 0) {
            want(again.get());
            again = Optional.empty();
        } else if (!interval.isZero() && now - since >= interval.toNanos()) {
            want(true);
            // The run may have ended before this is called again.
            since = now;
        }
        boolean taken = waits;
        waits = false;
        given = taken ? now : given;
        return taken;
    }

    private void lengthenPause() {
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    /** A scrub has completed. */
    public synchronized void ended() {
        pause = FIRST_PAUSE;
    }

    /** A scrub has failed; it is repeated after a delay. */
    public synchronized void failed(boolean repair) {
        again = Optional.of(repair);
        againAt = nanoTime.getAsLong() + pause.toNanos();
        lengthenPause();
    }

    /** Whether a failed scrub is due to be repeated. */
    public synchronized boolean isDueAgain() {
        return again.isPresent();
    }

    /** Whether a scrub is running or about to start. */
    synchronized boolean isUnderWay() {
        return last.filter(run -> !run.isDone()).isPresent();
    }

    /** The current or last run. */
    public synchronized Optional<ScrubRun> last() {
        return last;
    }
}
