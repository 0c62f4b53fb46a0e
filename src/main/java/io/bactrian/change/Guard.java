package io.bactrian.change;

/**
 * How much of what a target holds may go at once without a person's word. Immutable.
 *
 * @param percent  the share of all entries that may always go, from 0 to 100
 * @param entries  so many may always go, whatever their share
 * @param emptying whether a source that holds nothing may empty its target
 */
public record Guard(int percent, long entries, boolean emptying) {
    /** Half of all, and a hundred. */
    public static final Guard USUAL = new Guard(50, 100, false);

    /** As much as is wanted; but an empty source empties nothing, for a file system may not be mounted. */
    public static final Guard OFF = new Guard(100, Long.MAX_VALUE, false);

    /** Whether the removal of so many of so many has to wait for a person's word. */
    public boolean stops(long removed, long held) {
        return removed > entries && removed * 100.0 > (double) percent * held;
    }

    /** Nothing goes. */
    public static final Guard SHUT = new Guard(0, 0, false);

    /** The same, however few they are: by their share alone. */
    public Guard byShare() {
        return isOff() ? this : new Guard(percent, 0, emptying);
    }

    /** The same, but for as many as a person has allowed. */
    public Guard allowing(long removed) {
        return new Guard(percent, Math.max(entries, removed), true);
    }

    public boolean isOff() {
        return entries == Long.MAX_VALUE;
    }
}
