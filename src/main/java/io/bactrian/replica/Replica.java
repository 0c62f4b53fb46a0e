package io.bactrian.replica;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.bactrian.content.Digest;
import io.bactrian.content.Staging;
import io.bactrian.index.Index;
import io.bactrian.index.IndexException;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.TreePath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a target, and the only code that changes it. What it holds is in its index; what it cannot
 * hold is among its problems. One batch or scan at a time: others wait. Thread-safe.
 */
public final class Replica implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private static final long PATIENCE_SECONDS = 5;

    private final TargetSettings settings;
    private final Path root;
    private final Index index;
    private final Staging staging;
    private final AutoCloseable holdings;
    private final Losses losses;
    /** Not a lock, for a batch may be finished by another thread than the one that began it. */
    private final Semaphore turn = new Semaphore(1);
    private volatile List<Problem> problems = List.of();
    private volatile boolean reliable = true;

    /** Uses a directory that exists; index and staging stay the caller's to close. */
    public Replica(TargetSettings settings, Index index, Staging staging) {
        this(settings, index, staging, () -> { });
    }

    Replica(TargetSettings settings, Index index, Staging staging, AutoCloseable holdings) {
        this.settings = settings;
        this.root = settings.directory().toAbsolutePath();
        this.index = index;
        this.staging = staging;
        this.holdings = holdings;
        this.losses = new Losses(settings.guard(), index);
    }

    /**
     * Opens the directory with all that belongs to it, and keeps every other target out of it until it is closed.
     *
     * @param port where this target can be reached, for the message to the one that is kept out
     * @throws IOException if it cannot be used, with the reason and the remedy
     */
    public static Replica open(TargetSettings settings, int port) throws IOException {
        return Opening.open(settings, port);
    }

    /**
     * Brings the index in line with what the directory holds. Content is read only where no stat vouches for it.
     *
     * @return what the index cannot hold; the same as {@link #problems} afterwards
     */
    public List<Problem> scan() throws IOException {
        turn.acquireUninterruptibly();
        try {
            return walk();
        } finally {
            turn.release();
        }
    }

    private List<Problem> walk() throws IOException {
        try {
            return look();
        } catch (IndexException e) {
            // A damaged index is empty now, and is made anew from the directory; what else it may be stays.
            LOG.debug("{}", root, e);
            return look();
        }
    }

    private List<Problem> look() throws IOException {
        reliable = false;
        try {
            problems = new Walk(root, settings, index).scan(TreePath.ROOT);
            index.commit();
            reliable = true;
        } finally {
            if (!reliable) {
                index.rollback();
            }
        }
        return problems;
    }

    /** What the last scan found that the index cannot hold. */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * Begins a batch, when the one before is finished.
     *
     * @throws IOException if the index had to be brought in line first, and could not
     */
    public Batch begin() throws IOException {
        turn.acquireUninterruptibly();
        try {
            if (index.isDamaged()) {
                index.rollback();
                reliable = false;
            }
            if (!reliable) {
                // The last batch changed the replica, and the index could not keep what it did.
                walk();
            }
            return new Batch(new Site(settings, index, staging, new Directories(root, index), losses), this::end);
        } catch (IOException | RuntimeException e) {
            turn.release();
            throw e;
        }
    }

    /** Something that is done while no batch is in progress. */
    interface Look<T> {
        T at(Index index) throws IOException;
    }

    /** Looks while no batch is in progress, and keeps what the look puts into the index. */
    <T> T between(Look<T> look) throws IOException {
        turn.acquireUninterruptibly();
        try {
            if (!reliable) {
                walk();
            }
            T seen = look.at(index);
            index.commit();
            return seen;
        } catch (IndexException e) {
            index.rollback();
            reliable = false;
            throw e;
        } finally {
            turn.release();
        }
    }

    Path at(String path) {
        return path.isEmpty() ? root : root.resolve(path);
    }

    boolean keepsLinks() {
        return settings.links();
    }

    /**
     * Opens a file with this content, if one is held and its stat vouches for it; not while a batch is in progress.
     * What is opened stays readable when the file is replaced.
     */
    public Optional<FileChannel> open(Digest digest, long size) throws IOException {
        turn.acquireUninterruptibly();
        try {
            return reliable ? Original.open(root, index, digest, size) : Optional.empty();
        } finally {
            turn.release();
        }
    }

    private void end(boolean indexIsReliable) {
        reliable &= indexIsReliable;
        turn.release();
    }

    /**
     * Gives back what {@link #open} took, when the batch in progress is finished. One that does not end in some seconds,
     * because what was to finish it is stopped already, is given up: what it did is found at the next start.
     */
    @Override
    public void close() throws IOException {
        boolean quiet = awaitQuiet();
        try {
            if (!quiet) {
                LOG.warn("{}: a batch did not end while this target stops; what it did is looked at at the next start", root);
                index.rollback();
            }
            holdings.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        } finally {
            if (quiet) {
                turn.release();
            }
        }
    }

    private boolean awaitQuiet() {
        try {
            return turn.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return turn.tryAcquire();
        }
    }

    /** What was removed lately, and whether that was too much. */
    public Losses losses() {
        return losses;
    }

    public Index index() {
        return index;
    }

    public Staging staging() {
        return staging;
    }
}
