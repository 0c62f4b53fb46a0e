package io.bactrian.replica.scrub;

import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * A directory that a {@link Scrub} is working on. For one thread.
 *
 * @param names    stats of its entries, by path
 * @param children paths that are still to be scrubbed
 * @param held     index entries, by path
 * @param problems entries that exist and cannot be inspected
 * @param mode     to be restored, if the owner had no access
 */
record ScrubLevel(Map<String, Stat> names, Iterator<String> children, Map<String, IndexEntry> held, Map<String, IOException> problems,
        OptionalInt mode) {

    /** A level without entries. */
    static ScrubLevel empty(OptionalInt mode) {
        return new ScrubLevel(Map.of(), Collections.emptyIterator(), Map.of(), Map.of(), mode);
    }

    /** Lists an open directory. */
    static ScrubLevel of(String directory, DirectoryHandle place, Index index, OptionalInt mode) throws IOException {
        Scanner.Listing listing = Scanner.list(place);
        Map<String, Stat> names = new LinkedHashMap<>();
        listing.children().forEach((name, stat) -> names.put(TreePath.child(directory, name), stat));
        if (directory.isEmpty()) {
            names.keySet().removeIf(path -> path.equalsIgnoreCase(TreePath.OWN));
        }
        Map<String, IndexEntry> held = new LinkedHashMap<>();
        index.children(directory).forEach(child -> held.put(child.path(), child));
        Map<String, IOException> problems = new LinkedHashMap<>();
        listing.problems().forEach(problem -> {
            String path = TreePath.child(directory, problem.name());
            if (held.containsKey(path)) {
                problems.put(path, new IOException(problem.reason()));
            }
        });
        return new ScrubLevel(names, names.keySet().iterator(), held, problems, mode);
    }

    /** Paths that the index holds and that do not exist. */
    List<String> missing() {
        return held.keySet().stream().filter(path -> !names.containsKey(path) && !problems.containsKey(path)).toList();
    }
}
