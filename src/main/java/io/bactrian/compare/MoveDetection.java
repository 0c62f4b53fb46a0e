package io.bactrian.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.bactrian.change.Change;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Detects renames in a comparison by inode, and reports the moves in an order in which nothing is lost: what the target holds
 * at a path moves away before something else moves there, and a cycle of moves is one change.
 * <p>
 * The view has the new path as soon as the move is reported, so that later findings are compared with what the target will hold
 * by then. If the target cannot make the move, the view is wrong until the target is asked what it holds, which the link does
 * next. Nothing moves for which a change was reported that is not answered yet: the answer would be recorded at the wrong path.
 * For one thread; the source is only read.
 */
final class MoveDetection {
    /** Compares paths before their turn. */
    interface Ahead {
        void compare(String path);

        /** Whether the target holds all directories above the path where the source has them. */
        boolean isReady(String path);
    }

    private final Path root;
    private final Filter filter;
    private final FileReader files;
    private final Index view;
    private final ComparisonListener findings;
    private final ReportedPaths reported;
    private final Removals removals;
    private final InodeLookup inodes;
    private final ReportedEvents events;
    private final Ahead ahead;

    /** In a first comparison there is nothing that could have moved. */
    private final boolean viewIsEmpty;
    private final Set<String> movedTo = new HashSet<>();
    private final Set<String> inProgress = new HashSet<>();
    private int count;

    MoveDetection(Path root, Filter filter, FileReader files, Index view, ComparisonListener findings, ReportedPaths reported,
            Removals removals, InodeLookup inodes, ReportedEvents events, Ahead ahead) {
        this.root = root;
        this.filter = filter;
        this.files = files;
        this.view = view;
        this.findings = findings;
        this.reported = reported;
        this.removals = removals;
        this.inodes = inodes;
        this.events = events;
        this.ahead = ahead;
        this.viewIsEmpty = view.children(TreePath.ROOT).isEmpty();
    }

    /** Whether this very path is the destination of a move of this comparison. */
    boolean isDestination(String path) {
        return movedTo.contains(path);
    }

    /** The number of moves reported so far; what was read from the view before the last of them is out of date. */
    int count() {
        return count;
    }

    /**
     * Reports a move to the path if the target holds the same thing elsewhere, and before that the move of what the target holds at
     * the path to where that is now.
     *
     * @return what the view has at the path afterwards
     */
    Optional<IndexEntry> moveTo(String path, Stat stat, Optional<IndexEntry> held) {
        if (viewIsEmpty || path.isEmpty() || held.filter(is -> is.inode() == stat.inode()).isPresent()) {
            return held;
        }
        boolean first = inProgress.add(path);
        try {
            Optional<IndexEntry> here = held;
            if (held.isPresent() && vacate(held.get())) {
                here = view.find(path);
            }
            if (here.filter(is -> is.inode() == stat.inode()).isPresent()) {
                return here;
            }
            Optional<IndexEntry> origin = origin(path, stat);
            if (origin.isEmpty() || reported.containsWithin(path)) {
                return here;
            }
            if (here.isEmpty() || !(here.get().entry() instanceof Entry.Directory)) {
                move(origin.get(), path);
            }
            return view.find(path);
        } finally {
            if (first) {
                inProgress.remove(path);
            }
        }
    }

    /** Moves an entry to where it is now, and before that what the view has there, and so on; returns whether anything moved. */
    private boolean vacate(IndexEntry held) {
        List<IndexEntry> chain = new ArrayList<>();
        Optional<IndexEntry> next = Optional.of(held);
        List<String> places = new ArrayList<>();
        boolean circle = false;
        while (next.isPresent()) {
            chain.add(next.get());
            Optional<String> now = currentPath(next.get());
            if (now.isEmpty() || !inProgress.add(now.get())) {
                circle = now.filter(held.path()::equals).isPresent();
                break;
            }
            places.add(now.get());
            next = view.find(now.get());
        }
        try {
            if (circle && mayRotate(chain)) {
                rotate(chain);
            } else {
                for (int last = places.size() - 1; last >= 0; last--) {
                    ahead.compare(places.get(last));
                }
            }
        } finally {
            places.forEach(inProgress::remove);
        }
        return !places.isEmpty();
    }

    private boolean mayRotate(List<IndexEntry> circle) {
        if (circle.size() > Change.Move.MOST) {
            return false;
        }
        for (int i = 0; i < circle.size(); i++) {
            IndexEntry held = circle.get(i);
            String to = circle.get((i + 1) % circle.size()).path();
            if (!mayMove(held) || !view.fits(held.path(), to, TreePath.MAX_PATH) || !ahead.isReady(held.path())
                    || circle.stream().anyMatch(other -> other != held && TreePath.isWithin(other.path(), held.path()))) {
                return false;
            }
        }
        return true;
    }

    /** Another path at which the entry is now. */
    private Optional<String> currentPath(IndexEntry held) {
        return held.inode() == IndexEntry.UNSEEN ? Optional.empty() : inodes.of(held.inode())
                .filter(path -> !TreePath.isWithin(path, held.path()) && !TreePath.isWithin(held.path(), path))
                .filter(path -> inodes.stat(path).filter(stat -> isSame(held, stat, path)).isPresent());
    }

    /** The entry that the view has under another path, where it no longer is: the same inode, unchanged. */
    private Optional<IndexEntry> origin(String path, Stat stat) {
        return view.byInode(stat.inode()).stream()
                .filter(held -> isSame(held, stat, path) && mayMove(held, path, stat.inode()))
                .findFirst();
    }

    private boolean mayMove(IndexEntry held, String to, long inode) {
        String from = held.path();
        return !from.isEmpty() && !TreePath.isWithin(from, to) && !TreePath.isWithin(to, from)
                && inodes.stat(from).filter(stat -> stat.inode() == inode).isEmpty() && mayMove(held)
                // Paths that a move would make too long cannot be sent; the others are created at the new path.
                && view.fits(from, to, TreePath.MAX_PATH);
    }

    private boolean mayMove(IndexEntry held) {
        return !removals.haveMadeRoom(held.path()) && filter.admits(held.path(), held.entry() instanceof Entry.Directory)
                && !reported.containsWithin(held.path());
    }

    /**
     * An inode alone proves nothing, because a new file often gets the inode of one that was just removed. A directory must also
     * still contain some of its earlier content.
     */
    private boolean isSame(IndexEntry held, Stat stat, String path) {
        return held.inode() == stat.inode() && switch (stat.kind()) {
            case DIRECTORY -> held.entry() instanceof Entry.Directory && hasKept(new Pair(held.path(), path));
            default -> isSameLeaf(held, stat);
        };
    }

    private static boolean isSameLeaf(IndexEntry held, Stat stat) {
        return held.inode() == stat.inode() && switch (stat.kind()) {
            case FILE -> held.entry() instanceof Entry.File file
                    && file.size() == stat.size() && file.modified().equals(stat.modified());
            case LINK -> held.entry() instanceof Entry.Link && held.entry().modified().equals(stat.modified());
            case DIRECTORY, OTHER -> false;
        };
    }

    /** A directory's path in the view, and its path now. */
    private record Pair(String from, String now) {
    }

    /** Looks for entries under the same names first, which needs no listing. */
    private boolean hasKept(Pair top) {
        Deque<Pair> toVisit = new ArrayDeque<>(List.of(top));
        Deque<Pair> visited = new ArrayDeque<>();
        while (!toVisit.isEmpty() || !visited.isEmpty()) {
            boolean kept;
            if (toVisit.isEmpty()) {
                kept = hasKeptRenamed(visited.pop(), toVisit);
            } else {
                Pair directory = toVisit.pop();
                kept = hasKeptNamed(directory, toVisit);
                visited.push(directory);
            }
            if (kept) {
                return true;
            }
        }
        return false;
    }

    private boolean hasKeptNamed(Pair directory, Deque<Pair> below) {
        for (IndexEntry child : view.children(directory.from())) {
            String path = TreePath.child(directory.now(), TreePath.name(child.path()));
            Optional<Stat> stat = inodes.stat(path);
            if (stat.isPresent() && isKept(child, stat.get(), path, below)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasKeptRenamed(Pair directory, Deque<Pair> below) {
        List<IndexEntry> children = view.children(directory.from());
        if (children.isEmpty()) {
            return false;
        }
        try {
            Map<Long, Map.Entry<String, Stat>> now = new HashMap<>();
            Scanner.list(root.resolve(directory.now())).children().entrySet()
                    .forEach(child -> now.put(child.getValue().inode(), child));
            for (IndexEntry child : children) {
                Map.Entry<String, Stat> is = now.get(child.inode());
                if (is != null && !is.getKey().equals(TreePath.name(child.path()))
                        && isKept(child, is.getValue(), TreePath.child(directory.now(), is.getKey()), below)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // The comparison reports it.
        }
        return false;
    }

    /** Whether it is the same file or link; a directory is added to those whose content decides. */
    private static boolean isKept(IndexEntry held, Stat stat, String path, Deque<Pair> below) {
        if (stat.kind() == Stat.Kind.DIRECTORY && held.entry() instanceof Entry.Directory && held.inode() == stat.inode()) {
            below.push(new Pair(held.path(), path));
        }
        return isSameLeaf(held, stat);
    }

    private void move(IndexEntry from, String to) {
        findings.move(new Change.Move(from.path(), to), () -> {
            view.move(from.path(), to);
            record(from, to);
        });
    }

    private void rotate(List<IndexEntry> circle) {
        List<String> places = circle.stream().map(IndexEntry::path).toList();
        List<String> rest = new ArrayList<>(places.subList(2, places.size()));
        rest.add(places.get(0));
        findings.move(new Change.Move(places.get(0), places.get(1), rest), () -> {
            view.turn(places);
            for (int i = 0; i < places.size(); i++) {
                record(circle.get(i), places.get((i + 1) % places.size()));
            }
        });
    }

    private void record(IndexEntry held, String path) {
        count++;
        movedTo.add(path);
        Optional<IndexEntry> file = held.entry() instanceof Entry.File ? inodes.stat(path)
                .filter(stat -> isSame(held, stat, path))
                .map(stat -> files.afterRename(held, path, stat, events.areOfRenameOnly(held.path(), path))) : Optional.empty();
        view.put(file.orElse(new IndexEntry(held.entry().at(path), IndexEntry.UNSEEN, held.inode())));
    }
}
