package io.bactrian.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Removals that the watch has reported. A removal that happens while the source is watched is intended. A directory with so many
 * events that single names are not known counts for all of its entries. Thread-safe.
 */
public final class ObservedRemovals {
    /** The watch has reported nothing. */
    public static final ObservedRemovals NONE = new ObservedRemovals(List.of());

    /** Names that are kept; beyond that only their directories are. */
    static final int LIMIT = 200_000;

    private static final char AFTER_SLASH = '/' + 1;

    /** The events of a period. Thread-safe, so that {@link #forget} takes effect in a running comparison. */
    public static final class Period {
        private final NavigableSet<String> names = paths();
        private final NavigableSet<String> overflows = paths();
        private final NavigableSet<String> newDirectories = paths();

        private static NavigableSet<String> paths() {
            return Collections.synchronizedNavigableSet(new TreeSet<>());
        }

        /** An entry of this name was removed. */
        public void removed(String path) {
            if (names.size() >= LIMIT) {
                names.forEach(each -> overflowed(TreePath.parent(each)));
                names.clear();
            }
            names.add(path);
        }

        /** More happened directly in this directory than was reported one by one. */
        public void overflowed(String directory) {
            if (overflows.size() >= LIMIT) {
                // At worst, removals wait for approval.
                overflows.clear();
            }
            overflows.add(directory);
        }

        /** This directory is new; removals in it could not be observed until it was watched. */
        public void created(String directory) {
            if (newDirectories.size() >= LIMIT) {
                newDirectories.clear();
            }
            newDirectories.add(directory);
        }

        public void addAll(Period other) {
            other.names.forEach(this::removed);
            other.overflows.forEach(this::overflowed);
            other.newDirectories.forEach(this::created);
        }

        public boolean isEmpty() {
            return names.isEmpty() && overflows.isEmpty() && newDirectories.isEmpty();
        }

        /** Forgets what was observed in this directory, because it was replaced, for example by a mount. Its own name is kept. */
        public void forget(String directory) {
            for (NavigableSet<String> paths : List.of(names, overflows, newDirectories)) {
                paths.subSet(directory + '/', directory + AFTER_SLASH).clear();
            }
            overflows.remove(directory);
            newDirectories.remove(directory);
        }

        /** All new directories are watched by now. */
        public void forgetCreated() {
            newDirectories.clear();
        }
    }

    private final List<Period> periods;

    /** @param periods the latest first, where most is found */
    public ObservedRemovals(Collection<Period> periods) {
        this.periods = new ArrayList<>(periods);
    }

    /**
     * Whether the watch explains why the path is gone: it reported the removal of the path, of a parent, or of something below it;
     * or too many events in its directory to report them one by one; or a parent directory that was too new to be watched. The
     * directory without the path must be the one in the view, because a mount that covers or uncovers entries removes nothing.
     * If the view has the directory from the target, which knows no inodes, only a reported name counts.
     */
    public boolean explains(String path, Path root, Index view) {
        Optional<String> explanation = explanation(path);
        return explanation.map(TreePath::parent).filter(at -> isUnknown(at, view) || isSame(at, root, view)).isPresent()
                || overflowedIn(TreePath.parent(path)) && isSame(TreePath.parent(path), root, view)
                || isInNewDirectory(TreePath.parent(path), root, view);
    }

    /** The path whose reported removal explains that this path is gone: a parent, or the path itself. */
    Optional<String> explanation(String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String above = path.substring(0, slash);
            if (periods.stream().anyMatch(period -> period.names.contains(above))) {
                return Optional.of(above);
            }
        }
        return Optional.of(path).filter(is -> periods.stream().anyMatch(period -> period.names.contains(path)
                || holdsWithin(period.names, path) || period.overflows.contains(path) || holdsWithin(period.overflows, path)));
    }

    private boolean isInNewDirectory(String directory, Path root, Index view) {
        if (periods.stream().allMatch(period -> period.newDirectories.isEmpty())) {
            return false;
        }
        for (String at = directory; !at.isEmpty(); at = TreePath.parent(at)) {
            String path = at;
            if (periods.stream().anyMatch(period -> period.newDirectories.contains(path)) && isSame(path, root, view)) {
                return true;
            }
        }
        return false;
    }

    private boolean overflowedIn(String directory) {
        return periods.stream().anyMatch(period -> period.overflows.contains(directory));
    }

    private static boolean isUnknown(String directory, Index view) {
        return view.find(directory).filter(was -> was.inode() == IndexEntry.UNSEEN).isPresent();
    }

    private static boolean isSame(String directory, Path root, Index view) {
        try {
            long inode = Stat.of(root, directory).map(Stat::inode).orElse(IndexEntry.UNSEEN);
            // The root is identified by device and inode elsewhere.
            return directory.isEmpty() || view.find(directory).filter(was -> was.inode() == inode).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean holdsWithin(NavigableSet<String> names, String directory) {
        String below = names.ceiling(directory + '/');
        return below != null && below.startsWith(directory + '/');
    }
}
