package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

    private final Path root;
    private final TargetSettings settings;
    private final Index index;
    private final List<Problem> problems = new ArrayList<>();
    private BooleanSupplier unwanted = () -> false;
    private int puts;

    Walk(Path root, TargetSettings settings, Index index) {
        this.root = root;
        this.settings = settings;
        this.index = index;
    }

    /** Goes no further, with a {@link CancellationException}, once this is so. */
    Walk until(BooleanSupplier isUnwanted) {
        unwanted = isUnwanted;
        return this;
    }

    /** Looks at the path and all below; answers what the index cannot hold. */
    List<Problem> scan(String path) throws IOException {
        Stat stat = Stat.of(at(path)).orElse(null);
        if (stat == null && path.isEmpty()) {
            throw new NoSuchFileException(root.toString(), null, "the replica is gone: is its file system mounted?");
        }
        look(path, stat, index.find(path).orElse(null));
        return List.copyOf(problems);
    }

    private void look(String path, Stat stat, Held held) {
        if (unwanted.getAsBoolean()) {
            throw new CancellationException("the look at the replica is not wanted any more");
        }
        try {
            Held now = stat == null ? null : see(path, stat, held);
            if (now == null) {
                index.remove(path);
            } else {
                remember(now, held);
                if (now.entry() instanceof Entry.Directory) {
                    enter(path, stat);
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
    private Held see(String path, Stat stat, Held held) throws IOException {
        boolean vouched = held != null && held.vouchedBy(stat);
        return switch (stat.kind()) {
            case DIRECTORY -> Held.unseen(new Entry.Directory(path, stat.mode(), stat.modified()));
            case FILE -> vouched ? held
                    : Reading.of(at(path), stat).held(new Entry.File(path, 0, 0, 0, Digest.EMPTY));
            case LINK -> settings.links() ? link(path, stat, vouched ? held : null) : null;
            case OTHER -> {
                report(path, "neither file, directory nor link: it is left alone until something else takes its place");
                yield null;
            }
        };
    }

    private Held link(String path, Stat stat, Held vouched) throws IOException {
        if (vouched != null) {
            return vouched;
        }
        long start = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        Entry.Link link = new Entry.Link(path, stat.modified(), Files.readSymbolicLink(at(path)).toString());
        return Reading.settled(stat, start) ? Held.seen(link, stat) : Held.unseen(link);
    }

    private void enter(String directory, Stat stat) throws IOException {
        Path place = at(directory);
        boolean closed = (stat.mode() & OWNER) != OWNER && !(Files.isReadable(place) && Files.isExecutable(place));
        if (closed) {
            Posix.mode(place, stat.mode() | OWNER);
        }
        try {
            children(directory);
        } finally {
            if (closed) {
                Posix.mode(place, stat.mode());
            }
        }
    }

    private void children(String directory) throws IOException {
        Map<String, Held> held = new HashMap<>();
        index.children(directory).forEach(child -> held.put(child.path(), child));
        Scanner.Listing listing = Scanner.list(at(directory));
        for (Scanner.Problem problem : listing.problems()) {
            report(TreePath.child(directory, problem.name()), problem.what());
        }
        listing.children().forEach((name, stat) -> {
            String path = TreePath.child(directory, name);
            // In any spelling, as no change may name it in any.
            if (!path.equalsIgnoreCase(TreePath.OWN)) {
                look(path, stat, held.remove(path));
            }
        });
        held.keySet().forEach(index::remove);
    }

    private void report(String path, String reason) {
        problems.add(new Problem(path, reason));
    }

    private Path at(String path) {
        return path.isEmpty() ? root : root.resolve(path);
    }
}
