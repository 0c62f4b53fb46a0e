package io.bactrian.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.bactrian.change.TouchedPath;
import io.bactrian.change.TouchedPath.Scope;
import io.bactrian.index.Index;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Finds by inode, within the touched paths, where something has moved to since the view recorded it. The paths are scanned on
 * the first lookup, which happens only when a path holds something else than the view says. For one thread; the source is
 * only read.
 */
final class InodeLookup {
    private static final int MOST = 200_000;

    private final Path root;
    private final Filter filter;
    private final Index view;
    private final List<TouchedPath> touched;
    private Optional<Map<Long, String>> paths = Optional.empty();

    InodeLookup(Path root, Filter filter, Index view, List<TouchedPath> touched) {
        this.root = root;
        this.filter = filter;
        this.view = view;
        this.touched = touched;
    }

    /** The path of the inode; empty if it is only where the view has it, or outside of the touched paths. */
    Optional<String> of(long inode) {
        if (paths.isEmpty()) {
            paths = Optional.of(new HashMap<>());
            touched.forEach(this::add);
        }
        return Optional.ofNullable(paths.get().get(inode));
    }

    Optional<Stat> stat(String path) {
        try {
            return Stat.of(root, path);
        } catch (IOException e) {
            // The comparison reports it.
            return Optional.empty();
        }
    }

    private record Place(String path, Optional<Stat> found, Scope scope) {
    }

    private void add(TouchedPath touch) {
        Deque<Place> places = new ArrayDeque<>(List.of(new Place(touch.path(), stat(touch.path()), touch.scope())));
        while (!places.isEmpty()) {
            Place place = places.pop();
            add(place.path(), place.found(), place.scope(), places);
        }
    }

    private void add(String path, Optional<Stat> found, Scope scope, Deque<Place> below) {
        boolean directory = found.filter(stat -> stat.kind() == Stat.Kind.DIRECTORY).isPresent();
        if (found.isEmpty() || paths.orElseThrow().size() >= MOST || !filter.admits(path, directory)) {
            return;
        }
        long inode = found.get().inode();
        if (!path.isEmpty() && view.find(path).filter(held -> held.inode() == inode).isEmpty()) {
            paths.get().putIfAbsent(inode, path);
        }
        if (directory && scope.compareTo(Scope.ENTRY) > 0) {
            addChildren(path, scope == Scope.TREE ? Scope.TREE : Scope.ENTRY, below);
        }
    }

    private void addChildren(String directory, Scope scope, Deque<Place> below) {
        try {
            Scanner.list(root.resolve(directory)).children()
                    .forEach((name, stat) -> below.push(new Place(TreePath.child(directory, name), Optional.of(stat), scope)));
        } catch (IOException e) {
            // The comparison reports it.
        }
    }
}
