package io.bactrian.compare;

import java.time.Duration;

import io.bactrian.change.RemovalSummary;

/** Receives what a comparison finds that leads to no change, while it runs. */
public interface Notices {

    /** The path cannot be replicated now; it is reported and compared again later. */
    void trouble(String path, String why);

    /**
     * As {@link #trouble}, for an entry that cannot be looked up by its name: its directory must be listed again.
     *
     * @param path the directory and a replacement for the name
     */
    default void unlisted(String path, String why) {
        trouble(path, why);
    }

    /** The path is of a kind that is never replicated; that is reported once. */
    void skipped(String path, String what);

    /** A small file keeps changing; it is sent as it was read, and not compared again in this run. */
    default void written(String path) {
    }

    /** A file of this size was compared. */
    default void compared(long size) {
    }

    /** These removals exceed the limit, and the watch has not reported them; they wait for approval. */
    default void waits(RemovalSummary loss) {
    }

    /** The directory at this path is another one than in the view. Called before it is listed. */
    default void replaced(String directory) {
    }

    /** The path may have changed again; it is compared again after this time. */
    void lookAgain(String path, Duration after);
}
