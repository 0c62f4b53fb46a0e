package io.bactrian.change;

import io.bactrian.tree.TreePath;

/** A path of the source that must be compared, because something may have changed there. Immutable. */
public record TouchedPath(String path, Scope scope) {

    /** How much is compared; each scope includes the one before. */
    public enum Scope {
        /** As {@link #NAME}, where the watch has reported a removal. */
        GONE,
        /** The path itself, where only the creation or removal of the name was reported. */
        NAME,
        /** The path itself, nothing below. */
        ENTRY,
        /** The path and its direct children. */
        CHILDREN,
        /** The path and everything below. */
        TREE,
        /** As {@link #TREE}, for a directory whose creation was just reported. */
        NEW
    }

    /** The whole tree. */
    public static final TouchedPath EVERYTHING = new TouchedPath(TreePath.ROOT, Scope.TREE);

    public static TouchedPath entry(String path) {
        return new TouchedPath(path, Scope.ENTRY);
    }

    public static TouchedPath gone(String path) {
        return new TouchedPath(path, Scope.GONE);
    }

    public static TouchedPath name(String path) {
        return new TouchedPath(path, Scope.NAME);
    }

    /** Whether nothing below the path is compared. */
    public boolean isSingle() {
        return scope.compareTo(Scope.ENTRY) <= 0;
    }
}
