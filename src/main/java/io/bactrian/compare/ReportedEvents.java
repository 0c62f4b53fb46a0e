package io.bactrian.compare;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.bactrian.change.TouchedPath;
import io.bactrian.change.TouchedPath.Scope;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Stat;

/**
 * Tells from the reported events which files need not be read in a comparison: a file for which only a rename was reported is
 * read when the whole tree is compared next. For one thread.
 */
final class ReportedEvents {
    private final boolean everything;
    private final Set<String> names = new HashSet<>();
    private final Set<String> entries = new HashSet<>();
    private final Predicate<String> exists;
    private boolean complete;
    private boolean checked;

    /** @param exists whether there is anything at a path now */
    ReportedEvents(List<TouchedPath> touched, Predicate<String> exists) {
        this.exists = exists;
        everything = touched.contains(TouchedPath.EVERYTHING);
        complete = touched.stream().allMatch(TouchedPath::isSingle);
        for (TouchedPath place : touched) {
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

    /** Whether the events report a rename of the file and nothing else. */
    boolean areOfRenameOnly(String from, String to) {
        return names.contains(from) && names.contains(to) && areComplete();
    }

    /** Directories are touched where events were lost; and a path that was written and is gone may have been a hard link of any file. */
    private boolean areComplete() {
        if (!checked) {
            checked = true;
            complete &= entries.stream().allMatch(exists);
        }
        return complete;
    }

    /** Whether a file need not be read in this comparison. */
    boolean vouchFor(IndexEntry held, Stat stat) {
        return held.vouchedBy(stat) || !everything && !entries.contains(held.path()) && held.isRenamed(stat);
    }
}
