package io.bactrian.change;

/**
 * How many of a target's entries may be removed at once without approval. Immutable.
 *
 * @param percent  the share of all entries that may always be removed, from 0 to 100
 * @param entries  the number that may always be removed, whatever their share
 * @param emptying whether an empty source may empty its target
 */
public record RemovalLimit(int percent, long entries, boolean emptying) {
    /** The default: half of all entries, and a hundred. */
    public static final RemovalLimit DEFAULT = new RemovalLimit(50, 100, false);

    /** No limit; but an empty source removes nothing, because a file system may not be mounted. */
    public static final RemovalLimit OFF = new RemovalLimit(100, Long.MAX_VALUE, false);

    /** Whether removing this many of the entries held exceeds the limit, and so needs approval. */
    public boolean isExceeded(long removed, long held) {
        return removed > entries && removed * 100.0 > (double) percent * held;
    }

    /** Nothing may be removed. */
    public static final RemovalLimit NONE_ALLOWED = new RemovalLimit(0, 0, false);

    /** This limit without the number that may always be removed. */
    public RemovalLimit byShare() {
        return isOff() ? this : new RemovalLimit(percent, 0, emptying);
    }

    /** This limit, raised to the number that was approved. */
    public RemovalLimit allowing(long removed) {
        return new RemovalLimit(percent, Math.max(entries, removed), true);
    }

    public boolean isOff() {
        return entries == Long.MAX_VALUE;
    }
}
