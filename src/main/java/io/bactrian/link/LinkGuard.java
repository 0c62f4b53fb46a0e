package io.bactrian.link;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.bactrian.change.RemovalLimit;
import io.bactrian.change.RemovalSummary;
import io.bactrian.change.TouchedPath;
import io.bactrian.compare.ObservedRemovals;
import io.bactrian.compare.RemovalPolicy;
import io.bactrian.compare.UnconfirmedRemovals;

/**
 * Holds the removals of a link until they are approved, if there are too many that the watch did not report. Meanwhile everything
 * else goes on, unless the target's own guard has tripped or the source is empty. The source is compared again from time to
 * time, because what was missing may be back. Thread-safe.
 */
public final class LinkGuard {
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofMillis(500);

    /** The pause between two comparisons, as a multiple of the time that one takes. */
    private static final int PAUSE_FACTOR = 20;

    private final RemovalLimit guard;
    private final LongSupplier nanoTime;
    private Optional<String> tripped = Optional.empty();
    private Optional<RemovalSummary> announced = Optional.empty();
    private ObservedRemovals observed = ObservedRemovals.NONE;
    private volatile Supplier<OptionalLong> deliveredUntil = OptionalLong::empty;
    private final UnconfirmedRemovals unconfirmed = new UnconfirmedRemovals(() -> deliveredUntil.get());
    private RemovalPolicy policy = RemovalPolicy.NONE;
    private Optional<RemovalSummary> waiting = Optional.empty();
    private boolean mustConfirm;
    private long firstFoundAt;
    private boolean stopped;
    private boolean logged;
    private long allowed;
    private long comparedAt;
    private long again;

    LinkGuard(RemovalLimit guard) {
        this(guard, System::nanoTime);
    }

    LinkGuard(RemovalLimit guard, LongSupplier nanoTime) {
        this.guard = guard;
        this.nanoTime = nanoTime;
    }

    /** Sets the watch: it tells when it last had no more events to deliver. */
    public void watchedBy(Supplier<OptionalLong> watch) {
        deliveredUntil = watch;
    }

    /** The current limit. */
    public synchronized RemovalLimit limit() {
        return allowed > 0 ? guard.allowing(allowed) : guard;
    }

    /** The current limit if the source is another directory than before. */
    public synchronized RemovalLimit limitOfAnotherRoot() {
        return allowed > 0 ? guard.byShare().allowing(allowed) : guard.byShare();
    }

    /** A comparison of the whole source begins. */
    public synchronized void comparisonBegins() {
        comparedAt = nanoTime.getAsLong();
    }

    /** Sets the removals that were observed until this turn. */
    synchronized void observed(ObservedRemovals seen) {
        observed = seen;
    }

    public synchronized ObservedRemovals observed() {
        return observed;
    }

    /**
     * A turn begins; sets its policy.
     *
     * @param held    entries that the target holds; negative if not counted yet
     * @param watched whether the source was fully watched since it was last compared whole
     */
    public synchronized void begin(RemovalLimit limit, ObservedRemovals seen, long held, boolean watched) {
        // Not after an approval, which is for one turn; nor without a watch that would report removals.
        boolean doubting = watched && allowed == 0 && deliveredUntil.get().isPresent();
        policy = new RemovalPolicy(limit, seen, held, doubting ? Optional.of(unconfirmed) : Optional.empty());
        waiting = Optional.empty();
    }

    /** The policy of this turn. Once the guard has tripped, only observed removals are made. */
    public synchronized RemovalPolicy policy() {
        return policy;
    }

    /** The comparison of this turn has found removals that must wait. */
    synchronized void removalsWait(RemovalSummary loss) {
        waiting = Optional.of(loss);
    }

    /**
     * A turn is done. The guard trips only after a comparison of the whole source; if the source is watched, only after a second one,
     * because removals may have happened so recently that the watch has not reported them yet.
     *
     * @param watched whether the source was fully watched since it was last compared whole
     * @param later   receives paths that must be compared again, and after which time
     * @return the message to log now
     */
    synchronized Optional<String> ended(boolean everything, boolean watched, String name, BiConsumer<String, Duration> later) {
        if (!everything) {
            if (waiting.isPresent() && tripped.isEmpty()) {
                lookAgain(later);
            }
            return Optional.empty();
        }
        if (waiting.isEmpty()) {
            passed();
            return Optional.empty();
        }
        if (watched && tripped.isEmpty() && (!mustConfirm || nanoTime.getAsLong() - firstFoundAt < SOON.toNanos())) {
            lookAgain(later);
            return Optional.empty();
        }
        stopped = false;
        announced = waiting;
        allowed = 0;
        pause("guard tripped: this would remove " + waiting.get() + "; removals wait, all else goes on; to approve:"
                + " bactrian allow-removals --mirror " + name);
        return logged ? Optional.empty() : tripped;
    }

    private void lookAgain(BiConsumer<String, Duration> later) {
        firstFoundAt = mustConfirm ? firstFoundAt : nanoTime.getAsLong();
        mustConfirm = true;
        later.accept(TouchedPath.EVERYTHING.path(), SOON);
    }

    /** The source is empty without approval: nothing is sent. */
    public synchronized void trip(String why, RemovalSummary loss) {
        stopped = true;
        announced = Optional.of(loss);
        allowed = 0;
        pause(why);
    }

    /** The target's own guard has tripped; an approval on this side stays valid. */
    public synchronized void trippedThere(String why) {
        stopped = true;
        announced = Optional.empty();
        pause(why);
    }

    private void pause(String why) {
        logged = tripped.filter(why::equals).isPresent();
        long now = nanoTime.getAsLong();
        tripped = Optional.of(why);
        again = now + Math.max(AGAIN.toNanos(), PAUSE_FACTOR * (now - comparedAt));
    }

    /** Whether this was logged already. */
    synchronized boolean hasLogged(String what) {
        return logged && tripped.filter(what::startsWith).isPresent();
    }

    /** The reason why the guard has tripped, if it has. */
    public synchronized Optional<String> tripped() {
        return tripped;
    }

    /** Whether nothing may be sent because it is too early to compare again. */
    public synchronized boolean isPausing() {
        return stopped && tripped.isPresent() && nanoTime.getAsLong() - again < 0;
    }

    /** Whether the source must be compared again now. */
    public synchronized boolean isDue() {
        return tripped.isPresent() && nanoTime.getAsLong() - again >= 0;
    }

    /** Whether the guard has tripped and nothing at all is sent. */
    public synchronized boolean isStopped() {
        return stopped && tripped.isPresent();
    }

    /** The reason for people; it differs if only removals wait. */
    public synchronized Optional<String> reason(boolean restInStep) {
        return stopped ? tripped : announced.map(loss -> String.format(Locale.ROOT, "guard tripped: %,d %s; all else %s."
                + " This would remove %s; to approve: bactrian allow-removals", loss.count(),
                loss.count() == 1 ? "removal waits" : "removals wait", restInStep ? "in step" : "goes on", loss));
    }

    /**
     * Approves, once, the removals that were announced, and no more.
     *
     * @return the approved removals; empty if the guard has not tripped, or if the target's guard has
     */
    public synchronized Optional<RemovalSummary> release() {
        announced.ifPresent(loss -> allowed = loss.count());
        again = nanoTime.getAsLong();
        return announced;
    }

    /** Everything was compared and sent: the approval is used up. */
    synchronized void passed() {
        tripped = Optional.empty();
        announced = Optional.empty();
        mustConfirm = false;
        stopped = false;
        allowed = 0;
    }
}
