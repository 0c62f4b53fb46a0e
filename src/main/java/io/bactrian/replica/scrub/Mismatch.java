package io.bactrian.replica.scrub;

import java.util.Optional;

import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/** Describes for people how an entry of the replica differs from the index. Stateless. */
final class Mismatch {

    private Mismatch() {
    }

    /**
     * @param now  the entry in the replica; empty if it cannot be part of a tree
     * @param stat of whatever is there; null if nothing is
     * @return empty if there is no difference
     */
    static String between(Optional<Entry> held, Optional<Entry> now, Stat stat) {
        if (held.equals(now)) {
            return "";
        }
        if (held.isEmpty()) {
            return "not from the source";
        }
        if (now.isEmpty()) {
            return stat == null ? "missing" : "other type";
        }
        if (held.get() instanceof Entry.File was && now.get() instanceof Entry.File is && !was.digest().equals(is.digest())) {
            return was.size() == is.size() && was.modified().equals(is.modified()) ? "damaged" : "other content";
        }
        return held.get().getClass() == now.get().getClass() ? held.get() instanceof Entry.Link
                ? "other link" : "other attributes" : "other type";
    }
}
