package io.bactrian.link;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.bactrian.change.Backlog;
import io.bactrian.change.Touched;
import io.bactrian.fault.Faults;
import io.bactrian.watch.WatchState;
import io.bactrian.wire.Status.Trouble;

/**
 * Since when one link's source is being seen, all of it, and whether all was compared since: the two halves of knowing
 * what it holds. Where one is missing, or a fault ended part of the work, it wants a comparison of all, after faults
 * with pauses that double. Thread-safe.
 */
public final class Sights {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final boolean once;
    private final LongSupplier nanoTime;
    private volatile Supplier<Optional<WatchState>> watch = Optional::empty;
    private boolean compared;
    private Optional<Instant> comparing = Optional.empty();
    private Optional<Instant> under = Optional.empty();
    private Optional<Trouble> fault = Optional.empty();
    private boolean faultIsNew;
    private Duration pause = FIRST;
    private long faultAt;
    private long againAt;

    /** @param once whether the run ends by itself: it compares once, and watches nothing */
    Sights(boolean once) {
        this(once, System::nanoTime);
    }

    Sights(boolean once, LongSupplier nanoTime) {
        this.once = once;
        this.nanoTime = nanoTime;
        this.faultAt = nanoTime.getAsLong() - 3 * LONGEST.toNanos();
    }

    /** Tells who sees; before that, nobody does. */
    public void by(Supplier<Optional<WatchState>> who) {
        watch = who;
    }

    /** Since when all changes are seen; empty while some may not be. */
    Optional<Instant> seeing() {
        return once ? Optional.of(Standing.ALWAYS) : watch.get().filter(is -> !is.isBlind()).map(WatchState::since);
    }

    /** Why some are not, as far as that is known. */
    Optional<String> blindness() {
        return once ? Optional.empty() : watch.get().filter(WatchState::isBlind).map(WatchState::blindness);
    }

    /** What was taken is about to be compared, perhaps all. */
    synchronized void takes(Collection<Touched> taken) {
        if (taken.contains(Touched.EVERYTHING)) {
            comparing = seeing();
            faultIsNew = false;
        }
    }

    /** It came to its end, and all that it found is sent; tells whether it was the first. */
    synchronized boolean compared() {
        boolean first = !compared;
        compared = true;
        under = comparing;
        fault = faultIsNew ? fault : Optional.empty();
        return first;
    }

    /** Whether all was compared at least once. */
    synchronized boolean isCompared() {
        return compared;
    }

    /** The {@link #seeing} under which all was compared. */
    synchronized Optional<Instant> under() {
        return under;
    }

    /** Whether nothing went unseen since all was compared for the last time before this one. */
    public synchronized boolean areWhole() {
        return under.isPresent() && under.equals(comparing) && under.equals(seeing());
    }

    /** Something ended part of the work. */
    public synchronized void faulted(String where, Throwable why) {
        long now = nanoTime.getAsLong();
        pause = now - faultAt > 2 * LONGEST.toNanos() ? FIRST : pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
        againAt = faultIsNew ? againAt : now + pause.toNanos();
        faultAt = now;
        faultIsNew = true;
        fault = Optional.of(new Trouble(Instant.now(), "", where + " failed: " + Faults.reason(Faults.root(why))
                + "; all is compared after it"));
    }

    /** What it was, until all was compared after it. */
    public synchronized Optional<Trouble> fault() {
        return fault;
    }

    /** Adds all to what waits, if all has to be compared before it is known again what the source holds; tells whether. */
    synchronized boolean wake(Backlog backlog) {
        Optional<Instant> seeing = seeing();
        boolean unseen = compared && seeing.isPresent() && !seeing.equals(under) && !seeing.equals(comparing);
        boolean wanted = unseen || faultIsNew && nanoTime.getAsLong() - againAt >= 0;
        if (wanted) {
            backlog.add(Touched.EVERYTHING);
        }
        return wanted;
    }
}
