package io.bactrian.link;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

import io.bactrian.wire.Status.Trouble;

/**
 * Whose turn it is: one at a time, and after one that failed a while of rest, twice as long each time. Its link
 * guards it.
 */
public final class Turns {
    static final String UNREACHABLE = "unreachable";
    private static final Set<String> AWAY = Set.of(UNREACHABLE, "lease-held", "lease-lost", "unauthorized");

    private final Duration first;
    private final Duration longest;
    private final LongSupplier nanoTime;

    /** What was to make a turn that was taken may have died before it began: then the turn is taken again. */
    private static final Duration LOST = Duration.ofSeconds(10);

    /** Only a turn that is taken begins, and only one that has begun is not taken again. */
    private enum State { RESTING, TAKEN, BEGUN }

    private State state = State.RESTING;
    private String maker = "";
    private long takenAt;
    private boolean stopped;
    private Duration delay;
    private long retryAt;
    private Optional<Trouble> lastError = Optional.empty();
    private String lastKind = "";
    /** When the first turn failed of those that came to nothing since the last that did not. */
    private OptionalLong failing = OptionalLong.empty();

    /**
     * @param first   the rest after the first failure
     * @param longest the longest that it may become
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

    /** Takes a turn if there is reason for one, none is under way, and the last one's rest is over. */
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
     * Begins the turn that was taken. Tells whether it is to be made: not, if another has begun meanwhile, because the one who comes
     * seemed to have died, or if it was ended by a fault.
     *
     * @param by who makes it
     */
    public boolean begin(String by) {
        if (state != State.TAKEN) {
            return false;
        }
        state = State.BEGUN;
        maker = by;
        return true;
    }

    /** Whether a fault of one who was to make a turn, or had made one, ends what is under way: not if that is another's. */
    public boolean isEndedBy(String who) {
        return state == State.TAKEN || state == State.BEGUN && maker.equals(who);
    }

    /** Lets no turn begin any more. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    boolean isUnderWay() {
        return state != State.RESTING;
    }

    /** Ends a turn in which all went well: what kept others from that is over. */
    void done() {
        state = State.RESTING;
        delay = first;
        lastError = Optional.empty();
        progress();
    }

    /** Something has arrived: the target is there, even if this turn will fail. */
    void progress() {
        failing = OptionalLong.empty();
    }

    /** Why a run that is to end gives up: for this long turns have failed, and nothing has arrived; zero is never. */
    Optional<String> givenUp(Duration wait) {
        boolean vain = !isUnderWay() && !wait.isZero() && failing.isPresent()
                && nanoTime.getAsLong() - failing.getAsLong() >= wait.toNanos();
        return lastError.filter(is -> vain).map(Trouble::what);
    }

    /**
     * Ends a turn that failed; tells whether that is news. A target that cannot be reached has one reason now and
     * another then, which is none.
     */
    boolean failed(String why, String kind) {
        state = State.RESTING;
        failing = OptionalLong.of(failing.orElseGet(nanoTime));
        retryAt = nanoTime.getAsLong() + delay.toNanos();
        delay = delay.multipliedBy(2).compareTo(longest) > 0 ? longest : delay.multipliedBy(2);
        boolean news = lastError.map(Trouble::what).filter(last -> last.equals(why)
                || kind.equals(UNREACHABLE) && lastKind.equals(UNREACHABLE)).isEmpty();
        lastKind = kind;
        lastError = Optional.of(new Trouble(Instant.now(), "", why));
        return news;
    }

    /** The target is there: what kept it away is over. Tells whether something did; all else is over with the next turn. */
    boolean reached() {
        boolean over = lastError.isPresent() && AWAY.contains(lastKind);
        lastError = over ? Optional.empty() : lastError;
        return over;
    }

    Optional<Trouble> lastError() {
        return lastError;
    }
}
