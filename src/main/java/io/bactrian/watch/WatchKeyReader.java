package io.bactrian.watch;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Reads what a directory's key tells, keeps the {@link WatchedTree} in step with it, and passes it on. */
final class WatchKeyReader {

    private final WatchedTree tree;
    private final OverflowLog overflowLog;
    private final Consumer<TreeEvent> events;

    WatchKeyReader(WatchedTree tree, OverflowLog overflowLog, Consumer<TreeEvent> events) {
        this.tree = tree;
        this.overflowLog = overflowLog;
        this.events = events;
    }

    /** Returns false if the root is no longer there to be watched. */
    boolean read(WatchKey key) {
        Optional<WatchedDirectory> owner = tree.owner(key);
        if (owner.isEmpty()) {
            key.cancel();
            return true;
        }
        WatchedDirectory directory = owner.get();
        Path path = directory.path();
        for (WatchEvent<?> event : key.pollEvents()) {
            if (event.kind() == OVERFLOW) {
                overflowed(directory, path);
            } else {
                happened(directory, path, event);
            }
        }
        return key.reset() || gone(directory);
    }

    /** Something was mounted at a path below the root, or unmounted: what is there now is watched in place of what was. */
    void remounted(Path path) {
        Path above = path.getParent() == null ? Path.of("") : path.getParent();
        tree.find(above).ifPresent(parent -> {
            tree.forget(parent, path.getFileName());
            if (tree.look(parent, path.getFileName())) {
                tell(path, TreeEvent.Kind.SEEN_AGAIN);
            }
        });
    }

    /** Tries once more to watch what could not be watched, and tells if it worked. */
    void retry(WatchedDirectory spot) {
        Path path = spot.path();
        if (tree.isTop(spot)) {
            tree.list(spot);
            if (spot.blindness().isEmpty()) {
                tell(path, TreeEvent.Kind.SEEN_AGAIN);
            }
            return;
        }
        Path name = spot.name();
        spot.parent().ifPresent(parent -> {
            tree.look(parent, name);
            if (parent.child(name).filter(child -> child.blindness().isEmpty()).isPresent()) {
                tell(path, TreeEvent.Kind.SEEN_AGAIN);
            }
        });
    }

    private void happened(WatchedDirectory directory, Path path, WatchEvent<?> event) {
        Path name = (Path) event.context();
        TreeEvent.Kind kind = TreeEvent.Kind.MODIFY;
        if (event.kind() == ENTRY_CREATE) {
            kind = tree.look(directory, name) ? TreeEvent.Kind.NEW_DIRECTORY : TreeEvent.Kind.CREATE;
        } else if (event.kind() == ENTRY_DELETE) {
            tree.forget(directory, name);
            kind = TreeEvent.Kind.DELETE;
        } else {
            // Perhaps it was made readable
            directory.child(name).filter(child -> !child.blindness().isEmpty()).ifPresent(this::retry);
        }
        tell(path.resolve(name), kind);
    }

    private void overflowed(WatchedDirectory directory, Path path) {
        overflowLog.happened(path);
        Set<Path> before = directory.children().stream().map(WatchedDirectory::name).collect(Collectors.toSet());
        // In the place of another it was mounted or unmounted, perhaps, and is not new
        tree.list(directory).forEach(name -> tell(path.resolve(name),
                before.contains(name) ? TreeEvent.Kind.SEEN_AGAIN : TreeEvent.Kind.NEW_DIRECTORY));
        tell(path, TreeEvent.Kind.OVERFLOW);
    }

    /** A key that is no longer valid: its directory was deleted, or its file system unmounted. */
    private boolean gone(WatchedDirectory directory) {
        if (tree.isTop(directory)) {
            return false;
        }
        // No parent: the same batch of events has told already
        directory.parent().ifPresent(parent -> {
            Path name = directory.name();
            tree.forget(parent, name);
            if (tree.look(parent, name)) {
                tell(parent.path().resolve(name), TreeEvent.Kind.SEEN_AGAIN);
            }
        });
        return true;
    }

    private void tell(Path path, TreeEvent.Kind kind) {
        events.accept(new TreeEvent(path, kind));
    }
}
