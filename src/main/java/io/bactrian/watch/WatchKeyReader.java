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

/** Reads the events of a directory's watch key, updates the {@link WatchedTree}, and passes the events on. */
record WatchKeyReader(WatchedTree tree, OverflowLog overflowLog, Consumer<TreeEvent> events) {
    /** Returns false if the root can no longer be watched. */
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
        return key.reset() || isGone(directory);
    }

    /** Something was mounted or unmounted at a path below the root: watches what is there now. */
    void remounted(Path path) {
        Path above = path.getParent() == null ? Path.of("") : path.getParent();
        tree.find(above).ifPresent(parent -> {
            tree.forget(parent, path.getFileName());
            if (tree.look(parent, path.getFileName())) {
                report(path, TreeEvent.Kind.SEEN_AGAIN);
            }
        });
    }

    /** Tries again to watch a blind spot, and reports success. */
    void retry(WatchedDirectory spot) {
        Path path = spot.path();
        if (tree.isTop(spot)) {
            tree.list(spot);
            if (spot.blindness().isEmpty()) {
                report(path, TreeEvent.Kind.SEEN_AGAIN);
            }
            return;
        }
        Path name = spot.name();
        spot.parent().ifPresent(parent -> {
            tree.look(parent, name);
            if (parent.child(name).filter(child -> child.blindness().isEmpty()).isPresent()) {
                report(path, TreeEvent.Kind.SEEN_AGAIN);
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
            // It may have become readable
            directory.child(name).filter(child -> !child.blindness().isEmpty()).ifPresent(this::retry);
        }
        report(path.resolve(name), kind);
    }

    private void overflowed(WatchedDirectory directory, Path path) {
        overflowLog.happened(path);
        Set<Path> before = directory.children().stream().map(WatchedDirectory::name).collect(Collectors.toSet());
        // It may have been mounted or unmounted in place of another one, and not be new
        tree.list(directory).forEach(name -> report(path.resolve(name),
                before.contains(name) ? TreeEvent.Kind.SEEN_AGAIN : TreeEvent.Kind.NEW_DIRECTORY));
        report(path, TreeEvent.Kind.OVERFLOW);
    }

    /** Handles an invalid key: its directory was deleted, or its file system was unmounted. */
    private boolean isGone(WatchedDirectory directory) {
        if (tree.isTop(directory)) {
            return false;
        }
        // No parent: the same batch of events has reported it already
        directory.parent().ifPresent(parent -> {
            Path name = directory.name();
            tree.forget(parent, name);
            if (tree.look(parent, name)) {
                report(parent.path().resolve(name), TreeEvent.Kind.SEEN_AGAIN);
            }
        });
        return true;
    }

    private void report(Path path, TreeEvent.Kind kind) {
        events.accept(new TreeEvent(path, kind));
    }
}
