package io.bactrian.change;

import io.bactrian.tree.Entry;
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

    /** Why a time cannot be told, for a person. */
    String refusal(Time time) {
        return "it was modified at " + time + ", which a target of this older version cannot be told: update the target, or touch it";
    }

    /** Whether the target looks after what it holds, so that it goes when the source has nothing there. */
    boolean keeps(Entry entry) {
        return keepsLinks || !(entry instanceof Entry.Link) || Entry.isSpecial(entry);
    }

    /** A file's mode as the target will have it; directories keep theirs. */
    public int mode(int mode) {
        return keepsSetuid ? mode : mode & 01777;
    }
}
