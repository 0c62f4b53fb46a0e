package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

import io.bactrian.change.Change;
import io.bactrian.content.DigestMismatchException;
import io.bactrian.content.Staging;
import io.bactrian.index.Index;
import io.bactrian.index.IndexException;
import io.bactrian.replica.disk.Disk;
import io.bactrian.replica.disk.DiskReserve;
import io.bactrian.replica.trash.Trash;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.replica.write.ChangeFailedException.DigestMismatch;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group of changes that are applied together, in the order of the calls. A failed change leaves replica and index
 * consistent and does not affect the others. {@link #finish} sets the modes and times of directories; it waits for
 * changes in progress and lets no further ones begin, so a batch can be ended between any two changes. Thread-safe for
 * changes to unrelated paths.
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
    /** Changes hold the read lock; finishing takes the write lock. */
    private final ReadWriteLock steps = new ReentrantReadWriteLock();
    private boolean finished;
    private volatile IndexException doubt;

    /**
     * Begins a batch; the caller sees to it that no other one is open.
     *
     * @param doubtful files whose content on the disk may differ from what can be read
     * @param release  called at the end, with whether the index can be relied on
     */
    public Batch(TargetSettings settings, Index index, Staging staging, Disk disk, Set<String> doubtful, RemovalGuard guard,
            Trash trash, DiskReserve reserve, Consumer<Boolean> release) {
        Path root = settings.directory().toAbsolutePath();
        this.context = new BatchContext(settings, index, staging, new BatchDirectories(root, index),
                new Durability(root, settings.value(Property.TARGET_FSYNC), disk), doubtful, guard, trash, reserve);
        this.files = new FileWriter(context);
        this.directoryMaker = new DirectoryMaker(context);
        this.linkMaker = new LinkMaker(context);
        this.mover = new Mover(context);
        this.remover = new Remover(context);
        this.release = release;
        context.removalGuard().batch();
    }

    /**
     * Checks that these changes do not remove too much; call it before the first of them is made.
     *
     * @param witnessed whether the sender saw somebody make the removals; then they are not counted
     * @throws io.bactrian.change.GuardTrippedException if they would remove too much, or the guard has tripped before
     */
    public void admit(List<Change> changes, boolean witnessed) {
        context.removalGuard().admit(changes, witnessed);
    }

    /** Makes sure that a file with this content, mode and time is at the path. */
    public Outcome write(Change.WriteFile change) throws ChangeFailedException {
        return apply(change.path(), () -> files.write(change));
    }

    /** Makes sure that a directory is at the path. Its mode and time are set by {@link #finish}. */
    public Outcome make(Change.MakeDirectory change) throws ChangeFailedException {
        return apply(change.path(), () -> directoryMaker.make(change.entry()));
    }

    /**
     * Makes sure that a symbolic link with exactly this target is at the path. Does nothing if the target makes no
     * links.
     */
    public Outcome link(Change.MakeLink change) throws ChangeFailedException {
        return apply(change.path(), () -> context.settings().value(Property.TARGET_LINKS) ? linkMaker.make(change.entry()) : Outcome.SAME);
    }

    /**
     * Moves a path with everything below it. What was at the destination is replaced, or has moved on in a cycle of
     * moves.
     */
    public Outcome move(Change.Move change) throws ChangeFailedException {
        return apply(change.path(), () -> change.circle().isEmpty()
                ? mover.move(change.from(), change.path()) : mover.turn(change.places(), change.path()));
    }

    /** Makes sure that no file or link is at the path. */
    public Outcome delete(Change.Remove change) throws ChangeFailedException {
        return apply(change.path(), true, () -> remover.remove(change.path(), false));
    }

    /** Makes sure that nothing is at the path or below it, including entries that the index does not know. */
    public Outcome prune(Change.Remove change) throws ChangeFailedException {
        return apply(change.path(), true, () -> remover.remove(change.path(), true));
    }

    /** Whether a directory is at the path; a link to a directory is none. */
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
        int most = removed ? TreePath.MAX_REMOVED : context.settings().value(Property.TARGET_MAX_PATH);
        if (!TreePath.fits(path, most)) {
            throw new CannotApply(path, "the path exceeds the target's limit of " + most + " bytes (bactrian.target.NAME.max-path)");
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
                throw new CannotApply(path, "the target is stopping and has not applied this change: send it again");
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

    /** A change that fails for want of space is tried once more after the reserve was released. */
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
     * Sets the modes and times of directories, deepest first, and commits the index.
     *
     * @throws CannotApply if a directory could not be updated; everything else is done and committed
     * @throws IndexException if the index lost the batch; the replica is scanned before the next batch
     * @throws IOException if the data did not reach the disk; the replica is scanned and the batch must be repeated
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

    /** As {@link #finish}, when the replica is being closed: failures are only logged. */
    public void finishEarly(Path root) {
        try {
            finish();
        } catch (ChangeFailedException | IOException | RuntimeException e) {
            LOG.warn("{}: the last batch is incomplete: {}. The next start scans the affected entries", root, e.getMessage());
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
     * Syncs the batch to the disk. After a failed fsync the kernel drops the dirty pages and a second fsync succeeds
     * although the data is not on the disk ("fsyncgate"). So after a failure the files of the batch are written again
     * by the next one.
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

    /** Finishes the batch unless that is done already; changes that were applied remain. */
    @Override
    public void close() throws ChangeFailedException, IOException {
        finish();
    }
}
