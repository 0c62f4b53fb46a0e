package io.bactrian.change;

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
 * What was seen to come and go while all was watched: who removes what, under a living watch, means it. A directory of
 * which so much was reported at once that single names are not known is a witness, too. Thread-safe.
 */
public final class Witness {
    /** Nothing was seen. */
    public static final Witness NONE = new Witness(List.of());

    /** Names that are kept apart; of more only the directories are, in which they were. */
    static final int LIMIT = 200_000;

    private static final char AFTER_SLASH = '/' + 1;

    /** What was seen in some time. Thread-safe, so that {@link #forget} is heard by a comparison that is under way. */
    static final class Period {
        private final NavigableSet<String> names = paths();
        private final NavigableSet<String> crowded = paths();
        private final NavigableSet<String> made = paths();

        private static NavigableSet<String> paths() {
            return Collections.synchronizedNavigableSet(new TreeSet<>());
        }

        /** This name went. */
        void name(String path) {
            if (names.size() >= LIMIT) {
                names.forEach(name -> crowd(TreePath.parent(name)));
                names.clear();
            }
            names.add(path);
        }

        /** More happened in this very directory than was told one by one. */
        void crowd(String directory) {
            if (crowded.size() >= LIMIT) {
                // What is not known to be meant waits for a person, at worst.
                crowded.clear();
            }
            crowded.add(directory);
        }

        /** This directory is new; until it was watched nobody could see what came and went in it. */
        void make(String directory) {
            if (made.size() >= LIMIT) {
                made.clear();
            }
            made.add(directory);
        }

        void addAll(Period other) {
            other.names.forEach(this::name);
            other.crowded.forEach(this::crowd);
            other.made.forEach(this::make);
        }

        boolean isEmpty() {
            return names.isEmpty() && crowded.isEmpty() && made.isEmpty();
        }

        /** Nothing was seen in this directory: another one is there now, by a mount perhaps. Its own name was seen as before. */
        void forget(String directory) {
            for (NavigableSet<String> paths : List.of(names, crowded, made)) {
                paths.subSet(directory + '/', directory + AFTER_SLASH).clear();
            }
            crowded.remove(directory);
            made.remove(directory);
        }

        /** All that was new is watched by now. */
        void forgetMade() {
            made.clear();
        }
    }

    private final List<Period> periods;

    /** @param periods the latest first, for that is where most is found */
    Witness(Collection<Period> periods) {
        this.periods = new ArrayList<>(periods);
    }

    /**
     * Whether it is known that somebody has removed the path, which is gone: its name, or that of a directory above it, was
     * seen to go, or something in it was; or so much happened in its directory that nobody could tell it one by one; or a
     * directory above it is so new that it was not watched yet. The directory that does not list it any more must be the
     * one of which the view knows: of what a mount covers or uncovers nobody has removed anything. If the view has it from
     * the target, which knows no inodes, only a name that was seen to go will do.
     */
    boolean explains(String path, Path root, Index view) {
        Optional<String> went = went(path);
        return went.map(TreePath::parent).filter(at -> isUnknown(at, view) || isSame(at, root, view)).isPresent()
                || sawMuchIn(TreePath.parent(path)) && isSame(TreePath.parent(path), root, view)
                || isInNew(TreePath.parent(path), root, view);
    }

    /** What was seen to go, so that the path is gone: a directory above it, or itself. */
    private Optional<String> went(String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String above = path.substring(0, slash);
            if (periods.stream().anyMatch(period -> period.names.contains(above))) {
                return Optional.of(above);
            }
        }
        return Optional.of(path).filter(is -> periods.stream().anyMatch(period -> period.names.contains(path)
                || holdsWithin(period.names, path) || period.crowded.contains(path) || holdsWithin(period.crowded, path)));
    }

    /** Whether the path, which is gone, was seen to go, or something above or in it. */
    boolean saw(String path) {
        return went(path).isPresent();
    }

    private boolean isInNew(String directory, Path root, Index view) {
        if (periods.stream().allMatch(period -> period.made.isEmpty())) {
            return false;
        }
        for (String at = directory; !at.isEmpty(); at = TreePath.parent(at)) {
            String path = at;
            if (periods.stream().anyMatch(period -> period.made.contains(path)) && isSame(path, root, view)) {
                return true;
            }
        }
        return false;
    }

    private boolean sawMuchIn(String directory) {
        return periods.stream().anyMatch(period -> period.crowded.contains(directory));
    }

    private static boolean isUnknown(String directory, Index view) {
        return view.find(directory).filter(was -> was.inode() == IndexEntry.UNSEEN).isPresent();
    }

    private static boolean isSame(String directory, Path root, Index view) {
        try {
            long inode = Stat.of(root, directory).map(Stat::inode).orElse(IndexEntry.UNSEEN);
            // Which directory the root is, is known by device and inode.
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
