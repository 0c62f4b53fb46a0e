package io.bactrian.replica;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

import io.bactrian.change.Change;
import io.bactrian.content.DigestMismatchException;
import io.bactrian.index.IndexException;
import io.bactrian.replica.ChangeFailedException.CannotApply;
import io.bactrian.replica.ChangeFailedException.DigestMismatch;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes that are applied together, in the order of the calls. A change that fails leaves replica and index
 * consistent, and the others as they are. Directories get their modes and times in {@link #finish}, which waits for the
 * changes that are being made and lets none begin after it: whoever has to can end a batch between two of its changes.
 * Thread-safe for changes to unrelated paths.
 */
public final class Batch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

    private final BatchContext context;
    private final FileWriter files;
    private final DirectoryMaker directoryMaker;
    private final LinkMaker linkMaker;
    private final Mover mover;
    private final Remover remover;
    private final Consumer<Boolean> release;
    /** A change is made under the first; the end takes the second. */
    private final ReadWriteLock steps = new ReentrantReadWriteLock();
    private boolean finished;
    private volatile IndexException doubt;

    /** Told at the end whether the index can be relied on. */
    Batch(BatchContext context, Consumer<Boolean> release) {
        this.context = context;
        this.files = new FileWriter(context);
        this.directoryMaker = new DirectoryMaker(context);
        this.linkMaker = new LinkMaker(context);
        this.mover = new Mover(context);
        this.remover = new Remover(context);
        this.release = release;
        context.removalGuard().batch();
    }

    /**
     * Looks whether these changes would remove too much; before the first of them.
     *
     * @param witnessed whether the sender says that somebody was seen to make the removals: then they are not counted
     * @throws io.bactrian.change.GuardTripped if they would, or if others did before
     */
    public void admit(List<Change> changes, boolean witnessed) {
        context.removalGuard().admit(changes, witnessed);
    }

    /** As above, where nobody says so. */
    public void admit(List<Change> changes) {
        admit(changes, false);
    }

    /** A file with this content, mode and time is at the path. */
    public Outcome write(Change.WriteFile change) throws ChangeFailedException {
        return apply(change.path(), () -> files.write(change));
    }

    /** A directory is at the path; its mode and time are set in {@link #finish}. */
    public Outcome make(Change.MakeDirectory change) throws ChangeFailedException {
        return apply(change.path(), () -> directoryMaker.make(change.entry()));
    }

    /** A symbolic link with exactly this target is at the path; if the target makes no links, nothing happens. */
    public Outcome link(Change.MakeLink change) throws ChangeFailedException {
        return apply(change.path(), () -> context.settings().links() ? linkMaker.make(change.entry()) : Outcome.SAME);
    }

    /** What was at one path is at another, with all below; what was there is gone, or has moved in a circle. */
    public Outcome move(Change.Move change) throws ChangeFailedException {
        return apply(change.path(), () -> change.circle().isEmpty()
                ? mover.move(change.from(), change.path()) : mover.turn(change.places(), change.path()));
    }

    /** No file or link is at the path. */
    public Outcome delete(Change.Remove change) throws ChangeFailedException {
        return apply(change.path(), true, () -> remover.remove(change.path(), false));
    }

    /** Nothing is at the path, nor below, the unknown included. */
    public Outcome prune(Change.Remove change) throws ChangeFailedException {
        return apply(change.path(), true, () -> remover.remove(change.path(), true));
    }

    /** Whether a directory is there now; a link to one is none. */
    public boolean holdsDirectory(String path) throws ChangeFailedException {
        boolean[] directory = new boolean[1];
        apply(path, () -> {
            directory[0] = remover.look(path).filter(stat -> stat.kind() == Stat.Kind.DIRECTORY).isPresent();
            return Outcome.SAME;
        });
        return directory[0];
    }

    private interface Step {
        Outcome run() throws IOException, ChangeFailedException;
    }

    private static void lock(Lock lock, Runnable step) {
        lock.lock();
        try {
            step.run();
        } finally {
            lock.unlock();
        }
    }

    private void checkLength(String path, boolean removed) throws CannotApply {
        int most = removed ? TreePath.MAX_REMOVED : context.settings().limits().path();
        if (path.length() * 3L > most && path.getBytes(StandardCharsets.UTF_8).length > most) {
            throw new CannotApply(path, "a path has at most " + most + " bytes here (bactrian.target.NAME.max-path)");
        }
    }

    private Outcome apply(String path, Step step) throws ChangeFailedException {
        return apply(path, false, step);
    }

    private Outcome apply(String path, boolean removed, Step step) throws ChangeFailedException {
        if (context.directories().isCrowded()) {
            lock(steps.writeLock(), context.directories()::release);
        }
        steps.readLock().lock();
        try {
            if (finished) {
                throw new CannotApply(path, "the batch was ended before it, for the target stops: send it again");
            }
            checkLength(path, removed);
            context.durability().use();
            return run(step);
        } catch (IndexException e) {
            doubt = e;
            throw e;
        } catch (DigestMismatchException e) {
            throw new DigestMismatch(path, e);
        } catch (IOException e) {
            throw CannotApply.because(path, e);
        } catch (InvalidPathException e) {
            throw CannotApply.because(path, e);
        } finally {
            steps.readLock().unlock();
        }
    }

    /** What finds no room is tried once more with that which is kept for it. */
    private Outcome run(Step step) throws IOException, ChangeFailedException {
        boolean given = context.reserve().isGiven();
        try {
            return step.run();
        } catch (IOException e) {
            if (context.reserve().met(e) || !given && context.reserve().isGiven()) {
                return step.run();
            }
            throw e;
        }
    }

    /**
     * Gives the directories their modes and times, deepest first, and commits the index.
     *
     * @throws CannotApply    if a directory did not take them; all else is done and committed nevertheless
     * @throws IndexException if the index lost the batch; the replica is scanned before the next one begins
     * @throws IOException    if the disk did not take what was done; likewise, and it has to be done once more
     */
    public void finish() throws ChangeFailedException, IOException {
        steps.writeLock().lock();
        try {
            if (!finished) {
                finished = true;
                settle();
            }
        } finally {
            steps.writeLock().unlock();
        }
    }

    /** As {@link #finish}, for who stops it: what it cannot do is said. */
    void finishEarly(Path root) {
        try {
            finish();
        } catch (ChangeFailedException | IOException | RuntimeException e) {
            LOG.warn("{}: the last batch is not whole: {}. What it did is looked at at the next start", root, e.getMessage());
        }
    }

    private void settle() throws ChangeFailedException, IOException {
        boolean reliable = false;
        try {
            if (doubt != null) {
                throw doubt;
            }
            context.staging().tidy();
            context.reserve().makeRoom();
            List<CannotApply> failures = context.directories().restore();
            toDisk();
            context.index().commit();
            reliable = true;
            if (!failures.isEmpty()) {
                failures.stream().skip(1).forEach(failures.get(0)::addSuppressed);
                throw failures.get(0);
            }
        } finally {
            end(reliable);
        }
    }

    /**
     * A system that could not write a file forgets that it should have (fsync's great fault): the next time all seems
     * well, though what is read is not what is on the disk. What the batch wrote is written once more then.
     */
    private void toDisk() throws IOException {
        boolean settled = false;
        try {
            context.durability().settle(context.directories().all());
            settled = true;
            context.doubtful().removeAll(context.durability().written());
        } finally {
            if (!settled) {
                context.doubtful().addAll(context.durability().written());
            }
        }
    }

    private void end(boolean reliable) {
        try {
            if (!reliable) {
                context.index().rollback();
            }
        } finally {
            context.directories().release();
            release.accept(reliable);
        }
    }

    /** Finishes the batch if that is still to be done: what was applied stays applied. */
    @Override
    public void close() throws ChangeFailedException, IOException {
        finish();
    }
}
