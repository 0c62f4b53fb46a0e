package io.bactrian.mirror;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.bactrian.change.Change;
import io.bactrian.tree.TreePath;

/** Splits a batch into groups of changes that can be made concurrently. Stateless. */
public final class ParallelSteps {
    /** Fewer changes than this are not worth another thread. */
    private static final int FEW = 8;

    private ParallelSteps() {
    }

    /** A change with its position in the batch. */
    public record Step(int index, Change change) {
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
     * Splits a batch into stretches, each of which must be complete before the next begins. The changes of a stretch of
     * files and links may be made in any order: no path occurs in it twice, nor together with one of its parents,
     * because checking that a directory is no link must not race with making one. Names that some file systems treat as
     * equal count as equal. A directory unrelated to the files and links before it is made before them, so that the
     * files of many directories form one stretch.
     */
    public static List<List<Step>> stretches(List<Change> changes) {
        List<List<Step>> stretches = new ArrayList<>();
        Places places = new Places();
        Kind last = null;
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            Kind kind = kind(change);
            if (last == Kind.SELF_CONTAINED && change instanceof Change.MakeDirectory && places.isFree(change.path())) {
                directoriesBefore(stretches).add(new Step(i, change));
                continue;
            }
            if (kind != last || kind != Kind.ORDERED && !places.isFree(change.path())) {
                stretches.add(new ArrayList<>());
                places = new Places();
                last = kind;
            }
            if (kind != Kind.ORDERED) {
                places.take(change.path());
            }
            stretches.get(stretches.size() - 1).add(new Step(i, change));
        }
        return stretches;
    }

    /** The ordered stretch before the last one, to which another change may be appended. */
    private static List<Step> directoriesBefore(List<List<Step>> stretches) {
        int last = stretches.size() - 1;
        if (last == 0 || kind(stretches.get(last - 1).get(0).change()) != Kind.ORDERED) {
            stretches.add(last, new ArrayList<>());
            return stretches.get(last);
        }
        return stretches.get(last - 1);
    }

    /** The paths of a stretch, and all their parent directories. */
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

    /** Splits a stretch into slices that can run concurrently; changes whose order matters stay in one slice. */
    public static List<List<Step>> slices(List<Step> stretch, int most) {
        boolean ordered = kind(stretch.get(0).change()) == Kind.ORDERED;
        int count = ordered ? 1 : Math.max(1, Math.min(most, stretch.size() / FEW));
        List<List<Step>> slices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slices.add(stretch.subList((int) ((long) stretch.size() * i / count),
                    (int) ((long) stretch.size() * (i + 1) / count)));
        }
        return slices;
    }
}
