package io.bactrian.compare;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.index.Index;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.TreePath;

/**
 * Drops what the target holds already, known by content hash. A file that it holds is not sent; content that it holds at the same
 * or another path, or gets by an earlier change, is left out of the change, and the target copies it. If the target turns out
 * not to have it, it says so, and the content is sent. For the findings of one comparison in their order, and one thread.
 */
public final class ContentHashFilter {
    /** Hashes of contents sent in this comparison that are remembered. */
    private static final int LIMIT = 100_000;

    private final Index view;
    private final Predicate<String> sentWhole;
    /** Then nothing is in the view but what this comparison sends. */
    private final boolean viewIsEmpty;
    private final ReportedPaths changed = new ReportedPaths();
    /** The first half of each hash: enough for a guess that the target checks. */
    private final Set<Long> sent = new HashSet<>();

    /**
     * @param view      what the target is known to hold
     * @param sentWhole whether the content for a path is to be sent in any case
     */
    public ContentHashFilter(Index view, Predicate<String> sentWhole) {
        this.view = view;
        this.sentWhole = sentWhole;
        this.viewIsEmpty = view.children(TreePath.ROOT).isEmpty();
    }

    /** What of a change is to be sent; nothing if the target holds it already. */
    public Optional<PlannedChange> lacking(PlannedChange planned) {
        if (planned.isHeld()) {
            return Optional.empty();
        }
        // Before its path counts as changed: what it replaces may be the very content
        PlannedChange lacking = isKnown(planned) ? planned.withoutContent() : planned;
        if (!viewIsEmpty) {
            changed.add(planned.change().path());
        }
        return Optional.of(lacking);
    }

    private boolean isKnown(PlannedChange planned) {
        if (!(planned.change() instanceof Change.WriteFile file) || file.content().isEmpty()) {
            return false;
        }
        if (planned.held().filter(is -> is.entry() instanceof Entry.File at && at.digest().equals(file.digest())).isPresent()) {
            return true;
        }
        if (file.size() <= Index.FINDABLE || sentWhole.test(file.path())) {
            return false;
        }
        if (sent.contains(file.digest().a()) || isElsewhere(file.digest(), file.size())) {
            return true;
        }
        if (sent.size() >= LIMIT) {
            sent.clear();
        }
        sent.add(file.digest().a());
        return false;
    }

    private boolean isElsewhere(Digest digest, long size) {
        return !viewIsEmpty && view.byDigest(digest, size).filter(is -> !changed.containsWithin(is.path())).isPresent();
    }
}
