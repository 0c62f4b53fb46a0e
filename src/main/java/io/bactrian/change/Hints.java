package io.bactrian.change;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.bactrian.change.Touched.Scope;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Stat;

/**
 * What events said of the places of one comparison, as far as it saves reading: a file of which nothing but new names was
 * reported is read when the whole tree is compared, not now. For one thread.
 */
final class Hints {
    private final boolean everything;
    private final Set<String> names = new HashSet<>();
    private final Set<String> entries = new HashSet<>();
    private final Predicate<String> isThere;
    private boolean complete;
    private boolean asked;

    /** @param isThere whether there is anything at a path now */
    Hints(List<Touched> touched, Predicate<String> isThere) {
        this.isThere = isThere;
        everything = touched.contains(Touched.EVERYTHING);
        complete = touched.stream().allMatch(Touched::isOne);
        for (Touched place : touched) {
            if (place.scope() == Scope.NAME) {
                names.add(place.path());
            } else {
                entries.add(place.path());
            }
        }
    }

    /** Whether the whole tree is compared. */
    boolean areOfEverything() {
        return everything;
    }

    /** Whether it was watched how a file lost one name and got another, and nothing else was seen to happen to it. */
    boolean tellOfRenameOnly(String from, String to) {
        return names.contains(from) && names.contains(to) && areComplete();
    }

    /** Of places with more in them events were lost; and what was written to, and is gone, may have been any file's other name. */
    private boolean areComplete() {
        if (!asked) {
            asked = true;
            complete &= entries.stream().allMatch(isThere);
        }
        return complete;
    }

    /** Whether nothing need be read of a file in this comparison. */
    boolean vouchFor(IndexEntry held, Stat stat) {
        return held.vouchedBy(stat) || !everything && !entries.contains(held.path()) && held.isRenamed(stat);
    }
}
