package io.bactrian.compare;

import java.util.Optional;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Stat;

/** Receives what a comparison finds, while it runs. */
public interface ComparisonListener extends Notices {

    /** The target lacks this change. */
    void change(PlannedChange planned);

    /**
     * The target must move something.
     *
     * @param known records the move in the view; not called once the comparison is cancelled
     */
    default void move(Change.Move move, Runnable known) {
        known.run();
        change(new PlannedChange(move, Optional.empty()));
    }

    /** A large file must be uploaded; its path is compared again afterwards. */
    void upload(String path, Stat stat);

    /** As {@link #upload}, for a file that keeps changing: it is sent as read in one pass. */
    default void uploadInOnePass(String path, Stat stat) {
        upload(path, stat);
    }

    /** The target holds this already, but the view has an older stat of it. */
    void remember(IndexEntry held);
}
