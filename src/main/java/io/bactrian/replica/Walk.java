package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.bactrian.content.Digest;
import io.bactrian.index.Held;
import io.bactrian.index.Index;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Handle;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * One walk over the replica that brings the index in line with it. What cannot be read is in the index no
 * longer, so that the next comparison of the trees asks for it again. Not thread-safe.
 */
final class Walk {
    private static final int OWNER = 0700;
    private static final int COMMIT_EVERY = 10_000;

    private final Handle root;
    private final TargetSettings settings;
    private final Index index;
    private final List<Problem> problems = new ArrayList<>();
    private BooleanSupplier unwanted = () -> false;
    private int puts;

    /** The root stays the caller's to close. */
    Walk(Handle root, TargetSettings settings, Index index) {
        this.root = root;
        this.settings = settings;
        this.index = index;
    }

    /** Goes no further, with a {@link CancellationException}, once this is so. */
    Walk until(BooleanSupplier isUnwanted) {
        unwanted = isUnwanted;
        return this;
    }

    /** Opens the root of a replica. */
    static Handle top(Path root) throws IOException {
        try {
            return Handle.of(root);
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(root.toString(), null, "the replica is gone: is its file system mounted?");
        }
    }

    /** Looks at the path and all below; answers what the index cannot hold. */
    List<Problem> scan(String path) throws IOException {
        Held held = index.find(path).orElse(null);
        if (path.isEmpty()) {
            look(root, "", root.stat(), held);
        } else {
            scan(root, path, 0, held);
        }
        return List.copyOf(problems);
    }

    /** Opens the directories above the path, one in the other. */
    private void scan(Handle above, String path, int from, Held held) throws IOException {
        int slash = path.indexOf('/', from);
        if (slash < 0) {
            look(above, path, Stat.of(above.at(TreePath.name(path))).orElse(null), held);
            return;
        }
        try (Handle next = above.child(path.substring(from, slash))) {
            scan(next, path, slash + 1, held);
        } catch (NoSuchFileException | NotDirectoryException e) {
            index.remove(path);
        }
    }

    /** @param above the directory that holds the path; the root holds itself */
    private void look(Handle above, String path, Stat stat, Held held) {
        if (unwanted.getAsBoolean()) {
            throw new CancellationException("the look at the replica is not wanted any more");
        }
        try {
            Held now = stat == null ? null : see(above, path, stat, held);
            if (now == null) {
                index.remove(path);
            } else {
                remember(now, held);
                if (now.entry() instanceof Entry.Directory) {
                    enter(above, path, stat);
                }
            }
        } catch (NoSuchFileException e) {
            // It went while it was looked at. Its parent's time shows that, and so does the next scan.
            index.remove(path);
        } catch (IOException e) {
            report(path, ChangeFailed.reason(e));
            index.remove(path);
        }
    }

    private void remember(Held now, Held before) {
        if (!now.equals(before)) {
            index.put(now);
            if (++puts % COMMIT_EVERY == 0) {
                // A long first scan that is interrupted need not read everything again.
                index.commit();
            }
        }
    }

    /** What is there, as it is to be held; null if it is no part of the tree. */
    private Held see(Handle above, String path, Stat stat, Held held) throws IOException {
        boolean vouched = held != null && held.vouchedBy(stat);
        return switch (stat.kind()) {
            case DIRECTORY -> Held.unseen(new Entry.Directory(path, stat.mode(), stat.modified()));
            case FILE -> vouched ? held
                    : Reading.of(above.at(TreePath.name(path)), stat).held(new Entry.File(path, 0, 0, 0, Digest.EMPTY));
            case LINK -> settings.links() ? link(above, path, stat, vouched ? held : null) : null;
            case OTHER -> {
                report(path, "neither file, directory nor link: it is left alone until something else takes its place");
                yield null;
            }
        };
    }

    private Held link(Handle above, String path, Stat stat, Held vouched) throws IOException {
        if (vouched != null) {
            return vouched;
        }
        long start = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        Entry.Link link = new Entry.Link(path, stat.modified(), Files.readSymbolicLink(above.at(TreePath.name(path))).toString());
        return Reading.settled(stat, start) ? Held.seen(link, stat) : Held.unseen(link);
    }

    private void enter(Handle above, String directory, Stat stat) throws IOException {
        if (directory.isEmpty()) {
            enter(root, directory, root.path(), stat);
            return;
        }
        try (Handle handle = above.child(TreePath.name(directory))) {
            enter(handle, directory, handle.path(), stat);
        } catch (NotDirectoryException e) {
            throw new NoSuchFileException(e.getFile());
        }
    }

    private void enter(Handle handle, String directory, Path place, Stat stat) throws IOException {
        boolean closed = (stat.mode() & OWNER) != OWNER && !(Files.isReadable(place) && Files.isExecutable(place));
        if (closed) {
            Posix.mode(handle, stat.mode() | OWNER);
        }
        try {
            children(handle, directory);
        } finally {
            if (closed) {
                Posix.mode(handle, stat.mode());
            }
        }
    }

    private void children(Handle handle, String directory) throws IOException {
        Map<String, Held> held = new HashMap<>();
        index.children(directory).forEach(child -> held.put(child.path(), child));
        Scanner.Listing listing = Scanner.list(handle);
        for (Scanner.Problem problem : listing.problems()) {
            report(TreePath.child(directory, problem.name()), problem.what());
        }
        listing.children().forEach((name, stat) -> {
            String path = TreePath.child(directory, name);
            // In any spelling, as no change may name it in any.
            if (!TreePath.isOwn(path)) {
                look(handle, path, stat, held.remove(path));
            }
        });
        held.keySet().forEach(index::remove);
    }

    private void report(String path, String reason) {
        problems.add(new Problem(path, reason));
    }
}
