package io.bactrian.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

import io.bactrian.tree.TreePath;

/**
 * The paths for which a comparison has reported something that the target has not answered yet, so that the view may be out of
 * date there. Bounded: beyond {@link #MOST} paths, every path counts as one of them. For one thread.
 */
final class ReportedPaths {
    private static final int MOST = 100_000;

    private final List<String> added = new ArrayList<>();
    private final TreeSet<String> sorted = new TreeSet<>();
    private boolean full;

    void add(String path) {
        full |= added.size() + sorted.size() >= MOST;
        if (!full) {
            added.add(path);
        }
    }

    /** Whether something was reported of the path, or of anything below it. */
    boolean containsWithin(String path) {
        // Sorted on demand: the first comparison of a large tree reports many paths and asks for none.
        sorted.addAll(added);
        added.clear();
        String below = sorted.ceiling(path + '/');
        return full || sorted.contains(path) || below != null && TreePath.isWithin(below, path);
    }
}
