package io.bactrian.access;

import java.util.Collection;
import java.util.Set;

/**
 * Who calls, once that is proven. Immutable.
 *
 * @param name for people; printable ASCII without blanks, of at most 100 characters
 */
public record Caller(String name, Set<Right> rights) {
    private static final int LONGEST = 100;

    /** Anybody, where nobody has to prove anything. */
    static final Caller ANYBODY = new Caller("anybody", Set.of(new Right("*", true)));

    public Caller {
        rights = Set.copyOf(rights);
        name = name.replaceAll("[^\\x21-\\x7e]", "?");
        name = name.isEmpty() ? "?" : name.substring(0, Math.min(LONGEST, name.length()));
    }

    Caller(String name, Collection<Right> rights) {
        this(name, Set.copyOf(rights));
    }

    /** Whether it may write, or else read, the mirror. */
    public boolean may(String mirror, boolean write) {
        return rights.stream().anyMatch(right -> right.covers(mirror, write));
    }
}
