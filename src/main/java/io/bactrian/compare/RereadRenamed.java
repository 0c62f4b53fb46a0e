package io.bactrian.compare;

/**
 * When a renamed file is read again. A rename updates the change time, which therefore no longer shows whether somebody has
 * written to the file and set its modification time back.
 */
public enum RereadRenamed {
    /** At once. */
    NOW,
    /** In the next comparison of the whole tree, if the rename was watched and no other event was reported; otherwise as {@link #NOW}. */
    RESCAN,
    /** Never: inode, size and time are enough. */
    NEVER
}
