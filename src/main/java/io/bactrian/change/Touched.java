package io.bactrian.change;

import io.bactrian.tree.TreePath;

/** A place in the source's tree that is to be compared: a hint, for the tree itself is the truth. Immutable. */
public record Touched(String path, Scope scope) {

    /** How much is to be compared; each contains the one before. */
    public enum Scope {
        /** The same as the next, of a name that was seen to go. */
        GONE,
        /** What is at the path, of which nothing was reported but that this name came or went. */
        NAME,
        /** What is at the path, nothing below. */
        ENTRY,
        /** And what is directly in it. */
        CHILDREN,
        /** And all below. */
        TREE,
        /** The same, of a directory that was just seen to be made, or moved here. */
        NEW
    }

    /** The whole tree. */
    public static final Touched EVERYTHING = new Touched(TreePath.ROOT, Scope.TREE);

    public static Touched entry(String path) {
        return new Touched(path, Scope.ENTRY);
    }

    public static Touched gone(String path) {
        return new Touched(path, Scope.GONE);
    }

    public static Touched name(String path) {
        return new Touched(path, Scope.NAME);
    }

    /** Whether nothing below the path is to be compared. */
    boolean isOne() {
        return scope.compareTo(Scope.ENTRY) <= 0;
    }
}
