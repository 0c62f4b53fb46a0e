package io.bactrian.link;

import java.time.Instant;
import java.util.Optional;

/**
 * How a link is, computed from what is true of it now and never set: so no one can say {@code in step} of a source that
 * nobody watches. Immutable.
 *
 * @param caughtUp whether all is compared, sent and answered for that was seen of the source
 * @param seeing   since when all changes are being seen; empty while some may not be. A run that ends by itself sees
 *                 what it compares, and needs to see no more
 * @param compared the {@code seeing} under which all was last compared, from its beginning on
 * @param blind    why some change may not be seen, if that is known
 * @param held     whether there are paths that cannot be replicated at present
 * @param faulted  whether part of the work was ended by a fault since all was last compared
 * @param guard    whether removals wait for a person's word
 * @param doing    what it does when it is not in step, in a word
 */
public record Standing(boolean caughtUp, Optional<Instant> seeing, Optional<Instant> compared, Optional<String> blind, boolean held,
        boolean faulted, boolean guard, String doing) {

    /** What {@link #seeing} is for a run that ends by itself. */
    static final Instant ALWAYS = Instant.EPOCH;

    /** Whether the target is known to hold what the source holds. */
    public boolean inStep() {
        return isElseInStep() && !guard;
    }

    /** The same, but for removals that wait. */
    public boolean isElseInStep() {
        return caughtUp && seeing.isPresent() && seeing.equals(compared) && blind.isEmpty() && !held && !faulted;
    }

    /** For a person, in a word or two. */
    public String state() {
        if (inStep()) {
            return "in step";
        }
        if (guard) {
            return "guard tripped";
        }
        if (blind.isPresent() || caughtUp && seeing.isEmpty()) {
            return "blind";
        }
        return caughtUp && held ? "held back" : caughtUp ? "comparing" : doing;
    }
}
