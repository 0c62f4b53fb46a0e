package io.bactrian.change;

import java.util.List;

/**
 * The entries that would be removed from a target. Immutable.
 *
 * @param count the number of entries
 * @param held  the number of entries that the target holds now
 * @param first some of the paths, each with everything below
 */
public record RemovalSummary(long count, long held, List<String> first) {
    /** The number of paths that are shown. */
    static final int SHOWN = 5;

    public RemovalSummary {
        first = first.stream().limit(SHOWN).toList();
    }

    /** Number, share and some of the paths, for people. */
    @Override
    public String toString() {
        return count + " of " + held + (held == 1 ? " entry" : " entries") + " (" + Math.round(100.0 * count / Math.max(1, held))
                + " %), among them " + String.join(", ", first);
    }
}
