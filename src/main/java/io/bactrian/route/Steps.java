package io.bactrian.route;

import io.bactrian.change.Change;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which changes of a batch can be made at the same time. */
final class Steps {
    /** Fewer than this are not worth another thread. */
    private static final int FEW = 8;

    private Steps() {
    }

    /** A change, and its place in the batch. */
    record Step(int index, Change change) {
    }

    /** What a change needs of the ones beside it. */
    private enum Kind {
        /** Brings all that it needs, but for its directory. */
        SELF_CONTAINED,
        /** Needs content that is here, and may have come with a change before it. */
        COPIED,
        /** Changes what others need. */
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
     * Divides a batch: every stretch is to be done before the next begins; of a stretch of files and links, the
     * changes may be made in any order. A path is in a stretch of those at most once.
     */
    static List<List<Step>> stretches(List<Change> changes) {
        List<List<Step>> stretches = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        Kind last = null;
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            Kind kind = kind(change);
            if (kind != last || kind != Kind.ORDERED && !paths.add(change.path())) {
                stretches.add(new ArrayList<>());
                paths.clear();
                paths.add(change.path());
                last = kind;
            }
            stretches.get(stretches.size() - 1).add(new Step(i, change));
        }
        return stretches;
    }

    /** Divides a stretch into parts that can be done at the same time; those that are in an order stay together. */
    static List<List<Step>> slices(List<Step> stretch, int most) {
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
