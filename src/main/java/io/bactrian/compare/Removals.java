package io.bactrian.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.change.RemovalLimit;
import io.bactrian.change.RemovalSummary;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Collects what the target must remove in a comparison, and protects its excluded content. For one thread; the source is only
 * read.
 */
final class Removals {
    private final Path root;
    private final Filter filter;
    private final Index view;
    private final TargetCapabilities capabilities;
    private final ComparisonListener findings;
    private final RemovalLimit limit;

    private final RemovalPolicy policy;

    private final Set<String> madeRoom = new HashSet<>();
    private final Set<String> gone = new TreeSet<>();
    private final Set<String> emptied = new HashSet<>();
    private final List<String> planned = new ArrayList<>();
    private long unobserved;
    private boolean waits;

    Removals(Path root, Filter filter, Index view, TargetCapabilities capabilities, RemovalPolicy policy, ComparisonListener findings) {
        this.limit = policy.limit();
        this.policy = policy;
        this.root = root;
        this.filter = filter;
        this.view = view;
        this.capabilities = capabilities;
        this.findings = findings;
    }

    /** Something exists at the path, so it is not missing any more, unless it replaces a directory. */
    void found(String path, Stat stat, Optional<IndexEntry> held) {
        if (stat.kind() == Stat.Kind.DIRECTORY || held.filter(was -> was.entry() instanceof Entry.Directory).isEmpty()) {
            policy.unconfirmed().ifPresent(unconfirmed -> unconfirmed.confirmed(path));
        }
    }

    /** The target holds something at the path, and the source does not. */
    void gone(String path) {
        gone.add(path);
    }

    /** The source has a directory at the path that contains nothing included any more. */
    void emptied(String path) {
        gone.add(path);
        emptied.add(path);
    }

    /** Whether the path is in a directory that {@link #makeRoom} removed. */
    boolean haveMadeRoom(String path) {
        return TreePath.isWithinAny(path, madeRoom);
    }

    /**
     * Removes a directory in whose place a file or link must be; returns whether the path is free afterwards. It is not if the
     * directory has excluded content, or if its removal must wait.
     */
    boolean makeRoom(String path, Optional<IndexEntry> held) {
        if (held.isEmpty() || !(held.get().entry() instanceof Entry.Directory)) {
            return true;
        }
        if (protects(path)) {
            findings.trouble(path, "the target has a directory with excluded content at this path; move that content");
            return false;
        }
        boolean observed = isObserved(path);
        unobserved += observed ? 0 : view.countWithin(path);
        if (!observed && isTooMuch(unobserved)) {
            findings.trouble(path, "the target has a directory at this path, and its removal waits;"
                    + " to approve: bactrian allow-removals");
            waits(unobserved, List.of(path));
            return false;
        }
        if (!observed && isUnconfirmed(path)) {
            return false;
        }
        // Nothing can move away from below it any more.
        madeRoom.add(path);
        report(path, observed);
        return true;
    }

    /** Whether an empty source may empty its target, which holds these entries in its root. */
    boolean mayEmpty(Collection<IndexEntry> tops) {
        return limit.emptying() || tops.stream().allMatch(top -> isObserved(top.path()));
    }

    /**
     * Reports the removal of what is still gone. Removals that the watch did not report wait if they exceed the limit; returns whether
     * none waits.
     */
    boolean plan() {
        return plan(false);
    }

    /** As {@link #plan}, but only removals that the watch has reported: for a source that could not be read completely. */
    void planObserved() {
        plan(true);
    }

    private boolean plan(boolean observedOnly) {
        Set<String> tops = new HashSet<>();
        for (String path : gone) {
            Optional<IndexEntry> held = haveMadeRoom(path) || TreePath.isWithinAny(path, tops) ? Optional.empty() : view.find(path);
            if (held.isEmpty() || observedOnly && !isObserved(path)) {
                // It moved, or a parent is removed, or it waits.
                continue;
            }
            Optional<Stat> stat;
            try {
                stat = Stat.of(root, path);
            } catch (IOException e) {
                // Its directory, whose path is short enough, was listed without it.
                if (!TreePath.isTooLong(root.resolve(path))) {
                    findings.trouble(path, Scanner.unseen(root.resolve(path), e));
                    continue;
                }
                stat = Optional.empty();
            }
            if (stat.isPresent() && stat.get().kind() != Stat.Kind.OTHER && !emptied.contains(path)) {
                findings.lookAgain(path, Duration.ZERO);
            } else {
                tops.add(path);
                remove(path);
                compareHardLinks(held.get());
            }
        }
        reportPlanned(observedOnly);
        return !waits;
    }

    private void reportPlanned(boolean observedOnly) {
        List<String> unobservedPaths = new ArrayList<>();
        List<String> observedPaths = new ArrayList<>();
        long count = unobserved;
        for (String path : planned) {
            boolean observed = isObserved(path);
            (observed ? observedPaths : unobservedPaths).add(path);
            count += observed ? 0 : view.countWithin(path);
        }
        if (observedOnly) {
            unobservedPaths.clear();
        } else if (count > 0 && isTooMuch(count)) {
            waits(count, unobservedPaths);
        } else {
            unobservedPaths.stream().filter(path -> !isUnconfirmed(path)).forEach(path -> report(path, false));
        }
        observedPaths.forEach(path -> report(path, true));
    }

    /** Whether the watch may still report the removal: then the path is compared again. */
    private boolean isUnconfirmed(String path) {
        boolean again = policy.unconfirmed().filter(unconfirmed -> unconfirmed.mustBeComparedAgain(path)).isPresent();
        if (again) {
            findings.lookAgain(path, UnconfirmedRemovals.PAUSE);
        }
        return again;
    }

    private boolean isTooMuch(long count) {
        return limit.isExceeded(count, 0) && limit.isExceeded(count, held());
    }

    /** The entries that the target held before this comparison; counted only if needed. */
    private long held() {
        return policy.held() >= 0 ? policy.held() : view.count() - 1;
    }

    private void waits(long count, List<String> paths) {
        waits = true;
        findings.waits(new RemovalSummary(count, held(), paths));
    }

    /** Whether the watch has reported the removal. */
    private boolean isObserved(String path) {
        return emptied.contains(path) ? areAllObserved(path) : policy.observed().explains(path, root, view);
    }

    /** A directory that contains nothing included any more: the watch must have reported all removals in it. */
    private boolean areAllObserved(String emptiedDirectory) {
        Deque<String> directories = new ArrayDeque<>(List.of(emptiedDirectory));
        while (!directories.isEmpty()) {
            for (IndexEntry child : view.children(directories.pop())) {
                if (child.entry() instanceof Entry.Directory) {
                    directories.push(child.path());
                } else if (!policy.observed().explains(child.path(), root, view)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void report(String path, boolean observed) {
        if (observed) {
            policy.unconfirmed().ifPresent(unconfirmed -> unconfirmed.confirmed(path));
        }
        findings.change(new PlannedChange(new Change.Remove(path), Optional.empty(), observed));
    }

    /** Compares what is gone again later, because not everything could be read now. */
    void postpone(Duration after) {
        gone.forEach(path -> findings.lookAgain(path, after));
    }

    /** A file with hard links may have been written through the one that is gone. */
    private void compareHardLinks(IndexEntry held) {
        if (held.entry() instanceof Entry.File) {
            view.byInode(held.inode()).stream().filter(other -> !other.path().equals(held.path()))
                    .forEach(other -> findings.lookAgain(other.path(), Duration.ZERO));
        }
    }

    private void remove(String top) {
        Deque<String> paths = new ArrayDeque<>(List.of(top));
        while (!paths.isEmpty()) {
            String path = paths.pop();
            if (!protects(path)) {
                planned.add(path);
                continue;
            }
            view.children(path).stream().filter(child -> filter.admits(child.path(), child.entry() instanceof Entry.Directory))
                    .forEach(child -> paths.push(child.path()));
        }
    }

    /** Whether the target holds excluded content, which must stay, at or below the path. */
    private boolean protects(String viewPath) {
        Deque<String> directories = new ArrayDeque<>(List.of(viewPath));
        while (!directories.isEmpty() && (filter != Filter.ALL || !capabilities.keepsLinks())) {
            for (IndexEntry child : view.children(directories.pop())) {
                boolean directory = child.entry() instanceof Entry.Directory;
                if (!filter.admits(child.path(), directory) || !capabilities.keepsLinks() && child.entry() instanceof Entry.Link) {
                    return true;
                }
                if (directory) {
                    directories.push(child.path());
                }
            }
        }
        return false;
    }
}
