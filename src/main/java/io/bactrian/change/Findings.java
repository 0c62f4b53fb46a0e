package io.bactrian.change;

import java.time.Duration;
import java.util.Optional;

import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Stat;

/** Takes what a comparison finds, as it finds it. */
public interface Findings {

    /** Something must become true of the replica. */
    void change(Work.Planned planned);

    /**
     * Something must move on the replica.
     *
     * @param known brings it to the view, unless what is found is not wanted any more
     */
    default void move(Change.Move move, Runnable known) {
        known.run();
        change(new Work.Planned(move, Optional.empty()));
    }

    /** A large content must be staged; the path is compared again when it is. */
    void upload(String path, Stat stat);

    /** As {@link #upload}, of a file that does not stand still: as one reading finds it. */
    default void uploadInOnePass(String path, Stat stat) {
        upload(path, stat);
    }

    /** Nothing is to be sent, but the index's line is out of date. */
    void remember(IndexEntry held);

    /** The path cannot be replicated now: say so, and look again after a while. */
    void trouble(String path, String why);

    /**
     * The same of what a directory holds but that cannot be looked at by its name: to look again is to list the directory.
     *
     * @param path that of the directory and what stands for the name
     */
    default void unlisted(String path, String why) {
        trouble(path, why);
    }

    /** The path is of a kind that is never replicated: say so once. */
    void skipped(String path, String what);

    /** A small file is sent as one reading found it, for it does not stand still, and is not looked at again in this run. */
    default void written(String path) {
    }

    /** A file of this size was compared, whatever came of it. */
    default void compared(long size) {
    }

    /** So much would be removed without anybody having been seen to do it; none of it is, until a person says so. */
    default void waits(Loss loss) {
    }

    /** Another directory is here than the view knows; told before it is listed. */
    default void replaced(String directory) {
    }

    /** What was read here may be out of date already. */
    void lookAgain(String path, Duration after);
}
