package io.bactrian.compare;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

import io.bactrian.change.TouchedPath;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/**
 * Collects the other hard links of files that changed: an event names only the link through which a file was written, while the
 * target has a separate file for each. For one comparison; not thread-safe.
 */
final class HardLinks {
    private final Index view;
    private final Set<String> compared = new HashSet<>();
    private final Queue<String> pending = new ArrayDeque<>();
    /** Each path is returned once: two hard links that are both gone would otherwise add each other for ever. */
    private final Set<String> returned = new HashSet<>();

    HardLinks(Index view) {
        this.view = view;
    }

    /** A file was compared with what the target holds. */
    void compared(String path, Stat stat, Optional<IndexEntry> held) {
        if (stat.links() > 1 && compared.add(path) && held.filter(is -> is.vouchedBy(stat)).isEmpty()) {
            view.byInode(stat.inode()).forEach(other -> pending.add(other.path()));
        }
    }

    /** Something was found at a path. If it is another file than before, that one may have been written through this path. */
    void found(String path, Stat stat, Optional<IndexEntry> held) {
        held.filter(was -> was.inode() != stat.inode()).ifPresent(this::addOthers);
    }

    /**
     * A path was touched.
     *
     * @param compared what is compared for it: the path itself, or a parent directory that is gone or was replaced. Then the
     *                 file may have been written through this path before that happened.
     */
    void touched(String path, TouchedPath.Scope scope, String compared) {
        if (scope == TouchedPath.Scope.ENTRY && !compared.equals(path)) {
            view.find(path).ifPresent(this::addOthers);
        }
    }

    private void addOthers(IndexEntry was) {
        if (was.entry() instanceof Entry.File && was.inode() != IndexEntry.UNSEEN) {
            view.byInode(was.inode()).stream().map(IndexEntry::path).filter(other -> !other.equals(was.path())).forEach(pending::add);
        }
    }

    /** Another path that must be compared, each once; null if there is none. */
    String next() {
        String path = pending.poll();
        while (path != null && (compared.contains(path) || !returned.add(path))) {
            path = pending.poll();
        }
        return path;
    }
}
