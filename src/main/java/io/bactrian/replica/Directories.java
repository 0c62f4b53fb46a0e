package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.bactrian.index.Held;
import io.bactrian.index.Index;
import io.bactrian.replica.ChangeFailed.CannotApply;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * The directories in which a batch works. Each is checked, from the root down, to be a real directory and no
 * link before anything is done in it, and is given its mode and time back in the end. The check is made once
 * per batch: the batch is the only writer, and says when it takes a directory away. Thread-safe.
 */
final class Directories {
    private static final int OWNER = 0700;

    private final Path root;
    private final Index index;
    private final Set<String> entered = ConcurrentHashMap.newKeySet();
    private final Set<String> made = ConcurrentHashMap.newKeySet();

    Directories(Path root, Index index) {
        this.root = root;
        this.index = index;
    }

    /** Where a path is. Only names below directories that were entered may be used. */
    Path at(String path) {
        return path.isEmpty() ? root : root.resolve(path);
    }

    /** Makes sure that the directory is one, that its owner may work in it, and that it gets its time back. */
    void enter(String directory) throws IOException, CannotApply {
        if (!entered.contains(directory)) {
            admit(directory);
        }
    }

    private synchronized void admit(String directory) throws IOException, CannotApply {
        if (!directory.isEmpty()) {
            enter(TreePath.parent(directory));
        }
        Stat stat = Stat.of(at(directory)).orElseThrow(() -> new CannotApply(directory,
                "this directory is not here: make it first"));
        if (stat.kind() != Stat.Kind.DIRECTORY) {
            throw new CannotApply(directory, "this is no directory, and nothing can be below it: make it one first");
        }
        if (directory(directory).isEmpty()) {
            // Somebody else made it. What it is now is remembered before the batch touches its time.
            index.put(Held.unseen(entry(directory, stat)));
        }
        open(directory, stat);
        entered.add(directory);
    }

    /** A directory may forbid its owner to work in it; {@link #restore} takes the permission away again. */
    void open(String directory, Stat stat) throws IOException {
        if ((stat.mode() & OWNER) != OWNER) {
            Posix.mode(at(directory), stat.mode() | OWNER);
        }
    }

    /** Whether the batch works here, so that mode and time are not yet what they will be. */
    boolean isEntered(String directory) {
        return entered.contains(directory);
    }

    /** A directory that the batch just made. */
    void made(String directory) {
        entered.add(directory);
        made.add(directory);
    }

    /** Whether the batch made the directory, so that nothing is in it but what the batch put there. */
    boolean isNew(String directory) {
        return made.contains(directory);
    }

    /** All in which the batch works. */
    List<Path> all() {
        return entered.stream().map(this::at).toList();
    }

    /** What was at the path is no more. */
    synchronized void forget(String path) {
        entered.removeIf(directory -> TreePath.isWithin(directory, path));
        made.removeIf(directory -> TreePath.isWithin(directory, path));
    }

    /** What was entered below one path is now below another. */
    synchronized void moved(String from, String to) {
        made.clear();
        for (String directory : List.copyOf(entered)) {
            if (TreePath.isWithin(directory, from)) {
                entered.remove(directory);
                entered.add(to + directory.substring(from.length()));
            }
        }
    }

    /** What was entered below each path is now below the next, and what was below the last is below the first. */
    synchronized void turned(List<String> paths) {
        // A name that no directory has.
        String between = "/";
        int last = paths.size() - 1;
        moved(paths.get(last), between);
        for (int i = last - 1; i >= 0; i--) {
            moved(paths.get(i), paths.get(i + 1));
        }
        moved(between, paths.get(0));
    }

    /** Gives each directory its mode and time as held, deepest first; where that fails the index is told. */
    synchronized List<CannotApply> restore() {
        List<CannotApply> failures = new ArrayList<>();
        // A directory's path sorts before those below it.
        for (String directory : entered.stream().sorted(Comparator.reverseOrder()).toList()) {
            try {
                Optional<Entry.Directory> held = directory(directory);
                if (held.isPresent()) {
                    restore(held.get());
                }
            } catch (IOException e) {
                failures.add(CannotApply.because(directory, e));
            }
        }
        return failures;
    }

    private void restore(Entry.Directory held) throws IOException {
        Path place = at(held.path());
        Stat before = Stat.of(place).orElse(null);
        if (before == null || before.kind() != Stat.Kind.DIRECTORY || entry(held.path(), before).equals(held)) {
            return;
        }
        try {
            if (before.modified() != held.modified()) {
                Posix.modified(place, held.modified());
            }
            if (before.mode() != held.mode()) {
                Posix.mode(place, held.mode());
            }
        } finally {
            // A file system may round the time or drop a bit: the index holds what is, not what should be.
            Stat after = Stat.of(place).orElse(before);
            if (!entry(held.path(), after).equals(held)) {
                index.put(Held.unseen(entry(held.path(), after)));
            }
        }
    }

    /** The directory that the index holds at the path. */
    Optional<Entry.Directory> directory(String path) {
        return index.find(path).map(Held::entry)
                .flatMap(entry -> entry instanceof Entry.Directory found ? Optional.of(found) : Optional.empty());
    }

    private static Entry.Directory entry(String path, Stat stat) {
        return new Entry.Directory(path, stat.mode(), stat.modified());
    }
}
