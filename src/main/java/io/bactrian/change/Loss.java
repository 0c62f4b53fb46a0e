package io.bactrian.change;

import java.util.List;

/**
 * What a target would lose. Immutable.
 *
 * @param count entries that would be removed
 * @param held  entries that it holds now
 * @param first some of the paths, each with all below
 */
public record Loss(long count, long held, List<String> first) {
    /** Paths that a person is shown. */
    static final int SHOWN = 5;

    public Loss {
        first = first.stream().limit(SHOWN).toList();
    }

    /** In words: how many, what share, and some of them. */
    @Override
    public String toString() {
        return count + " of " + held + (held == 1 ? " entry" : " entries") + " (" + Math.round(100.0 * count / Math.max(1, held))
                + " %), among them " + String.join(", ", first);
    }
}
