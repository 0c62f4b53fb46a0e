package io.bactrian.link;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.bactrian.change.TouchedPath;
import io.bactrian.fault.Faults;
import io.bactrian.plan.Backlog;
import io.bactrian.watch.WatchState;
import io.bactrian.wire.Status.Trouble;

/**
 * Tells since when a link's source is watched completely, and whether it was compared whole since: only both together tell what the
 * source holds. If one is missing, or a fault ended part of the work, it asks for a comparison of the whole source; after
 * faults with pauses that double. Thread-safe.
 */
public final class WatchCoverage {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final boolean once;
    private final LongSupplier nanoTime;
    private volatile Supplier<Optional<WatchState>> watch = Optional::empty;
    private boolean compared;
    private Optional<Instant> comparing = Optional.empty();
    private Optional<Instant> comparedSince = Optional.empty();
    private Optional<Trouble> fault = Optional.empty();
    private boolean faultIsNew;
    private Duration pause = FIRST;
    private long faultAt;
    private long againAt;

    /** @param once whether the run compares once and watches nothing */
    WatchCoverage(boolean once) {
        this(once, System::nanoTime);
    }

    WatchCoverage(boolean once, LongSupplier nanoTime) {
        this.once = once;
        this.nanoTime = nanoTime;
        this.faultAt = nanoTime.getAsLong() - 3 * LONGEST.toNanos();
    }

    /** Sets the watch; before that, nothing is watched. */
    public void watchedBy(Supplier<Optional<WatchState>> by) {
        watch = by;
    }

    /** Since when all changes are observed; empty while some may not be. */
    Optional<Instant> watchedSince() {
        return once ? Optional.of(LinkStatus.ALWAYS) : watch.get().filter(is -> !is.isBlind()).map(WatchState::since);
    }

    /** Why some changes are not observed, if known. */
    Optional<String> blindness() {
        return once ? Optional.empty() : watch.get().filter(WatchState::isBlind).map(WatchState::blindness);
    }

    /** These paths are about to be compared. */
    synchronized void takes(Collection<TouchedPath> taken) {
        if (taken.contains(TouchedPath.EVERYTHING)) {
            comparing = watchedSince();
            faultIsNew = false;
        }
    }

    /** The comparison of the whole source has ended, and its changes are sent; returns whether it was the first. */
    synchronized boolean compared() {
        boolean first = !compared;
        compared = true;
        comparedSince = comparing;
        fault = faultIsNew ? fault : Optional.empty();
        return first;
    }

    /** Whether the whole source was compared at least once. */
    synchronized boolean isCompared() {
        return compared;
    }

    /** The {@link #watchedSince} under which the whole source was last compared. */
    synchronized Optional<Instant> comparedSince() {
        return comparedSince;
    }

    /** Whether the source was watched without a gap since it was compared whole before this comparison. */
    public synchronized boolean isUnbroken() {
        return comparedSince.isPresent() && comparedSince.equals(comparing) && comparedSince.equals(watchedSince());
    }

    /** A fault has ended part of the work. */
    public synchronized void faulted(String where, Throwable why) {
        long now = nanoTime.getAsLong();
        pause = now - faultAt > 2 * LONGEST.toNanos() ? FIRST : pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
        againAt = faultIsNew ? againAt : now + pause.toNanos();
        faultAt = now;
        faultIsNew = true;
        fault = Optional.of(new Trouble(Instant.now(), "", where + " failed: " + Faults.reason(Faults.root(why))
                + "; the whole source is compared again"));
    }

    /** The last fault, until the whole source was compared after it. */
    public synchronized Optional<Trouble> fault() {
        return fault;
    }

    /** Adds the whole source to the backlog if it must be compared again; returns whether it did. */
    synchronized boolean wake(Backlog backlog) {
        Optional<Instant> watchedSince = watchedSince();
        boolean unseen = compared && watchedSince.isPresent() && !watchedSince.equals(comparedSince) && !watchedSince.equals(comparing);
        boolean wanted = unseen || faultIsNew && nanoTime.getAsLong() - againAt >= 0;
        if (wanted) {
            backlog.add(TouchedPath.EVERYTHING);
        }
        return wanted;
    }
}
