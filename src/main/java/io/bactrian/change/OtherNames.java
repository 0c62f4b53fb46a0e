package io.bactrian.change;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/**
 * The other names of files that changed: an event tells only the one by which a file was written, while the target has a
 * file of its own for each. For one comparison; not thread-safe.
 */
final class OtherNames {
    private final Index view;
    private final Set<String> compared = new HashSet<>();
    private final Queue<String> others = new ArrayDeque<>();
    /** Each is given once: two names that are both gone would otherwise name each other for ever. */
    private final Set<String> given = new HashSet<>();

    OtherNames(Index view) {
        this.view = view;
    }

    /** A file was compared with what was held of it. */
    void compared(String path, Stat stat, Optional<IndexEntry> held) {
        if (stat.links() > 1 && compared.add(path) && held.filter(is -> is.vouchedBy(stat)).isEmpty()) {
            view.byInode(stat.inode()).forEach(other -> others.add(other.path()));
        }
    }

    /** Something is at a path, and perhaps not the file that was held of it: that may have been written by this name before. */
    void found(String path, Stat stat, Optional<IndexEntry> held) {
        held.filter(was -> was.inode() != stat.inode()).ifPresent(this::left);
    }

    /**
     * A path was touched.
     *
     * @param compared what is compared for it: itself, or a directory above it that is gone, or another. Then what is held of the
     *                 path may have been written before that went.
     */
    void touched(String path, Touched.Scope scope, String compared) {
        if (scope == Touched.Scope.ENTRY && !compared.equals(path)) {
            view.find(path).ifPresent(this::left);
        }
    }

    private void left(IndexEntry was) {
        if (was.entry() instanceof Entry.File && was.inode() != IndexEntry.UNSEEN) {
            view.byInode(was.inode()).stream().map(IndexEntry::path).filter(other -> !other.equals(was.path())).forEach(others::add);
        }
    }

    /** A path that has to be compared, too, once; null if there is none any more. */
    String next() {
        String path = others.poll();
        while (path != null && (compared.contains(path) || !given.add(path))) {
            path = others.poll();
        }
        return path;
    }
}
