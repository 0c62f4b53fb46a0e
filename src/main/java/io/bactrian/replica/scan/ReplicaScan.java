package io.bactrian.replica.scan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Deque;
import java.util.Collections;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.disk.Posix;
import io.bactrian.replica.disk.WriteFault;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.DirectoryStack;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * One walk over the replica that brings the index in line with it. What cannot be read is dropped from the index, so
 * that the next comparison sends it again. Not thread-safe.
 */
public final class ReplicaScan {
    private static final int OWNER = 0700;
    private static final int COMMIT_EVERY = 10_000;

    /** Reason for a path that no sender can name. */
    private static final String TOO_LONG = "its path has more than " + TreePath.MAX_REMOVED
            + " bytes; remove it by hand (rm -r) from the target";

    private final DirectoryHandle root;
    private final DirectoryStack stack;
    private final TargetSettings settings;
    private final Index index;
    private final List<ReplicaProblem> problems = new ArrayList<>();
    private BooleanSupplier unwanted = () -> false;
    private int puts;

    /** @param root remains the caller's to close */
    public ReplicaScan(DirectoryHandle root, TargetSettings settings, Index index) {
        this.root = root;
        this.stack = new DirectoryStack(root);
        this.settings = settings;
        this.index = index;
    }

    /** Ends the walk with a {@link CancellationException} as soon as this returns true. */
    public ReplicaScan until(BooleanSupplier isUnwanted) {
        unwanted = isUnwanted;
        return this;
    }

    /** Opens the root of a replica. */
    public static DirectoryHandle top(Path root) throws IOException {
        try {
            return DirectoryHandle.of(root);
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(root.toString(), null,
                    "the replica's directory does not exist; check that its file system is mounted");
        }
    }

    /** Scans the path and everything below; returns what the index cannot hold. */
    public List<ReplicaProblem> scan(String path) throws IOException {
        IndexEntry held = index.find(path).orElse(null);
        try {
            if (path.isEmpty()) {
                walk("", root.stat(), held);
            } else {
                scanBelow(path, held);
            }
        } finally {
            stack.close();
        }
        return List.copyOf(problems);
    }

    /** Opens the parents of the path, each within the one before. */
    private void scanBelow(String path, IndexEntry held) throws IOException {
        try {
            for (int from = 0, slash = path.indexOf('/'); slash >= 0; from = slash + 1, slash = path.indexOf('/', from)) {
                stack.enter(path.substring(from, slash));
            }
            walk(path, Stat.of(stack.here().at(TreePath.name(path))).orElse(null), held);
        } catch (NoSuchFileException | NotDirectoryException e) {
            index.remove(path);
        }
    }

    /** A directory that is being walked. */
    private static final class Level {
        final String path;
        final Stat stat;
        final Map<String, IndexEntry> held = new HashMap<>();
        Iterator<Map.Entry<String, Stat>> children = Collections.emptyIterator();
        boolean closed;

        Level(String path, Stat stat) {
            this.path = path;
            this.stat = stat;
        }
    }

    private void walk(String path, Stat stat, IndexEntry held) {
        Deque<Level> levels = new ArrayDeque<>();
        try {
            visit(path, stat, held, levels);
            while (!levels.isEmpty()) {
                Level level = levels.peek();
                if (level.children.hasNext()) {
                    Map.Entry<String, Stat> child = level.children.next();
                    String childPath = TreePath.child(level.path, child.getKey());
                    // In any spelling, because no change may name it.
                    if (!TreePath.isOwn(childPath)) {
                        visit(childPath, child.getValue(), level.held.remove(childPath), levels);
                    }
                } else {
                    levels.pop();
                    level.held.keySet().forEach(index::remove);
                    leave(level);
                }
            }
        } finally {
            levels.forEach(this::leave);
        }
    }

    private void visit(String path, Stat stat, IndexEntry held, Deque<Level> levels) {
        if (unwanted.getAsBoolean()) {
            throw new CancellationException("the scan of the replica was cancelled");
        }
        if (!TreePath.fits(path, TreePath.MAX_REMOVED)) {
            report(path, TOO_LONG);
            index.remove(path);
            return;
        }
        try {
            IndexEntry now = stat == null ? null : toEntry(path, stat, held);
            if (now == null) {
                index.remove(path);
            } else {
                remember(now, held);
                if (now.entry() instanceof Entry.Directory) {
                    enter(path, stat, levels);
                }
            }
        } catch (NoSuchFileException e) {
            // It was removed during the scan; the next scan finds out from its parent's time.
            index.remove(path);
        } catch (IOException e) {
            report(path, WriteFault.reason(e));
            index.remove(path);
        }
    }

    private void remember(IndexEntry now, IndexEntry before) {
        if (!now.equals(before)) {
            index.put(now);
            if (++puts % COMMIT_EVERY == 0) {
                // So that an interrupted first scan need not read everything again.
                index.commit();
            }
        }
    }

    /** The index entry for what is there; null if it cannot be part of the tree. */
    private IndexEntry toEntry(String path, Stat stat, IndexEntry held) throws IOException {
        boolean vouched = held != null && held.vouchedBy(stat);
        return switch (stat.kind()) {
            case DIRECTORY -> IndexEntry.unseen(new Entry.Directory(path, stat.mode(), stat.modified()));
            case FILE -> vouched ? held
                    : ReadResult.of(stack.here().at(TreePath.name(path)), stat).held(path);
            case LINK -> settings.value(Property.TARGET_LINKS) ? link(path, stat, vouched ? held : null) : null;
            case OTHER -> IndexEntry.unseen(Entry.special(path, stat.modified()));
        };
    }

    private IndexEntry link(String path, Stat stat, IndexEntry vouched) throws IOException {
        if (vouched != null) {
            return vouched;
        }
        long start = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        Entry.Link link = new Entry.Link(path, stat.modified(), Files.readSymbolicLink(stack.here().at(TreePath.name(path))).toString());
        return ReadResult.settled(stat, start) ? IndexEntry.seen(link, stat) : IndexEntry.unseen(link);
    }

    private void enter(String directory, Stat stat, Deque<Level> levels) throws IOException {
        if (!directory.isEmpty()) {
            try {
                stack.enter(TreePath.name(directory));
            } catch (NotDirectoryException e) {
                throw new NoSuchFileException(e.getFile());
            }
        }
        Level level = new Level(directory, stat);
        try {
            DirectoryHandle handle = stack.here();
            if ((stat.mode() & OWNER) != OWNER && !(Files.isReadable(handle.path()) && Files.isExecutable(handle.path()))) {
                Posix.mode(handle, stat.mode() | OWNER);
                level.closed = true;
            }
            index.children(directory).forEach(child -> level.held.put(child.path(), child));
            Scanner.Listing listing = Scanner.list(handle);
            for (Scanner.Problem problem : listing.problems()) {
                report(TreePath.child(directory, problem.name()), problem.what());
            }
            level.children = listing.children().entrySet().iterator();
            levels.push(level);
        } catch (IOException | RuntimeException e) {
            leave(level);
            throw e;
        }
    }

    /** Gives the directory its original mode back. */
    private void leave(Level level) {
        try {
            if (level.closed) {
                Posix.mode(stack.here(), level.stat.mode());
            }
        } catch (IOException e) {
            report(level.path, WriteFault.reason(e));
            index.remove(level.path);
        } finally {
            if (!level.path.isEmpty()) {
                stack.leave();
            }
        }
    }

    private void report(String path, String reason) {
        problems.add(new ReplicaProblem(path, reason));
    }
}
