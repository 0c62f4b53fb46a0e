package io.bactrian.mirror;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

import io.bactrian.measure.RepairCounters;

/**
 * When a mirror's content is read anew, and the run that does that or did it last. One that a fault has ended begins again
 * after a while, twice as long each time, and so does one that was to begin and did not: whatever was to do it may have died.
 * Thread-safe.
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

    /** @param interval from one to the next; zero begins none that nobody asked for */
    ScrubSchedule(String mirror, Duration interval, RepairCounters repairs, LongSupplier nanoTime) {
        this.mirror = mirror;
        this.interval = interval;
        this.repairs = repairs;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /** Has all content read anew; the one that is under way is it, if there is one. */
    public synchronized ScrubRun want(boolean repair) {
        if (!isUnderWay()) {
            begin(new ScrubRun(mirror, repair, repairs));
        }
        return last.get();
    }

    /** Has this run made next. */
    public synchronized void begin(ScrubRun run) {
        last = Optional.of(run);
        waits = true;
    }

    /** Whether one is to begin now: somebody wants it, its time has come, or it was to begin before and did not. */
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
            // It may be over before this is asked again.
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

    /** One came to its end. */
    public synchronized void ended() {
        pause = FIRST_PAUSE;
    }

    /** One was ended by a fault: it begins again after a while. */
    public synchronized void failed(boolean repair) {
        again = Optional.of(repair);
        againAt = nanoTime.getAsLong() + pause.toNanos();
        lengthenPause();
    }

    /** Whether one that a fault has ended is to begin again. */
    public synchronized boolean isDueAgain() {
        return again.isPresent();
    }

    /** Whether one is under way, or is to begin. */
    synchronized boolean isUnderWay() {
        return last.filter(run -> !run.isDone()).isPresent();
    }

    /** The last, which may be under way. */
    public synchronized Optional<ScrubRun> last() {
        return last;
    }
}
