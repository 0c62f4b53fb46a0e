package io.bactrian.change;

import java.util.Optional;

/**
 * How careful a comparison is with what is to be removed. Immutable, but for what it leads to.
 *
 * @param guard   how much may go of what nobody was seen to remove; more than that waits
 * @param witness what was seen
 * @param held    entries that the target holds before it, if that is known already; negative if not
 * @param doubts  what was missing at the last look; empty where not all is watched, so that nobody will tell of it
 */
public record Care(Guard guard, Witness witness, long held, Optional<Doubts> doubts) {
    /** Whatever is gone is removed. */
    public static final Care NONE = new Care(Guard.OFF, Witness.NONE, -1);

    /** Of a source that is not watched. */
    public Care(Guard guard, Witness witness, long held) {
        this(guard, witness, held, Optional.empty());
    }
}
