package io.bactrian.change;

/**
 * How careful a comparison is with what is to be removed. Immutable.
 *
 * @param guard   how much may go of what nobody was seen to remove; more than that waits
 * @param witness what was seen
 * @param held    entries that the target holds before it, if that is known already; negative if not
 */
public record Care(Guard guard, Witness witness, long held) {
    /** Whatever is gone is removed. */
    public static final Care NONE = new Care(Guard.OFF, Witness.NONE, -1);
}
