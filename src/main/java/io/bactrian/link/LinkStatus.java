package io.bactrian.link;

import java.time.Instant;
import java.util.Optional;

/**
 * The status of a link, always computed and never set, so that a source that is not watched can never be reported as
 * {@code in step}. Immutable.
 *
 * @param caughtUp     whether every observed change was compared, sent and acknowledged
 * @param watchedSince since when all changes are observed; empty while some may not be
 * @param compared     the {@code watchedSince} under which the whole source was last compared
 * @param blind        why changes may not be observed, if known
 * @param held         whether there are paths that cannot be replicated at present
 * @param faulted      whether a fault has ended part of the work since the whole source was last compared
 * @param guard        whether removals wait for approval
 * @param doing        what the link does if it is not in step, in a word
 */
public record LinkStatus(boolean caughtUp, Optional<Instant> watchedSince, Optional<Instant> compared, Optional<String> blind, boolean held,
        boolean faulted, boolean guard, String doing) {

    /** The {@link #watchedSince} of a run with --once, which needs no watch. */
    static final Instant ALWAYS = Instant.EPOCH;

    /** Whether the target is known to hold what the source holds. */
    public boolean inStep() {
        return isElseInStep() && !guard;
    }

    /** Whether the link is in step except for removals that wait. */
    public boolean isElseInStep() {
        return caughtUp && watchedSince.isPresent() && watchedSince.equals(compared) && blind.isEmpty() && !held && !faulted;
    }

    /** The status for people, in a word or two. */
    public String state() {
        if (inStep()) {
            return "in step";
        }
        if (guard) {
            return "guard tripped";
        }
        if (blind.isPresent() || caughtUp && watchedSince.isEmpty()) {
            return "blind";
        }
        return caughtUp && held ? "held back" : caughtUp ? "comparing" : doing;
    }
}
