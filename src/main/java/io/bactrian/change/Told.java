package io.bactrian.change;

import io.bactrian.change.Work.Planned;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.TreePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Passes on what a comparison finds, and knows what it has told so far: the view says so only when the target has
 * answered, and until then nothing at these places may move or be copied. Bounded: after {@link #MOST} nothing moves any more.
 * For one thread.
 */
final class Told implements PassedOn {
    private static final int MOST = 100_000;

    private final Findings findings;
    private final Elsewhere elsewhere;
    private final List<String> told = new ArrayList<>();
    private final TreeSet<String> sorted = new TreeSet<>();
    /** Those of which only the stat was told. */
    private final Set<String> same = new HashSet<>();
    private boolean full;

    /** @param whole whether the content for a path is to be told although the target holds it elsewhere */
    Told(Findings findings, Index view, Predicate<String> whole) {
        this.findings = findings;
        this.elsewhere = new Elsewhere(view, whole, path -> isToldWithin(path) && !same.contains(path));
    }

    /** Whether something was told of the path, or of what is below it. */
    boolean isToldWithin(String path) {
        // Sorted only once somebody asks: a first comparison of a large tree tells much, and nothing in it moves.
        sorted.addAll(told);
        told.clear();
        String below = sorted.ceiling(path + '/');
        return full || sorted.contains(path) || below != null && TreePath.isWithin(below, path);
    }

    private void add(String path) {
        full |= told.size() + sorted.size() >= MOST;
        if (!full) {
            told.add(path);
        }
    }

    /** What a directory holds and cannot be looked at, but for what is excluded. */
    void unlisted(String directory, List<Scanner.Problem> problems, Filter filter) {
        for (Scanner.Problem problem : problems) {
            String path = TreePath.child(directory, problem.name());
            if (filter.admits(path, true)) {
                findings.unlisted(path, problem.what());
            }
        }
    }

    @Override
    public Findings findings() {
        return findings;
    }

    @Override
    public void change(Planned planned) {
        // Before it is told itself, for what it replaces may be what it needs.
        Planned spared = elsewhere.spare(planned);
        add(planned.change().path());
        findings.change(spared);
    }

    @Override
    public void remember(IndexEntry held) {
        add(held.path());
        if (!full) {
            same.add(held.path());
        }
        findings.remember(held);
    }
}
