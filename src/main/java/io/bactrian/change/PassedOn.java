package io.bactrian.change;

import java.time.Duration;

import io.bactrian.change.Work.Planned;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Stat;

/** Findings that are passed on as they are, but for what an implementation sees to itself. */
interface PassedOn extends Findings {
    /** Who gets them. */
    Findings findings();

    @Override
    default void change(Planned planned) {
        findings().change(planned);
    }

    @Override
    default void move(Change.Move move, Runnable known) {
        findings().move(move, known);
    }

    @Override
    default void upload(String path, Stat stat) {
        findings().upload(path, stat);
    }

    @Override
    default void uploadInOnePass(String path, Stat stat) {
        findings().uploadInOnePass(path, stat);
    }

    @Override
    default void remember(IndexEntry held) {
        findings().remember(held);
    }

    @Override
    default void trouble(String path, String why) {
        findings().trouble(path, why);
    }

    @Override
    default void unlisted(String path, String why) {
        findings().unlisted(path, why);
    }

    @Override
    default void skipped(String path, String what) {
        findings().skipped(path, what);
    }

    @Override
    default void written(String path) {
        findings().written(path);
    }

    @Override
    default void compared(long size) {
        findings().compared(size);
    }

    @Override
    default void waits(Loss loss) {
        findings().waits(loss);
    }

    @Override
    default void replaced(String directory) {
        findings().replaced(directory);
    }

    @Override
    default void lookAgain(String path, Duration after) {
        findings().lookAgain(path, after);
    }
}
