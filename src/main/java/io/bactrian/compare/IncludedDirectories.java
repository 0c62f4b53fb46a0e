package io.bactrian.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Tells which directories of the source contain an included file; others are not created on the target. Each directory is listed
 * at most once. For one comparison, and one thread.
 */
final class IncludedDirectories {
    private final Path root;
    private final Filter filter;
    private final Index view;
    private final TargetCapabilities capabilities;
    private final Map<String, Boolean> known = new HashMap<>();

    IncludedDirectories(Path root, Filter filter, Index view, TargetCapabilities capabilities) {
        this.root = root;
        this.filter = filter;
        this.view = view;
        this.capabilities = capabilities;
    }

    /** Whether a directory belongs on the target, as far as that depends on its content. */
    boolean keeps(String directory) {
        return !filter.leavesOutIfEmpty(directory) || holds(directory);
    }

    private boolean holds(String top) {
        Deque<String> directories = new ArrayDeque<>();
        directories.push(top);
        while (!directories.isEmpty()) {
            String directory = directories.pop();
            Boolean before = known.get(directory);
            if (before == null ? find(directory, directories) : before) {
                for (String at = directory; !at.equals(top); at = TreePath.parent(at)) {
                    known.put(at, true);
                }
                known.put(top, true);
                return true;
            }
        }
        return known.get(top);
    }

    /** Whether an included entry is directly in the directory; if not, its subdirectories are added to those to search. */
    private boolean find(String directory, Deque<String> below) {
        known.put(directory, false);
        if (stillHoldsFile(directory)) {
            return true;
        }
        try {
            Scanner.Listing listing = Scanner.list(root.resolve(directory));
            for (Map.Entry<String, Stat> child : listing.children().entrySet()) {
                String path = TreePath.child(directory, child.getKey());
                Stat.Kind kind = child.getValue().kind();
                if (kind == Stat.Kind.DIRECTORY && filter.admits(path, true)) {
                    if (!filter.leavesOutIfEmpty(path)) {
                        return true;
                    }
                    below.push(path);
                } else if (isSent(kind) && filter.admits(path, false)) {
                    return true;
                }
            }
            // An entry whose stat cannot be read may be included; the comparison of the directory reports it.
            return listing.problems().stream().anyMatch(is -> filter.admits(TreePath.child(directory, is.name()), true));
        } catch (IOException e) {
            // A directory that cannot be listed may contain anything; the comparison reports it.
            return true;
        }
    }

    private boolean isSent(Stat.Kind kind) {
        return kind == Stat.Kind.FILE || kind == Stat.Kind.LINK && capabilities.keepsLinks();
    }

    /** Whether the first file that the target holds there still exists: then the directory, which may be large, is not listed. */
    private boolean stillHoldsFile(String directory) {
        for (IndexEntry held : view.children(directory)) {
            if (held.entry() instanceof Entry.File && filter.admits(held.path(), false)) {
                try {
                    return Stat.of(root, held.path()).filter(is -> is.kind() == Stat.Kind.FILE).isPresent();
                } catch (IOException e) {
                    return false;
                }
            }
        }
        return false;
    }
}
