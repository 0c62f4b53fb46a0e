package io.bactrian.change;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeSet;

import io.bactrian.change.Work.Planned;
import io.bactrian.index.Held;
import io.bactrian.index.Index;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/** Recognises in a comparison what was renamed, by its inode. For one thread; the source is only read. */
final class Moves {
    private final Path root;
    private final Filter filter;
    private final Index view;
    private final Findings findings;
    private final Removals removals;

    private final TreeSet<String> movedFrom = new TreeSet<>();

    Moves(Path root, Filter filter, Index view, Findings findings, Removals removals) {
        this.root = root;
        this.filter = filter;
        this.view = view;
        this.findings = findings;
        this.removals = removals;
    }

    /** Whether what the view has at this very path was moved in this comparison. */
    boolean isFrom(String path) {
        return movedFrom.contains(path);
    }

    /** Whether the path or something above it was moved in this comparison. */
    boolean isWithinFrom(String path) {
        return TreePath.isWithinAny(path, movedFrom);
    }

    /** Tells what the view knows under another path that is not there any more: the same inode, unchanged. */
    Optional<Held> here(String path, Stat stat) {
        return view.byInode(stat.inode()).stream()
                .filter(held -> sameThing(held, stat, path) && isFree(held.path(), path))
                .findFirst();
    }

    /**
     * An inode alone proves nothing, for a new directory often gets that of one that was just removed: some of what
     * was in it must be in it still.
     */
    private boolean sameThing(Held held, Stat stat, String path) {
        return switch (stat.kind()) {
            case DIRECTORY -> held.entry() instanceof Entry.Directory
                    && view.children(held.path()).stream().anyMatch(child -> isStillIn(path, child));
            case FILE -> held.entry() instanceof Entry.File file
                    && file.size() == stat.size() && file.modified() == stat.modified();
            case LINK -> held.entry() instanceof Entry.Link && held.entry().modified() == stat.modified();
            case OTHER -> false;
        };
    }

    private boolean isStillIn(String directory, Held child) {
        String path = TreePath.child(directory, TreePath.name(child.path()));
        try {
            return Stat.of(root.resolve(path))
                    .filter(stat -> stat.inode() == child.inode() && sameThing(child, stat, path)).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isFree(String from, String to) {
        if (from.isEmpty() || TreePath.isWithin(from, to) || TreePath.isWithin(to, from) || wasMoved(from)
                || removals.haveMadeRoom(from)
                || !filter.admits(from, true)) {
            return false;
        }
        try {
            return Stat.of(root.resolve(from)).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the path, something above it or something below it was moved in this comparison. */
    private boolean wasMoved(String path) {
        String below = movedFrom.ceiling(path + '/');
        return isWithinFrom(path) || below != null && TreePath.isWithin(below, path);
    }

    /** Tells the move, and what the target holds at the path after it. */
    Held move(Held held, String path, Stat stat) {
        movedFrom.add(held.path());
        Held after = new Held(held.entry().at(path), Held.UNSEEN, stat.inode());
        findings.change(new Planned(new Change.Move(held.path(), path), Optional.of(after)));
        return after;
    }
}
