package io.bactrian.compare;

import java.util.Optional;

import io.bactrian.change.RemovalLimit;

/**
 * What a comparison may remove. Immutable, except for the objects that it refers to.
 *
 * @param limit       how many entries may go whose removal the watch did not report; if there are more, they wait
 * @param observed    the removals that the watch has reported
 * @param held        entries that the target holds before the comparison; negative if not counted yet
 * @param unconfirmed removals that wait for the watch to report them; empty if the source is not fully watched
 */
public record RemovalPolicy(RemovalLimit limit, ObservedRemovals observed, long held, Optional<UnconfirmedRemovals> unconfirmed) {
    /** Everything that is gone is removed. */
    public static final RemovalPolicy NONE = new RemovalPolicy(RemovalLimit.OFF, ObservedRemovals.NONE, -1);

    /** For a source that is not watched. */
    public RemovalPolicy(RemovalLimit limit, ObservedRemovals observed, long held) {
        this(limit, observed, held, Optional.empty());
    }
}
