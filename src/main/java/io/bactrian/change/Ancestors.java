package io.bactrian.change;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import io.bactrian.index.Held;
import io.bactrian.index.Index;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/** What the directories above a path are, in the source and in the view. Only reads. */
record Ancestors(Path root, Index view) {

    /** The topmost directory above the path that is another than the view has there, or the path itself. */
    String firstForeign(String path) throws IOException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String ancestor = path.substring(0, slash);
            Optional<Stat> stat = Stat.of(root.resolve(ancestor)).filter(is -> is.kind() == Stat.Kind.DIRECTORY);
            Optional<Held> held = view.find(ancestor).filter(is -> is.entry() instanceof Entry.Directory)
                    .filter(is -> is.inode() == Held.UNSEEN || is.inode() == stat.map(Stat::inode).orElse(0L));
            if (stat.isEmpty() || held.isEmpty()) {
                return ancestor;
            }
        }
        return path;
    }
}
