package io.bactrian.change;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Foretells, before anything is told to the target, whether a comparison of the whole source would remove too much:
 * then both sides stay as they are. It goes by names, and reads nothing; directories that did not change since they were
 * compared are not even listed. What it takes for moved and is not, {@link Removals} finds. Used once, by one thread.
 */
public final class Forecast {
    private final Path root;
    private final Filter filter;
    private final Index view;
    private final Rules rules;
    private final Guard guard;

    /** The topmost paths that are gone from the source. */
    private final Set<String> gone = new HashSet<>();
    private final Set<Long> moved = new HashSet<>();
    private final Witness witness;
    private long lost;
    private long held;
    private boolean emptied;

    /** @param witness what was seen to be removed, which is not counted */
    public Forecast(Path root, Filter filter, Index view, Rules rules, Guard guard, Witness witness) {
        this.witness = witness;
        this.root = root;
        this.filter = filter;
        this.view = view;
        this.rules = rules;
        this.guard = guard;
    }

    /**
     * Looks.
     *
     * @throws GuardTripped if too much would be removed
     */
    public void check() throws IOException {
        held = view.count() - 1;
        Optional<Stat> top = Stat.of(root).filter(stat -> stat.kind() == Stat.Kind.DIRECTORY);
        if (held <= 0 || top.isEmpty()) {
            // Nothing can be lost; or the comparison says what is wrong, and tells nothing.
            return;
        }
        if (!guard.emptying() && Scanner.list(root).children().isEmpty()
                && !view.children(TreePath.ROOT).stream().allMatch(was -> witness.explains(was.path(), root, view))) {
            emptied = true;
            Loss all = new Loss(held, held, view.children(TreePath.ROOT).stream().map(IndexEntry::path).toList());
            throw new GuardTripped("the source directory is empty but the target holds " + held + " entries; they are left"
                    + " as they are in case a mount is missing", all);
        }
        if (!guard.stops(held, held)) {
            return;
        }
        for (IndexEntry directory : view.directories()) {
            look(directory);
        }
        gone.removeIf(path -> !path.isEmpty() && TreePath.isWithinAny(TreePath.parent(path), gone));
        gone.removeIf(path -> witness.explains(path, root, view));
        gone.forEach(path -> lost += count(path));
        if (guard.stops(lost, held)) {
            findMoved(TreePath.ROOT);
        }
        if (guard.stops(lost, held)) {
            throw new GuardTripped(new Loss(lost, held, gone.stream().sorted().toList()));
        }
    }

    /** What the target holds now. */
    public long held() {
        return held;
    }

    /**
     * Looks, and tells whether removals have to wait.
     *
     * @throws GuardTripped if there is nothing at all in the source any more, so that nothing could be sent either
     */
    public boolean holds() throws IOException {
        try {
            check();
            return false;
        } catch (GuardTripped e) {
            if (emptied) {
                throw e;
            }
            return true;
        }
    }

    /** Notes what is not in a directory any more. */
    private void look(IndexEntry directory) {
        String path = directory.path();
        Optional<Stat> stat = new Ancestors(root, view).directory(path);
        if (stat.isEmpty() || directory.vouchedBy(stat.get()) || !admits(path)) {
            // Where a directory is gone, the one that held it has changed.
            return;
        }
        Scanner.Listing listing;
        try {
            listing = Scanner.list(root.resolve(path));
        } catch (IOException e) {
            // The comparison says so, and removes nothing at all.
            return;
        }
        Set<String> unreadable = new HashSet<>();
        listing.problems().forEach(problem -> unreadable.add(problem.name()));
        for (IndexEntry child : view.children(path)) {
            String name = TreePath.name(child.path());
            Stat.Kind kind = Optional.ofNullable(listing.children().get(name)).map(Stat::kind).orElse(Stat.Kind.OTHER);
            boolean replaced = child.entry() instanceof Entry.Directory && kind != Stat.Kind.DIRECTORY;
            if ((kind == Stat.Kind.OTHER || replaced) && !unreadable.contains(name) && isSent(child)) {
                gone.add(child.path());
            }
        }
    }

    private boolean admits(String path) {
        for (String at = path; !at.isEmpty() && filter != Filter.ALL; at = TreePath.parent(at)) {
            if (!filter.admits(at, true)) {
                return false;
            }
        }
        return true;
    }

    private boolean isSent(IndexEntry is) {
        return filter.admits(is.path(), is.entry() instanceof Entry.Directory)
                && (rules.keepsLinks() || !(is.entry() instanceof Entry.Link));
    }

    /** Entries at the path and below that would be removed with it. */
    private long count(String path) {
        if (filter == Filter.ALL && rules.keepsLinks()) {
            return view.countWithin(path);
        }
        long count = 1;
        Deque<String> directories = new ArrayDeque<>(List.of(path));
        while (!directories.isEmpty()) {
            for (IndexEntry child : view.children(directories.pop())) {
                if (isSent(child)) {
                    count++;
                    if (child.entry() instanceof Entry.Directory) {
                        directories.push(child.path());
                    }
                }
            }
        }
        return count;
    }

    /** What is at another place now is not lost; looked for only if too much would be. */
    private void findMoved(String top) {
        Deque<String> directories = new ArrayDeque<>(List.of(top));
        while (!directories.isEmpty() && guard.stops(lost, held)) {
            findMovedIn(directories.pop(), directories);
        }
    }

    private void findMovedIn(String directory, Deque<String> below) {
        for (Map.Entry<String, Stat> child : children(directory).entrySet()) {
            String path = TreePath.child(directory, child.getKey());
            Stat stat = child.getValue();
            if (!filter.admits(path, stat.kind() == Stat.Kind.DIRECTORY)) {
                continue;
            }
            for (IndexEntry was : view.byInode(stat.inode())) {
                if (isSame(was, stat) && TreePath.isWithinAny(was.path(), gone) && moved.add(stat.inode())) {
                    lost--;
                }
            }
            if (stat.kind() == Stat.Kind.DIRECTORY) {
                below.add(path);
            }
        }
    }

    private Map<String, Stat> children(String directory) {
        try {
            return Scanner.list(root.resolve(directory)).children();
        } catch (IOException e) {
            return Map.of();
        }
    }

    private static boolean isSame(IndexEntry was, Stat stat) {
        return switch (stat.kind()) {
            case FILE -> was.entry() instanceof Entry.File file && file.size() == stat.size()
                    && file.modified().equals(stat.modified());
            case DIRECTORY -> was.entry() instanceof Entry.Directory;
            case LINK -> was.entry() instanceof Entry.Link && was.entry().modified().equals(stat.modified());
            case OTHER -> false;
        };
    }
}
