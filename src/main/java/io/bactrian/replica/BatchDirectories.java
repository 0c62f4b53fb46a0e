package io.bactrian.replica;

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
import io.bactrian.replica.ChangeFailedException.CannotApply;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * The directories in which a batch works. Each is opened, from the root down and through no link, before anything is
 * done in it, stays open, so that a link in its place leads nobody astray, and is given its mode and time back in the
 * end. Thread-safe.
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

    /** Where a path is, in its directory; it is not the root. Only directories that were entered may be used. */
    Path at(String path) throws IOException {
        return holding(path).at(TreePath.name(path));
    }

    /** The directory in which a path is, held open; it is not the root's. */
    DirectoryHandle holding(String path) throws IOException {
        return handle(TreePath.parent(path));
    }

    /** What is at a path, as {@link #at}, or the root. */
    Optional<Stat> look(String path) throws IOException {
        return path.isEmpty() ? Optional.of(root().stat()) : Stat.of(at(path));
    }

    /** The root, held open. */
    DirectoryHandle root() throws IOException {
        return handle(TreePath.ROOT);
    }

    private DirectoryHandle handle(String directory) throws IOException {
        return open.hold(directory);
    }

    /** Whether so many are held open that {@link #release} is due. */
    boolean isCrowded() {
        return open.isCrowded();
    }

    /** Holds none open any more; those that are needed again are opened again. Nobody may be using one meanwhile. */
    void release() {
        open.release();
    }

    /** Makes sure that the directory is one, that its owner may work in it, and that it gets its time back. */
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

    /** From above down, each in the one before. */
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
            throw new CannotApply(directory, "this directory is not here: make it first");
        } catch (NotDirectoryException e) {
            throw new CannotApply(directory, "this is no directory, and nothing can be below it: make it one first");
        }
    }

    private void admit(String directory, DirectoryHandle handle) throws IOException, CannotApply {
        if (entered.contains(directory)) {
            return;
        }
        Stat stat = handle.stat();
        checkOwn(directory, stat);
        if (directory(directory).isEmpty()) {
            // Somebody else made it. What it is now is remembered before the batch touches its time.
            index.put(IndexEntry.unseen(entry(directory, stat)));
        }
        if ((stat.mode() & OWNER) != OWNER) {
            // It may forbid its owner to work in it; restore takes the permission away again.
            Posix.mode(handle, stat.mode() | OWNER);
        }
        entered.add(directory);
    }

    /** Bactrian's own folder is nobody's, whatever a file system takes for its name. */
    void checkOwn(String path, Stat stat) throws IOException, CannotApply {
        if (!path.isEmpty() && path.indexOf('/') < 0 && stat.kind() == Stat.Kind.DIRECTORY
                && Stat.of(root().at(TreePath.OWN)).filter(own -> own.inode() == stat.inode()).isPresent()
                && Files.isSameFile(root().at(TreePath.OWN), at(path))) {
            throw new CannotApply(path, TreePath.OWN + " is Bactrian's own folder, in this spelling, too");
        }
    }

    /** Whether the batch works here, so that mode and time are not yet what they will be. */
    boolean isEntered(String directory) {
        return entered.contains(directory);
    }

    /** A directory that the batch just made. */
    void made(String directory) throws IOException {
        entered.add(directory);
        // Where two names may be the same, what is at one has to be looked at even there.
        if (!NameCollisions.isFoundOtherwise(at(directory)) && !NameCollisions.isFoundOtherwise(root().at(TreePath.OWN))) {
            made.add(directory);
        }
    }

    /** Whether the batch made the directory, so that nothing is in it but what the batch put there under the same name. */
    boolean isNew(String directory) {
        return made.contains(directory);
    }

    /** All in which the batch works. */
    List<Path> all() {
        return entered.stream().map(directory -> directory.isEmpty() ? root : root.resolve(directory)).toList();
    }

    /** What was at the path is no more. */
    synchronized void forget(String path) {
        open.forget(path);
        entered.removeIf(directory -> TreePath.isWithin(directory, path));
        made.removeIf(directory -> TreePath.isWithin(directory, path));
    }

    /** What was entered below one path is now below another. */
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
            // A file system may round the time or drop a bit: the index holds what is, not what should be.
            Stat after = handle.stat();
            if (!entry(held.path(), after).equals(held)) {
                index.put(IndexEntry.unseen(entry(held.path(), after)));
            }
        }
        BatchContext.checkTime(held, handle.stat());
    }

    /** The directory that the index holds at the path. */
    Optional<Entry.Directory> directory(String path) {
        return index.find(path).map(IndexEntry::entry)
                .flatMap(entry -> entry instanceof Entry.Directory found ? Optional.of(found) : Optional.empty());
    }

    private static Entry.Directory entry(String path, Stat stat) {
        return new Entry.Directory(path, stat.mode(), stat.modified());
    }
}
