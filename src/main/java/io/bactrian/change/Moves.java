package io.bactrian.change;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;
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

/**
 * Recognises in a comparison what was renamed, by its inode, and tells the moves in an order in which nothing is lost:
 * what is held at a place moves away before something else moves there, and what moves in a circle moves at once.
 * <p>
 * The view holds what moved at its new place as soon as it is told, so that what is found afterwards is compared with
 * what the target will hold by then. If the target could not move it, the view is wrong until the target is asked what
 * it holds, which is the next that the link does. Nothing moves of which something was told but is not answered yet:
 * the answer would be remembered at the wrong place. For one thread; the source is only read.
 */
final class Moves {
    /** Looks at places before their turn. */
    interface Ahead {
        void compare(String path);

        /** Whether all directories above the path are held where they are. */
        boolean isReady(String path);
    }

    private final Path root;
    private final Filter filter;
    private final FileReader files;
    private final Index view;
    private final Told told;
    private final Removals removals;
    private final Whereabouts whereabouts;
    private final Hints hints;
    private final Ahead ahead;

    /** In a first comparison there is nothing yet that could move. */
    private final boolean viewIsEmpty;
    private final Set<String> brought = new HashSet<>();
    private final Set<String> inProgress = new HashSet<>();
    private int count;

    Moves(Path root, Filter filter, FileReader files, Index view, Told told, Removals removals, Whereabouts whereabouts,
            Hints hints, Ahead ahead) {
        this.root = root;
        this.filter = filter;
        this.files = files;
        this.view = view;
        this.told = told;
        this.removals = removals;
        this.whereabouts = whereabouts;
        this.hints = hints;
        this.ahead = ahead;
        this.viewIsEmpty = view.children(TreePath.ROOT).isEmpty();
    }

    /** Whether what is held at this very path was moved there in this comparison. */
    boolean hasBrought(String path) {
        return brought.contains(path);
    }

    /** How many moves were told: what was read of the view before the last of them is out of date. */
    int count() {
        return count;
    }

    /**
     * Moves to the path what is there in the source, if the target holds it elsewhere, and what is held at the path to
     * where that is now.
     *
     * @return what is held at the path afterwards
     */
    Optional<IndexEntry> bring(String path, Stat stat, Optional<IndexEntry> held) {
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
            if (origin.isEmpty() || told.isToldWithin(path)) {
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

    /** Lets what is held move to where it is now, and before that what is held there, and so on; tells whether any was. */
    private boolean vacate(IndexEntry held) {
        List<IndexEntry> chain = new ArrayList<>();
        Optional<IndexEntry> next = Optional.of(held);
        List<String> places = new ArrayList<>();
        boolean circle = false;
        while (next.isPresent()) {
            chain.add(next.get());
            Optional<String> now = whereNow(next.get());
            if (now.isEmpty() || !inProgress.add(now.get())) {
                circle = now.filter(held.path()::equals).isPresent();
                break;
            }
            places.add(now.get());
            next = view.find(now.get());
        }
        try {
            if (circle && mayTurn(chain)) {
                turn(chain);
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

    private boolean mayTurn(List<IndexEntry> circle) {
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

    /** Another place where the thing that is held is now. */
    private Optional<String> whereNow(IndexEntry held) {
        return held.inode() == IndexEntry.UNSEEN ? Optional.empty() : whereabouts.of(held.inode())
                .filter(path -> !TreePath.isWithin(path, held.path()) && !TreePath.isWithin(held.path(), path))
                .filter(path -> whereabouts.stat(path).filter(stat -> sameThing(held, stat, path)).isPresent());
    }

    /** What the view knows under another path where it is not any more: the same inode, unchanged. */
    private Optional<IndexEntry> origin(String path, Stat stat) {
        return view.byInode(stat.inode()).stream()
                .filter(held -> sameThing(held, stat, path) && mayMove(held, path, stat.inode()))
                .findFirst();
    }

    private boolean mayMove(IndexEntry held, String to, long inode) {
        String from = held.path();
        return !from.isEmpty() && !TreePath.isWithin(from, to) && !TreePath.isWithin(to, from)
                && whereabouts.stat(from).filter(stat -> stat.inode() == inode).isEmpty() && mayMove(held)
                // What has too long a path by that cannot be sent; what has not is made there anew.
                && view.fits(from, to, TreePath.MAX_PATH);
    }

    private boolean mayMove(IndexEntry held) {
        return !removals.haveMadeRoom(held.path()) && filter.admits(held.path(), held.entry() instanceof Entry.Directory)
                && !told.isToldWithin(held.path());
    }

    /**
     * An inode alone proves nothing, for what is new often gets that of something that was just removed: of a
     * directory some of what was in it must be in it still.
     */
    private boolean sameThing(IndexEntry held, Stat stat, String path) {
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

    /** A directory as it was held, and where it is now. */
    private record Pair(String from, String now) {
    }

    /** Looks under the same names first, which costs no listing. */
    private boolean hasKept(Pair top) {
        Deque<Pair> unseen = new ArrayDeque<>(List.of(top));
        Deque<Pair> seen = new ArrayDeque<>();
        while (!unseen.isEmpty() || !seen.isEmpty()) {
            boolean kept;
            if (unseen.isEmpty()) {
                kept = hasKeptRenamed(seen.pop(), unseen);
            } else {
                Pair directory = unseen.pop();
                kept = hasKeptNamed(directory, unseen);
                seen.push(directory);
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
            Optional<Stat> stat = whereabouts.stat(path);
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
            // The comparison says so where it matters.
        }
        return false;
    }

    /** Whether it is the same file or link; of a directory what is in it will tell. */
    private static boolean isKept(IndexEntry held, Stat stat, String path, Deque<Pair> below) {
        if (stat.kind() == Stat.Kind.DIRECTORY && held.entry() instanceof Entry.Directory && held.inode() == stat.inode()) {
            below.push(new Pair(held.path(), path));
        }
        return isSameLeaf(held, stat);
    }

    private void move(IndexEntry from, String to) {
        told.move(new Change.Move(from.path(), to), () -> {
            view.move(from.path(), to);
            hold(from, to);
        });
    }

    private void turn(List<IndexEntry> circle) {
        List<String> places = circle.stream().map(IndexEntry::path).toList();
        List<String> rest = new ArrayList<>(places.subList(2, places.size()));
        rest.add(places.get(0));
        told.move(new Change.Move(places.get(0), places.get(1), rest), () -> {
            view.turn(places);
            for (int i = 0; i < places.size(); i++) {
                hold(circle.get(i), places.get((i + 1) % places.size()));
            }
        });
    }

    private void hold(IndexEntry held, String path) {
        count++;
        brought.add(path);
        Optional<IndexEntry> file = held.entry() instanceof Entry.File ? whereabouts.stat(path)
                .filter(stat -> sameThing(held, stat, path))
                .map(stat -> files.afterRename(held, path, stat, hints.tellOfRenameOnly(held.path(), path))) : Optional.empty();
        view.put(file.orElse(new IndexEntry(held.entry().at(path), IndexEntry.UNSEEN, held.inode())));
    }
}
