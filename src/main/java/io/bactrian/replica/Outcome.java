package io.bactrian.replica;

/** What a change that did not fail did to the replica. */
public enum Outcome {
    /** The replica was changed. */
    APPLIED,
    /** It was true already; nothing was written. */
    SAME
}
