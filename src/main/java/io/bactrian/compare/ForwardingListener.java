package io.bactrian.compare;

import java.time.Duration;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.change.RemovalSummary;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Stat;

/** Passes everything on to another listener, except for the methods that an implementation overrides. */
interface ForwardingListener extends ComparisonListener {
    /** The other listener. */
    ComparisonListener listener();

    @Override
    default void change(PlannedChange planned) {
        listener().change(planned);
    }

    @Override
    default void move(Change.Move move, Runnable known) {
        listener().move(move, known);
    }

    @Override
    default void upload(String path, Stat stat) {
        listener().upload(path, stat);
    }

    @Override
    default void uploadInOnePass(String path, Stat stat) {
        listener().uploadInOnePass(path, stat);
    }

    @Override
    default void remember(IndexEntry held) {
        listener().remember(held);
    }

    @Override
    default void trouble(String path, String why) {
        listener().trouble(path, why);
    }

    @Override
    default void unlisted(String path, String why) {
        listener().unlisted(path, why);
    }

    @Override
    default void skipped(String path, String what) {
        listener().skipped(path, what);
    }

    @Override
    default void written(String path) {
        listener().written(path);
    }

    @Override
    default void compared(long size) {
        listener().compared(size);
    }

    @Override
    default void waits(RemovalSummary loss) {
        listener().waits(loss);
    }

    @Override
    default void replaced(String directory) {
        listener().replaced(directory);
    }

    @Override
    default void lookAgain(String path, Duration after) {
        listener().lookAgain(path, after);
    }
}
