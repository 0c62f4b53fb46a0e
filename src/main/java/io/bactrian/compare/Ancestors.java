package io.bactrian.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/** Looks up the directories above a path, in the source and in the view. Immutable. */
public record Ancestors(Path root, Index view) {

    /** The topmost directory above the path that differs from the one in the view; otherwise the path itself. */
    String firstForeign(String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String ancestor = path.substring(0, slash);
            Optional<Stat> stat = directory(ancestor);
            Optional<IndexEntry> held = view.find(ancestor).filter(is -> is.entry() instanceof Entry.Directory)
                    .filter(is -> is.inode() == IndexEntry.UNSEEN || is.inode() == stat.map(Stat::inode).orElse(0L));
            if (stat.isEmpty() || held.isEmpty()) {
                return ancestor;
            }
        }
        return path;
    }

    /** The directory at a path of the source; empty if it is something else, or if its stat cannot be read, which the comparison
     * reports. */
    public Optional<Stat> directory(String path) {
        try {
            return Stat.of(root, path).filter(is -> is.kind() == Stat.Kind.DIRECTORY);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
