package io.bactrian.change;

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

import io.bactrian.change.Work.Planned;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
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

    private final Care care;

    private final Set<String> madeRoom = new HashSet<>();
    private final Set<String> gone = new TreeSet<>();
    private final Set<String> emptied = new HashSet<>();
    private final List<String> planned = new ArrayList<>();
    private long unseen;
    private boolean waits;

    Removals(Path root, Filter filter, Index view, Rules rules, Care care, Findings findings) {
        this.guard = care.guard();
        this.care = care;
        this.root = root;
        this.filter = filter;
        this.view = view;
        this.rules = rules;
        this.findings = findings;
    }

    /** Something is at the path: that nothing was is over, unless it stands where a directory was. */
    void found(String path, Stat stat, Optional<IndexEntry> held) {
        if (stat.kind() == Stat.Kind.DIRECTORY || held.filter(was -> was.entry() instanceof Entry.Directory).isEmpty()) {
            care.doubts().ifPresent(doubts -> doubts.settled(path));
        }
    }

    /** What the target holds at the path is not in the source. */
    void gone(String path) {
        gone.add(path);
    }

    /** What the source has at the path is a directory that holds nothing included any more. */
    void emptied(String path) {
        gone.add(path);
        emptied.add(path);
    }

    /** Whether the path is in a directory that {@link #makeRoom} removed. */
    boolean haveMadeRoom(String path) {
        return TreePath.isWithinAny(path, madeRoom);
    }

    /**
     * Removes a directory that stands where a file or link is to be; tells whether nothing is in the way then. It
     * stays if excluded content is in it, or if its removal has to wait.
     */
    boolean makeRoom(String path, Optional<IndexEntry> held) {
        if (held.isEmpty() || !(held.get().entry() instanceof Entry.Directory)) {
            return true;
        }
        if (protects(path)) {
            findings.trouble(path, "a directory with excluded content is in its way on the target; move that content");
            return false;
        }
        boolean seen = isSeen(path);
        unseen += seen ? 0 : view.countWithin(path);
        if (!seen && isTooMuch(unseen)) {
            findings.trouble(path, "a directory is in its way on the target, the removal of which waits;"
                    + " if it is meant: bactrian allow-removals");
            waits(unseen, List.of(path));
            return false;
        }
        if (!seen && isDoubted(path)) {
            return false;
        }
        // What was below is gone from the target before anything could move from there.
        madeRoom.add(path);
        tell(path, seen);
        return true;
    }

    /** Whether a source that holds nothing any more may empty its target, which holds these at its top. */
    boolean mayEmpty(Collection<IndexEntry> tops) {
        return guard.emptying() || tops.stream().allMatch(top -> isSeen(top.path()));
    }

    /**
     * Plans to remove what is gone, if it is still gone. What was not seen to be removed by somebody waits if that is too
     * much; tells whether nothing does.
     */
    boolean plan() {
        return plan(false);
    }

    /** Of a source of which not all could be looked at only that is removed which somebody was seen to remove. */
    void planSeen() {
        plan(true);
    }

    private boolean plan(boolean seenOnly) {
        Set<String> tops = new HashSet<>();
        for (String path : gone) {
            Optional<IndexEntry> held = haveMadeRoom(path) || TreePath.isWithinAny(path, tops) ? Optional.empty() : view.find(path);
            if (held.isEmpty() || seenOnly && !isSeen(path)) {
                // It moved, or goes with what is above it; or it waits.
                continue;
            }
            Optional<Stat> stat;
            try {
                stat = Stat.of(root, path);
            } catch (IOException e) {
                // The directory that was listed without it is within the limit, and told the truth.
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
                lookAtOtherNames(held.get());
            }
        }
        tellPlanned(seenOnly);
        return !waits;
    }

    private void tellPlanned(boolean seenOnly) {
        List<String> strange = new ArrayList<>();
        List<String> meant = new ArrayList<>();
        long count = unseen;
        for (String path : planned) {
            boolean seen = isSeen(path);
            (seen ? meant : strange).add(path);
            count += seen ? 0 : view.countWithin(path);
        }
        if (seenOnly) {
            strange.clear();
        } else if (count > 0 && isTooMuch(count)) {
            waits(count, strange);
        } else {
            strange.stream().filter(path -> !isDoubted(path)).forEach(path -> tell(path, false));
        }
        meant.forEach(path -> tell(path, true));
    }

    /** Whether the watch may still tell who removed it: then it is looked at again. */
    private boolean isDoubted(String path) {
        boolean doubted = care.doubts().filter(doubts -> doubts.has(path)).isPresent();
        if (doubted) {
            findings.lookAgain(path, Doubts.PAUSE);
        }
        return doubted;
    }

    private boolean isTooMuch(long count) {
        return guard.stops(count, 0) && guard.stops(count, held());
    }

    /** What the target held before this comparison: counted only if there is reason to. */
    private long held() {
        return care.held() >= 0 ? care.held() : view.count() - 1;
    }

    private void waits(long count, List<String> paths) {
        waits = true;
        findings.waits(new Loss(count, held(), paths));
    }

    /** Whether somebody removed it while all was watched. */
    private boolean isSeen(String path) {
        return emptied.contains(path) ? isAllSeen(path) : care.witness().explains(path, root, view);
    }

    /** A directory goes because all that was included in it has: that is what somebody was seen to do, or was not. */
    private boolean isAllSeen(String emptiedDirectory) {
        Deque<String> directories = new ArrayDeque<>(List.of(emptiedDirectory));
        while (!directories.isEmpty()) {
            for (IndexEntry child : view.children(directories.pop())) {
                if (child.entry() instanceof Entry.Directory) {
                    directories.push(child.path());
                } else if (!care.witness().explains(child.path(), root, view)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void tell(String path, boolean seen) {
        if (seen) {
            care.doubts().ifPresent(doubts -> doubts.settled(path));
        }
        findings.change(new Planned(new Change.Remove(path), Optional.empty(), seen));
    }

    /** What is gone is looked at again: not all could be looked at now. */
    void postpone(Duration after) {
        gone.forEach(path -> findings.lookAgain(path, after));
    }

    /** Somebody may have written by a name that is gone to a file that has others. */
    private void lookAtOtherNames(IndexEntry held) {
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

    /** Whether the target holds something at or below the path that is excluded and so must stay. */
    private boolean protects(String viewPath) {
        Deque<String> directories = new ArrayDeque<>(List.of(viewPath));
        while (!directories.isEmpty() && (filter != Filter.ALL || !rules.keepsLinks())) {
            for (IndexEntry child : view.children(directories.pop())) {
                boolean directory = child.entry() instanceof Entry.Directory;
                if (!filter.admits(child.path(), directory) || !rules.keepsLinks() && child.entry() instanceof Entry.Link) {
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
