package io.bactrian.change;

import io.bactrian.change.Work.Planned;
import io.bactrian.index.Index;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.TreePath;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Leaves the content out of a change if the target holds it under another path, or has been told it by an earlier
 * change of this comparison: then the target copies it. What it turns out not to hold any more it asks for, and that
 * path is told whole. For one thread.
 */
final class Elsewhere {
    /** Contents told in this comparison that are kept in mind. */
    private static final int MOST = 100_000;

    private final Index view;
    private final Predicate<String> whole;
    private final Predicate<String> stale;
    /** In a first comparison there is nothing to be found in the view but what was just told. */
    private final boolean viewIsEmpty;
    /** How their digests begin: enough for a guess that the target checks. */
    private final Set<Long> told = new HashSet<>();

    /**
     * @param whole whether the content for a path is to be told in any case
     * @param stale whether what the view has at a path may be something else on the target already
     */
    Elsewhere(Index view, Predicate<String> whole, Predicate<String> stale) {
        this.view = view;
        this.whole = whole;
        this.stale = stale;
        this.viewIsEmpty = view.children(TreePath.ROOT).isEmpty();
    }

    Planned spare(Planned planned) {
        if (!(planned.change() instanceof Change.WriteFile file) || file.content().isEmpty()
                || file.size() <= Index.FINDABLE || whole.test(file.path())) {
            return planned;
        }
        if (told.contains(file.digest().a()) || isHeld(file.digest(), file.size())) {
            return new Planned(new Change.WriteFile(file.path(), file.mode(), file.modified(), file.size(), file.digest(),
                    Optional.empty()), planned.after());
        }
        if (told.size() >= MOST) {
            told.clear();
        }
        told.add(file.digest().a());
        return planned;
    }

    private boolean isHeld(Digest digest, long size) {
        return !viewIsEmpty && view.byDigest(digest, size).map(Entry::path).filter(stale.negate()).isPresent();
    }
}
