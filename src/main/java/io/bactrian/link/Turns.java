package io.bactrian.link;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

import io.bactrian.wire.Status.Trouble;

/**
 * The turns of a link: one at a time, and after a failed one a pause that doubles each time. Not thread-safe; its link
 * synchronizes.
 */
public final class Turns {
    static final String UNREACHABLE = "unreachable";
    private static final Set<String> UNREACHABLE_KINDS = Set.of(UNREACHABLE, "lease-held", "lease-lost", "unauthorized");

    private final Duration first;
    private final Duration longest;
    private final LongSupplier nanoTime;

    /** A turn that was taken but did not begin for this long is taken again, because its thread may have died. */
    private static final Duration LOST = Duration.ofSeconds(10);

    /** A turn is first taken, by the route that queues it, and then begun, by the route that makes it. */
    private enum State { IDLE, TAKEN, BEGUN }

    private State state = State.IDLE;
    private String maker = "";
    private long takenAt;
    private boolean stopped;
    private Duration delay;
    private long retryAt;
    private Optional<Trouble> lastError = Optional.empty();
    private String lastKind = "";
    /** When the first turn failed since the last success. */
    private OptionalLong failing = OptionalLong.empty();

    /**
     * @param first   the pause after the first failure
     * @param longest the longest pause
     */
    Turns(Duration first, Duration longest) {
        this(first, longest, System::nanoTime);
    }

    Turns(Duration first, Duration longest, LongSupplier nanoTime) {
        this.first = first;
        this.longest = longest;
        this.nanoTime = nanoTime;
        this.delay = first;
        this.retryAt = nanoTime.getAsLong();
    }

    /** Takes a turn if there is work, no turn is under way, and the pause is over. */
    boolean take(boolean reason) {
        long now = nanoTime.getAsLong();
        boolean lost = state == State.TAKEN && now - takenAt >= LOST.toNanos();
        if (isUnderWay() && !lost || stopped || now - retryAt < 0 || !reason) {
            return false;
        }
        state = State.TAKEN;
        takenAt = now;
        return true;
    }

    /**
     * Begins the turn that was taken. Returns false if another has begun meanwhile, or if the turn was ended by a fault.
     *
     * @param by the exchange that makes it
     */
    public boolean begin(String by) {
        if (state != State.TAKEN) {
            return false;
        }
        state = State.BEGUN;
        maker = by;
        return true;
    }

    /** Whether a fault of this exchange ends the current turn; not if another exchange makes that. */
    public boolean isEndedBy(String who) {
        return state == State.TAKEN || state == State.BEGUN && maker.equals(who);
    }

    /** Prevents further turns. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    boolean isUnderWay() {
        return state != State.IDLE;
    }

    /** Ends a turn that succeeded. */
    void done() {
        state = State.IDLE;
        delay = first;
        lastError = Optional.empty();
        progress();
    }

    /** The target has acknowledged something, so it is reachable, even if this turn fails. */
    void progress() {
        failing = OptionalLong.empty();
    }

    /** The reason for giving up if turns have failed for this long without progress; zero is never. */
    Optional<String> givenUp(Duration wait) {
        boolean expired = !isUnderWay() && !wait.isZero() && failing.isPresent()
                && nanoTime.getAsLong() - failing.getAsLong() >= wait.toNanos();
        return lastError.filter(is -> expired).map(Trouble::what);
    }

    /**
     * Ends a turn that failed; returns whether the reason is new. Different reasons why a target cannot be reached count as one.
     */
    boolean failed(String why, String kind) {
        state = State.IDLE;
        failing = OptionalLong.of(failing.orElseGet(nanoTime));
        retryAt = nanoTime.getAsLong() + delay.toNanos();
        delay = delay.multipliedBy(2).compareTo(longest) > 0 ? longest : delay.multipliedBy(2);
        boolean isNew = lastError.map(Trouble::what).filter(last -> last.equals(why)
                || kind.equals(UNREACHABLE) && lastKind.equals(UNREACHABLE)).isEmpty();
        lastKind = kind;
        lastError = Optional.of(new Trouble(Instant.now(), "", why));
        return isNew;
    }

    /** The target was reached; returns whether it could not be reached before. Other errors are over with the next turn. */
    boolean reached() {
        boolean over = lastError.isPresent() && UNREACHABLE_KINDS.contains(lastKind);
        lastError = over ? Optional.empty() : lastError;
        return over;
    }

    Optional<Trouble> lastError() {
        return lastError;
    }
}
