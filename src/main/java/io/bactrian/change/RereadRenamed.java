package io.bactrian.change;

/**
 * When a file that was renamed, and is renamed on the target already, is read once more. A rename changes its change time,
 * so that this cannot tell any more whether somebody had written to the file and set its time back.
 */
public enum RereadRenamed {
    /** As soon as there is time. */
    NOW,
    /** When the whole tree is compared next, if the rename was watched and nothing else was seen; otherwise as {@link #NOW}. */
    RESCAN,
    /** Inode, size and time are enough. */
    NEVER
}
