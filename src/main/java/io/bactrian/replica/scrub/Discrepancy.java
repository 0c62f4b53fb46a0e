package io.bactrian.replica.scrub;

import java.util.Optional;

import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/**
 * A difference between the replica and its index.
 *
 * @param what description for people; the same text for the same kind
 * @param held what the index holds
 * @param is   what is in the replica; empty if it cannot be part of a tree or cannot be read
 */
public record Discrepancy(String path, String what, Optional<Entry> held, Optional<Entry> is) {
    /** @param stat of whatever is there; null if nothing is */
    static Optional<Discrepancy> between(String path, Optional<Entry> held, Optional<Entry> now, Stat stat) {
        return held.equals(now) ? Optional.empty() : Optional.of(new Discrepancy(path, what(held, now, stat), held, now));
    }

    private static String what(Optional<Entry> held, Optional<Entry> now, Stat stat) {
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
