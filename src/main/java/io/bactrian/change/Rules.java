package io.bactrian.change;

import io.bactrian.tree.Time;

/**
 * What the target can hold. Immutable.
 *
 * @param keepsSetuid whether it keeps setuid and setgid bits
 * @param keepsLinks  whether it holds symbolic links
 * @param takesTimes  whether it takes times that do not fit 64 bits as nanoseconds, as versions from 0.2.0 do
 */
public record Rules(boolean keepsSetuid, boolean keepsLinks, boolean takesTimes) {
    public Rules(boolean keepsSetuid, boolean keepsLinks) {
        this(keepsSetuid, keepsLinks, true);
    }

    /** Whether the target can be told this time. */
    public boolean takes(Time time) {
        return takesTimes || time.fitsNanos();
    }

    /** A file's mode as the target will have it; directories keep theirs. */
    public int mode(int mode) {
        return keepsSetuid ? mode : mode & 01777;
    }
}
