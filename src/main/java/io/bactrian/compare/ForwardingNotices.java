package io.bactrian.compare;

import java.time.Duration;

import io.bactrian.change.RemovalSummary;

/** Passes every notice on to another receiver as it comes. */
public interface ForwardingNotices extends Notices {
    /** The receiver that they are passed on to. */
    Notices notices();

    @Override
    default void trouble(String path, String why) {
        notices().trouble(path, why);
    }

    @Override
    default void unlisted(String path, String why) {
        notices().unlisted(path, why);
    }

    @Override
    default void skipped(String path, String what) {
        notices().skipped(path, what);
    }

    @Override
    default void written(String path) {
        notices().written(path);
    }

    @Override
    default void compared(long size) {
        notices().compared(size);
    }

    @Override
    default void waits(RemovalSummary loss) {
        notices().waits(loss);
    }

    @Override
    default void replaced(String directory) {
        notices().replaced(directory);
    }

    @Override
    default void lookAgain(String path, Duration after) {
        notices().lookAgain(path, after);
    }
}
