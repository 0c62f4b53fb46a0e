package io.bactrian.compare;

import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;

/**
 * What a target can store. Immutable.
 *
 * @param keepsSetuid whether it keeps setuid and setgid bits
 * @param keepsLinks  whether it holds symbolic links
 * @param takesTimes  whether it accepts times that do not fit 64 bits of nanoseconds, as versions from 0.2.0 on do
 */
public record TargetCapabilities(boolean keepsSetuid, boolean keepsLinks, boolean takesTimes) {
    public TargetCapabilities(boolean keepsSetuid, boolean keepsLinks) {
        this(keepsSetuid, keepsLinks, true);
    }

    /** Whether this time can be sent to the target. */
    public boolean takes(Time time) {
        return takesTimes || time.fitsNanos();
    }

    /** Explains why a time cannot be sent. */
    String refusal(Time time) {
        return "its modification time " + time + " cannot be sent to a target of this older version: update the target, or touch the file";
    }

    /** Whether an entry of the target is replicated, so that it is removed once the source lacks it. */
    boolean replicates(Entry entry) {
        return keepsLinks || !(entry instanceof Entry.Link) || Entry.isSpecial(entry);
    }

    /** The mode that a file gets on the target; directories keep theirs. */
    public int mode(int mode) {
        return keepsSetuid ? mode : mode & 01777;
    }
}
