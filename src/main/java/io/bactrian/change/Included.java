package io.bactrian.change;

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
 * Which directories of the source hold something that is included; others are not made. Each directory is looked into once at
 * most. For one comparison, and one thread.
 */
final class Included {
    private final Path root;
    private final Filter filter;
    private final Index view;
    private final Rules rules;
    private final Map<String, Boolean> known = new HashMap<>();

    Included(Path root, Filter filter, Index view, Rules rules) {
        this.root = root;
        this.filter = filter;
        this.view = view;
        this.rules = rules;
    }

    /** Whether a directory is to be on the target, as far as that depends on what it holds. */
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

    /** Whether something included is right in it; if not, it is taken to hold nothing until something is found below it. */
    private boolean find(String directory, Deque<String> below) {
        known.put(directory, false);
        if (isHeldStill(directory)) {
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
            // What cannot be looked at may be included, and is told when the directory is compared.
            return listing.problems().stream().anyMatch(is -> filter.admits(TreePath.child(directory, is.name()), true));
        } catch (IOException e) {
            // What cannot be listed may hold anything: the comparison says what is wrong with it.
            return true;
        }
    }

    private boolean isSent(Stat.Kind kind) {
        return kind == Stat.Kind.FILE || kind == Stat.Kind.LINK && rules.keepsLinks();
    }

    /** Whether the first file that the target holds there is still there: then the directory, which may be large, is not listed. */
    private boolean isHeldStill(String directory) {
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
