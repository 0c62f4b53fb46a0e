package io.bactrian.change;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.bactrian.change.Work.Planned;
import io.bactrian.index.Held;
import io.bactrian.index.Index;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Plans in a comparison what the target is to remove, and protects what it holds of excluded content. For one
 * thread; the source is only read.
 */
final class Removals {
    private final Path root;
    private final Filter filter;
    private final Index view;
    private final Rules rules;
    private final Findings findings;
    private final Guard guard;

    private final Set<String> madeRoom = new HashSet<>();
    private final List<String> gone = new ArrayList<>();
    private final List<String> planned = new ArrayList<>();
    private long lost;

    Removals(Path root, Filter filter, Index view, Rules rules, Guard guard, Findings findings) {
        this.guard = guard;
        this.root = root;
        this.filter = filter;
        this.view = view;
        this.rules = rules;
        this.findings = findings;
    }

    /** What the target holds at the path is not in the source. */
    void gone(String path) {
        gone.add(path);
    }

    /** Whether the path is in a directory that {@link #makeRoom} removed. */
    boolean haveMadeRoom(String path) {
        return TreePath.isWithinAny(path, madeRoom);
    }

    /**
     * Removes a directory that stands where a file or link is to be; tells whether nothing is in the way then. It
     * stays if excluded content is in it.
     */
    boolean makeRoom(String path, Optional<Held> held) {
        if (held.isEmpty() || !(held.get().entry() instanceof Entry.Directory)) {
            return true;
        }
        if (protects(path)) {
            return false;
        }
        // What was below is gone from the target before anything could move from there.
        madeRoom.add(path);
        lost += view.countWithin(path);
        mayBeLost();
        findings.change(new Planned(new Change.Remove(path), Optional.empty()));
        return true;
    }

    /** Whether a source that holds nothing any more may empty its target. */
    boolean mayEmpty() {
        return guard.emptying();
    }

    /** Plans to remove what is gone, if it is still gone; all of it, or nothing if that is too much. */
    void plan() throws IOException {
        for (String path : gone) {
            Optional<Held> held = view.find(path);
            if (held.isEmpty()) {
                // It moved.
                continue;
            }
            Optional<Stat> stat = Stat.of(root.resolve(path));
            if (stat.isPresent() && stat.get().kind() != Stat.Kind.OTHER) {
                findings.lookAgain(path, Duration.ZERO);
            } else {
                remove(path);
                lookAtOtherNames(held.get());
            }
        }
        mayBeLost();
        planned.forEach(path -> findings.change(new Planned(new Change.Remove(path), Optional.empty())));
    }

    /** Before any of it is told. What is held is counted only if there is reason to. */
    private void mayBeLost() {
        if (guard.stops(lost, 0) && guard.stops(lost, view.count() - 1)) {
            List<String> paths = new ArrayList<>(madeRoom);
            paths.addAll(planned);
            throw new GuardTripped(new Loss(lost, view.count() - 1, paths));
        }
    }

    /** Somebody may have written by a name that is gone to a file that has others. */
    private void lookAtOtherNames(Held held) {
        if (held.entry() instanceof Entry.File) {
            view.byInode(held.inode()).stream().filter(other -> !other.path().equals(held.path()))
                    .forEach(other -> findings.lookAgain(other.path(), Duration.ZERO));
        }
    }

    private void remove(String path) {
        if (!protects(path)) {
            planned.add(path);
            lost += view.countWithin(path);
            return;
        }
        for (Held child : view.children(path)) {
            if (filter.admits(child.path(), child.entry() instanceof Entry.Directory)) {
                remove(child.path());
            }
        }
    }

    /** Whether the target holds something at or below the path that is excluded and so must stay. */
    private boolean protects(String viewPath) {
        if (filter == Filter.ALL && rules.keepsLinks()) {
            return false;
        }
        for (Held child : view.children(viewPath)) {
            boolean directory = child.entry() instanceof Entry.Directory;
            if (!filter.admits(child.path(), directory) || !rules.keepsLinks() && child.entry() instanceof Entry.Link
                    || directory && protects(child.path())) {
                return true;
            }
        }
        return false;
    }
}
