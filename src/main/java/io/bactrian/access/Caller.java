package io.bactrian.access;

import java.util.Collection;
import java.util.Set;

/**
 * An authenticated caller. Immutable.
 *
 * @param name for people; at most 100 printable ASCII characters, without blanks
 */
public record Caller(String name, Set<Right> rights) {
    private static final int LONGEST = 100;

    /** The caller of every request while no tokens are configured. */
    static final Caller ANYBODY = new Caller("anybody", Set.of(new Right("*", true)));

    public Caller {
        rights = Set.copyOf(rights);
        name = name.replaceAll("[^\\x21-\\x7e]", "?");
        name = name.isEmpty() ? "?" : name.substring(0, Math.min(LONGEST, name.length()));
    }

    Caller(String name, Collection<Right> rights) {
        this(name, Set.copyOf(rights));
    }

    /** Whether the caller may write (or only read) the mirror. */
    public boolean may(String mirror, boolean write) {
        return rights.stream().anyMatch(right -> right.covers(mirror, write));
    }
}
