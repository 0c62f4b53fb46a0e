package io.bactrian.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.bactrian.change.GuardTrippedException;
import io.bactrian.change.RemovalLimit;
import io.bactrian.change.RemovalSummary;
import io.bactrian.compare.Ancestors;
import io.bactrian.compare.ObservedRemovals;
import io.bactrian.compare.TargetCapabilities;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Finds out, before anything is sent, whether a comparison of the whole source would remove too much. It compares names only, and
 * does not list directories that are unchanged since they were compared. It may take an entry for moved that is not; the
 * comparison finds that out. Used once, by one thread.
 */
public final class RemovalForecast {
    private final Path root;
    private final Filter filter;
    private final Index view;
    private final TargetCapabilities capabilities;
    private final RemovalLimit limit;

    /** The topmost paths that the source lacks. */
    private final Set<String> gone = new HashSet<>();
    private final Set<Long> moved = new HashSet<>();
    private final ObservedRemovals observed;
    private long removed;
    private long held;
    private boolean emptied;

    /** @param observed removals that the watch has reported, which are not counted */
    public RemovalForecast(Path root, Filter filter, Index view, TargetCapabilities capabilities, RemovalLimit limit,
            ObservedRemovals observed) {
        this.observed = observed;
        this.root = root;
        this.filter = filter;
        this.view = view;
        this.capabilities = capabilities;
        this.limit = limit;
    }

    /**
     * Checks the limit.
     *
     * @throws GuardTrippedException if too much would be removed
     */
    public void check() throws IOException {
        held = view.count() - 1;
        Optional<Stat> top = Stat.of(root).filter(stat -> stat.kind() == Stat.Kind.DIRECTORY);
        if (held <= 0 || top.isEmpty()) {
            // Nothing can be removed; or the comparison reports what is wrong.
            return;
        }
        if (!limit.emptying() && Scanner.list(root).children().isEmpty()
                && !view.children(TreePath.ROOT).stream().allMatch(was -> observed.explains(was.path(), root, view))) {
            emptied = true;
            RemovalSummary all = new RemovalSummary(held, held, view.children(TreePath.ROOT).stream().map(IndexEntry::path).toList());
            throw new GuardTrippedException("the source directory is empty but the target holds " + held + " entries; they are"
                    + " kept in case a mount is missing", all);
        }
        if (!limit.isExceeded(held, held)) {
            return;
        }
        for (IndexEntry directory : view.directories()) {
            findGone(directory);
        }
        gone.removeIf(path -> TreePath.isWithinAny(TreePath.parent(path), gone));
        gone.removeIf(path -> observed.explains(path, root, view));
        gone.forEach(path -> removed += count(path));
        if (limit.isExceeded(removed, held)) {
            findMoved(TreePath.ROOT);
        }
        if (limit.isExceeded(removed, held)) {
            throw new GuardTrippedException(new RemovalSummary(removed, held, gone.stream().sorted().toList()));
        }
    }

    /** The entries that the target holds now. */
    public long held() {
        return held;
    }

    /**
     * Checks the limit; returns whether removals must wait.
     *
     * @throws GuardTrippedException if the source is empty, so that there is nothing else to send
     */
    public boolean mustWait() throws IOException {
        try {
            check();
            return false;
        } catch (GuardTrippedException e) {
            if (emptied) {
                throw e;
            }
            return true;
        }
    }

    /** Finds what is gone from a directory. */
    private void findGone(IndexEntry directory) {
        String path = directory.path();
        Optional<Stat> stat = new Ancestors(root, view).directory(path);
        if (stat.isEmpty() || directory.vouchedBy(stat.get())) {
            // If the directory is gone, its parent has changed.
            return;
        }
        Scanner.Listing listing;
        try {
            listing = Scanner.list(root.resolve(path));
        } catch (IOException e) {
            // The comparison reports it, and removes nothing.
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

    private boolean isSent(IndexEntry is) {
        return filter.admits(is.path(), is.entry() instanceof Entry.Directory)
                && (capabilities.keepsLinks() || !(is.entry() instanceof Entry.Link));
    }

    /** The number of entries that would be removed at the path and below. */
    private long count(String path) {
        if (filter == Filter.ALL && capabilities.keepsLinks()) {
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

    /** Entries that have moved are not removed; searched only if the limit is exceeded otherwise. */
    private void findMoved(String top) {
        Deque<String> directories = new ArrayDeque<>(List.of(top));
        while (!directories.isEmpty() && limit.isExceeded(removed, held)) {
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
                    removed--;
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
