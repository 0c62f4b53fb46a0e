package io.bactrian.settings;

/**
 * What a target syncs to the disk before it acknowledges a batch, to survive a power cut. A crash of the process never
 * loses acknowledged changes.
 */
public enum Fsync {
    /** Nothing; after a power cut the next comparison finds what is missing. */
    NONE,
    /** Everything that a batch did, before the batch is acknowledged. */
    BATCH,
    /**
     * As {@link #BATCH}, and the content of each file before it gets its name, so that it is never visible in part.
     */
    FILE
}
