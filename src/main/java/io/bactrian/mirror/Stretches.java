package io.bactrian.mirror;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import io.bactrian.change.Change;
import io.bactrian.mirror.Stretch.Step;
import io.bactrian.tree.TreePath;

/**
 * The changes of a batch in stretches, each of which must be complete before the next is asked for. Whether a removal deletes or prunes
 * is found out when its turn comes, because earlier changes may decide what it removes. For one thread.
 */
public final class Stretches implements Iterator<Stretch> {
    private final Deque<Stretch> waiting = new ArrayDeque<>();
    private final Predicate<String> isDirectory;

    /** @param isDirectory whether the replica holds a directory at a path at the moment */
    public Stretches(List<Change> changes, Predicate<String> isDirectory) {
        this.isDirectory = isDirectory;
        groups(changes).forEach(group -> {
            if (kind(group.get(0).change()) != Kind.ORDERED) {
                group.sort(Comparator.comparing(step -> step.change().op()));
            }
            waiting.addAll(runs(group, step -> step.change().op()));
        });
    }

    @Override
    public boolean hasNext() {
        return !waiting.isEmpty();
    }

    @Override
    public Stretch next() {
        Stretch next = waiting.remove();
        if (next.op().equals("remove")) {
            List<Stretch> runs = runs(next.steps(), step -> isDirectory.test(step.change().path()) ? "prune" : "delete");
            for (int i = runs.size() - 1; i > 0; i--) {
                waiting.addFirst(runs.get(i));
            }
            return runs.get(0);
        }
        return next;
    }

    /** Splits steps wherever the operation changes. */
    private static List<Stretch> runs(List<Step> steps, Function<Step, String> operation) {
        Deque<Stretch> runs = new ArrayDeque<>();
        for (Step step : steps) {
            String op = operation.apply(step);
            if (runs.isEmpty() || !runs.getLast().op().equals(op)) {
                runs.add(new Stretch(op, new ArrayList<>()));
            }
            runs.getLast().steps().add(step);
        }
        return List.copyOf(runs);
    }

    /** How a change depends on others of its group. */
    private enum Kind {
        /** Needs nothing but its directory. */
        SELF_CONTAINED,
        /** Needs content of the replica, which an earlier change may have brought. */
        COPIED,
        /** Changes something that others depend on. */
        ORDERED
    }

    private static Kind kind(Change change) {
        if (change instanceof Change.MakeLink) {
            return Kind.SELF_CONTAINED;
        }
        if (change instanceof Change.WriteFile file) {
            return file.content().isPresent() || file.size() == 0 ? Kind.SELF_CONTAINED : Kind.COPIED;
        }
        return Kind.ORDERED;
    }

    /**
     * Splits a batch into groups, each of which must be complete before the next begins. The changes of a group of
     * files and links may be made in any order: no path occurs in it twice, nor together with one of its parents,
     * because checking that a directory is no link must not race with making one. Names that some file systems treat as
     * equal count as equal. A directory unrelated to the files and links before it is made before them, so that the
     * files of many directories form one group.
     */
    private static List<List<Step>> groups(List<Change> changes) {
        List<List<Step>> groups = new ArrayList<>();
        Places places = new Places();
        Kind last = null;
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            Kind kind = kind(change);
            if (last == Kind.SELF_CONTAINED && change instanceof Change.MakeDirectory && places.isFree(change.path())) {
                directoriesBefore(groups).add(new Step(i, change));
                continue;
            }
            if (kind != last || kind != Kind.ORDERED && !places.isFree(change.path())) {
                groups.add(new ArrayList<>());
                places = new Places();
                last = kind;
            }
            if (kind != Kind.ORDERED) {
                places.take(change.path());
            }
            groups.get(groups.size() - 1).add(new Step(i, change));
        }
        return groups;
    }

    /** The ordered group before the last one, to which another change may be appended. */
    private static List<Step> directoriesBefore(List<List<Step>> groups) {
        int last = groups.size() - 1;
        if (last == 0 || kind(groups.get(last - 1).get(0).change()) != Kind.ORDERED) {
            groups.add(last, new ArrayList<>());
            return groups.get(last);
        }
        return groups.get(last - 1);
    }

    /** The paths of a group, and all their parent directories. */
    private static final class Places {
        private final Set<String> taken = new HashSet<>();
        private final Set<String> above = new HashSet<>();

        boolean isFree(String path) {
            String place = TreePath.folded(path);
            if (taken.contains(place) || above.contains(place)) {
                return false;
            }
            for (String at = place; !at.isEmpty(); at = TreePath.parent(at)) {
                if (taken.contains(TreePath.parent(at))) {
                    return false;
                }
            }
            return true;
        }

        void take(String path) {
            String place = TreePath.folded(path);
            taken.add(place);
            for (String at = place; !at.isEmpty() && above.add(TreePath.parent(at));) {
                at = TreePath.parent(at);
            }
        }
    }
}
