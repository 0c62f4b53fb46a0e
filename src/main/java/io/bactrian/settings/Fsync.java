package io.bactrian.settings;

/** What a target waits for, so that a power cut cannot take back what it said. A crash of the process never can. */
public enum Fsync {
    /** Nothing: after a power cut the next comparison finds what is missing. */
    NONE,
    /** Before a batch is answered for, all that it did is on the disk. */
    BATCH,
    /** As {@link #BATCH}; and a file's content is on the disk before it gets its name, so that it is never seen half. */
    FILE
}
