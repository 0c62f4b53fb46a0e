package io.bactrian.replica.write;

/** What a successful change did to the replica. */
public enum Outcome {
    /** The replica was changed. */
    APPLIED,
    /** Nothing was written, because the replica matched already. */
    SAME
}
