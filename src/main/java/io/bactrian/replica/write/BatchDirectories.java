package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.disk.Posix;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * The directories that a batch works in. Each is opened from the root down without following links before it is used,
 * stays open, so that a link put in its place has no effect, and gets its mode and time back at the end. Thread-safe.
 */
final class BatchDirectories {
    private static final int OWNER = 0700;

    private final Path root;
    private final Index index;
    private final Set<String> entered = ConcurrentHashMap.newKeySet();
    private final OpenDirectories open;
    private final Set<String> made = ConcurrentHashMap.newKeySet();

    BatchDirectories(Path root, Index index) {
        this.root = root;
        this.index = index;
        this.open = new OpenDirectories(root);
    }

    /** The place of a path, which is not the root, within its open directory. The directory must have been entered. */
    Path at(String path) throws IOException {
        return holding(path).at(TreePath.name(path));
    }

    /** The open directory that contains the path, which is not the root. */
    DirectoryHandle holding(String path) throws IOException {
        return handle(TreePath.parent(path));
    }

    /** The stat of the path, or of the root. */
    Optional<Stat> look(String path) throws IOException {
        return path.isEmpty() ? Optional.of(root().stat()) : Stat.of(at(path));
    }

    /** The open root. */
    DirectoryHandle root() throws IOException {
        return handle(TreePath.ROOT);
    }

    private DirectoryHandle handle(String directory) throws IOException {
        return open.hold(directory);
    }

    /** Whether so many directories are open that {@link #release} is due. */
    boolean isCrowded() {
        return open.isCrowded();
    }

    /** Closes all directories; they are reopened as needed. No directory may be in use. */
    void release() {
        open.release();
    }

    /** Prepares a directory for changes: checks that it is one, gives its owner access, and remembers its time. */
    void enter(String directory) throws IOException, CannotApply {
        Deque<String> strange = new ArrayDeque<>();
        for (String at = directory; !entered.contains(at); at = TreePath.parent(at)) {
            strange.push(at);
            if (at.isEmpty()) {
                break;
            }
        }
        if (!strange.isEmpty()) {
            enter(strange);
        }
    }

    /** Enters directories from the top down, each within the one before. */
    private synchronized void enter(Deque<String> strange) throws IOException, CannotApply {
        try (OpenDirectories.Way way = open.way(strange.size())) {
            for (String directory : strange) {
                admit(directory, open(way, directory));
            }
        }
    }

    private static DirectoryHandle open(OpenDirectories.Way way, String directory) throws IOException, CannotApply {
        try {
            return way.step(directory);
        } catch (NoSuchFileException e) {
            throw new CannotApply(directory, "this directory does not exist: create it first");
        } catch (NotDirectoryException e) {
            throw new CannotApply(directory, "this is not a directory, so nothing can be created below it: replace it by a directory first");
        }
    }

    private void admit(String directory, DirectoryHandle handle) throws IOException, CannotApply {
        if (entered.contains(directory)) {
            return;
        }
        Stat stat = handle.stat();
        checkOwn(directory, stat);
        if (directory(directory).isEmpty()) {
            // Somebody else made it. Its state is recorded before the batch changes its time.
            index.put(IndexEntry.unseen(entry(directory, stat)));
        }
        if ((stat.mode() & OWNER) != OWNER) {
            // The mode may deny its owner access; restore() sets it again.
            Posix.mode(handle, stat.mode() | OWNER);
        }
        entered.add(directory);
    }

    /** Refuses Bactrian's own folder, under any spelling that the file system takes for it. */
    void checkOwn(String path, Stat stat) throws IOException, CannotApply {
        if (!path.isEmpty() && path.indexOf('/') < 0 && stat.kind() == Stat.Kind.DIRECTORY
                && Stat.of(root().at(TreePath.OWN)).filter(own -> own.inode() == stat.inode()).isPresent()
                && Files.isSameFile(root().at(TreePath.OWN), at(path))) {
            throw new CannotApply(path, TreePath.OWN + " is Bactrian's own folder, also in this spelling");
        }
    }

    /** Whether the batch works in this directory, so that its mode and time are temporary. */
    boolean isEntered(String directory) {
        return entered.contains(directory);
    }

    /** The batch has just made this directory. */
    void made(String directory) throws IOException {
        entered.add(directory);
        // On a file system that folds names, each path must be checked even in a new directory.
        if (!NameCollisions.hasOtherSpelling(at(directory)) && !NameCollisions.hasOtherSpelling(root().at(TreePath.OWN))) {
            made.add(directory);
        }
    }

    /** Whether the batch made the directory, so that it contains nothing but what the batch put there. */
    boolean isNew(String directory) {
        return made.contains(directory);
    }

    /** All directories that the batch works in. */
    List<Path> all() {
        return entered.stream().map(directory -> directory.isEmpty() ? root : root.resolve(directory)).toList();
    }

    /** The path no longer exists. */
    synchronized void forget(String path) {
        open.forget(path);
        entered.removeIf(directory -> TreePath.isWithin(directory, path));
        made.removeIf(directory -> TreePath.isWithin(directory, path));
    }

    /** Directories at one path and below have moved to another. */
    synchronized void moved(String from, String to) {
        made.clear();
        open.forget(from);
        open.forget(to);
        for (String directory : List.copyOf(entered)) {
            if (TreePath.isWithin(directory, from)) {
                entered.remove(directory);
                entered.add(to + directory.substring(from.length()));
            }
        }
    }

    /** The directories at each path, and below, have moved to the next path; those at the last to the first. */
    synchronized void turned(List<String> paths) {
        // No directory can have this name.
        String between = "/";
        int last = paths.size() - 1;
        moved(paths.get(last), between);
        for (int i = last - 1; i >= 0; i--) {
            moved(paths.get(i), paths.get(i + 1));
        }
        moved(between, paths.get(0));
    }

    /**
     * Restores the mode and time of each directory from the index, deepest first. Failures are recorded in the index.
     */
    synchronized List<CannotApply> restore() {
        List<CannotApply> failures = new ArrayList<>();
        // A directory's path sorts before those of its children.
        for (String directory : entered.stream().sorted(Comparator.reverseOrder()).toList()) {
            try {
                Optional<Entry.Directory> held = directory(directory);
                if (held.isPresent()) {
                    if (isCrowded()) {
                        release();
                    }
                    restore(held.get());
                }
            } catch (CannotApply e) {
                failures.add(e);
            } catch (IOException e) {
                failures.add(CannotApply.because(directory, e));
            }
        }
        return failures;
    }

    private void restore(Entry.Directory held) throws IOException, CannotApply {
        DirectoryHandle handle;
        try {
            handle = handle(held.path());
        } catch (NoSuchFileException | NotDirectoryException e) {
            return;
        }
        Stat before = handle.stat();
        if (entry(held.path(), before).equals(held)) {
            return;
        }
        try {
            if (!before.modified().equals(held.modified())) {
                Posix.modified(handle, held.modified());
            }
            if (before.mode() != held.mode()) {
                Posix.mode(handle, held.mode());
            }
        } finally {
            // The file system may round the time or drop a bit, so the index gets the actual state.
            Stat after = handle.stat();
            if (!entry(held.path(), after).equals(held)) {
                index.put(IndexEntry.unseen(entry(held.path(), after)));
            }
        }
        BatchContext.checkTime(held, handle.stat());
    }

    /** The directory at the path according to the index. */
    Optional<Entry.Directory> directory(String path) {
        return index.find(path).map(IndexEntry::entry)
                .flatMap(entry -> entry instanceof Entry.Directory found ? Optional.of(found) : Optional.empty());
    }

    private static Entry.Directory entry(String path, Stat stat) {
        return new Entry.Directory(path, stat.mode(), stat.modified());
    }
}
