package io.bactrian.replica;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.bactrian.content.Staging;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.index.IndexException;
import io.bactrian.replica.disk.DirectoryIdentity;
import io.bactrian.replica.disk.Disk;
import io.bactrian.replica.disk.DiskReserve;
import io.bactrian.replica.disk.SystemDisk;
import io.bactrian.replica.scan.ReplicaProblem;
import io.bactrian.replica.scan.ReplicaScan;
import io.bactrian.replica.trash.Trash;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.RemovalGuard;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.Digest;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.Entry;
import io.bactrian.tree.TreePath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a target, and the only code that changes it. Its index records its content; what the index cannot
 * record is listed in {@link #problems}. One batch or scan runs at a time; others wait. Thread-safe.
 */
public final class Replica implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    /** How long closing waits for a scan, which is cancelled between two files. */
    private static final long CLOSE_TIMEOUT_SECONDS = 5;
    private static final long LOOK_MILLISECONDS = 20;

    private final TargetSettings settings;
    private final Path root;
    private final DirectoryIdentity identity;
    private final Index index;
    private final Staging staging;
    private final Disk disk;
    /** Files whose content on the disk may differ from what can be read. */
    private final Set<String> doubtful = ConcurrentHashMap.newKeySet();
    private final Closeable holdings;
    private final RemovalGuard removalGuard;
    private final Trash trash;
    private final DiskReserve reserve;
    /**
     * A semaphore rather than a lock, because a batch may be finished by another thread than the one that began it.
     */
    private final Semaphore turn = new Semaphore(1);
    private volatile List<ReplicaProblem> problems = List.of();
    private volatile boolean reliable = true;
    private final AtomicReference<Batch> open = new AtomicReference<>();
    private volatile boolean closed;

    /** An operation that runs while no batch is in progress. */
    public interface Look<T> {
        T at(Index index) throws IOException;
    }

    /** Uses an existing directory. Index and staging remain the caller's to close. */
    public Replica(TargetSettings settings, Index index, Staging staging) {
        this(settings, index, staging, settings.directory().resolve(TreePath.OWN), new SystemDisk(settings.directory()),
                DiskReserve.none(), () -> { });
    }

    Replica(TargetSettings settings, Index index, Staging staging, Path own, Disk disk, DiskReserve reserve, Closeable holdings) {
        this.settings = settings;
        this.root = settings.directory().toAbsolutePath();
        this.index = index;
        this.staging = staging;
        this.disk = disk;
        this.holdings = holdings;
        this.reserve = reserve;
        this.identity = DirectoryIdentity.of(root);
        this.removalGuard = new RemovalGuard(settings.value(Property.TARGET_GUARD), own.resolve("guard"), index);
        this.trash = new Trash(own.resolve("trash"), settings.value(Property.TARGET_TRASH));
    }

    /**
     * Opens the directory with its index, staging and lock, and keeps other targets out until it is closed.
     *
     * @param port of this target, for the message to another one
     * @throws IOException if it cannot be used, with the reason and a remedy
     */
    public static Replica open(TargetSettings settings, int port) throws IOException {
        return ReplicaResources.open(settings, port);
    }

    /**
     * Brings the index in line with the directory and returns the {@link #problems}. Reads files that no stat vouches
     * for.
     */
    public List<ReplicaProblem> scan() throws IOException {
        takeTurn();
        try {
            reserve.prepare();
            return walk();
        } finally {
            end(true);
        }
    }

    private List<ReplicaProblem> walk() throws IOException {
        try {
            return look();
        } catch (IndexException e) {
            // A damaged index is empty now and is rebuilt from the directory; after a full disk there may be space now.
            LOG.debug("{}", root, e);
            reserve.release();
            return look();
        }
    }

    private List<ReplicaProblem> look() throws IOException {
        reliable = false;
        try {
            if (settings.isDurable() && disk.syncsAll()) {
                // An earlier process may not have synced what it wrote, and the index will claim that it is on the
                // disk.
                disk.syncAll(root);
            }
            try (DirectoryHandle top = ReplicaScan.top(root)) {
                problems = new ReplicaScan(top, settings, index).until(() -> closed).scan(TreePath.ROOT);
            }
            doubtful.forEach(this::invalidate);
            index.commit();
            reliable = true;
        } catch (CancellationException e) {
            throw new ReplicaClosedException();
        } finally {
            if (!reliable) {
                index.rollback();
            }
        }
        return problems;
    }

    /** Makes the index entry differ from any content, so that the file is sent again or removed. */
    private void invalidate(String path) {
        if (index.find(path).map(IndexEntry::entry).orElse(null) instanceof Entry.File file) {
            index.put(IndexEntry.unseen(new Entry.File(path, file.mode(), file.modified(), file.size(), Index.NOTHING)));
        }
    }

    /** What the last scan found that the index cannot hold. */
    public List<ReplicaProblem> problems() {
        return problems;
    }

    private void takeTurn() throws IOException {
        turn.acquireUninterruptibly();
        if (closed || !identity.isThat(root)) {
            turn.release();
            throw closed ? new ReplicaClosedException() : new ReplicaGoneException();
        }
    }

    /**
     * Begins a batch once the previous one is finished.
     *
     * @throws IOException if the index had to be updated first and could not be, or if the replica is closed
     */
    public Batch begin() throws IOException {
        takeTurn();
        try {
            reserve.prepare();
            relyOnIndex();
            open.set(new Batch(settings, index, staging, disk, doubtful, removalGuard, trash, reserve, this::end));
            return open.get();
        } catch (IOException | RuntimeException e) {
            turn.release();
            throw e;
        }
    }

    private void relyOnIndex() throws IOException {
        if (index.isFaulty()) {
            reserve.release();
            index.rollback();
            reliable = false;
        }
        if (!reliable) {
            // The index could not record what the last batch did.
            walk();
        }
    }

    /** Runs an inspection while no batch is in progress, and commits what it puts into the index. */
    public <T> T between(Look<T> look) throws IOException {
        takeTurn();
        try {
            relyOnIndex();
            T seen = look.at(index);
            doubtful.forEach(this::invalidate);
            index.commit();
            return seen;
        } finally {
            turn.release();
        }
    }

    /** Whether symbolic links are replicated. */
    public boolean keepsLinks() {
        return settings.value(Property.TARGET_LINKS);
    }

    /** The place of a path. */
    public Path at(String path) {
        return root.resolve(path);
    }

    /**
     * A file with this content, if the index has one and its stat vouches for it now. Waits for a batch in progress.
     */
    public Optional<ReplicaFile> replicaFile(Digest digest, long size) throws IOException {
        return held(digest, size, Optional::of);
    }

    /** As {@link #replicaFile}, but opened; it stays readable when the file is replaced. */
    public Optional<FileChannel> open(Digest digest, long size) throws IOException {
        return held(digest, size, ReplicaFile::open);
    }

    private <T> Optional<T> held(Digest digest, long size, Function<ReplicaFile, Optional<T>> use) throws IOException {
        takeTurn();
        try {
            return reliable ? ReplicaFile.find(root, index, digest, size).flatMap(use) : Optional.empty();
        } finally {
            turn.release();
        }
    }

    /** Opens the file at a path, if there is one. For use within a batch. */
    public Optional<FileChannel> open(String path) throws IOException {
        return ReplicaFile.find(root, path).flatMap(ReplicaFile::open);
    }

    private void end(boolean indexIsReliable) {
        reliable &= indexIsReliable;
        open.set(null);
        reserve.take();
        turn.release();
    }

    /**
     * Releases what {@link #open} acquired. A batch in progress is finished after its current change, because its own
     * threads may have been stopped. A scan is cancelled and starts over at the next start.
     */
    @Override
    public void close() throws IOException {
        closed = true;
        boolean quiet = awaitQuiet();
        try {
            if (!quiet) {
                LOG.warn("{}: a scan was still running when the target stopped; the next start repeats it", root);
                index.rollback();
            }
            holdings.close();
        } finally {
            if (quiet) {
                turn.release();
            }
        }
    }

    private void finishOpenBatch() {
        Batch batch = open.get();
        if (batch != null) {
            batch.finishEarly(root);
        }
    }

    private boolean awaitQuiet() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_TIMEOUT_SECONDS);
        try {
            boolean quiet = turn.tryAcquire();
            while (!quiet && System.nanoTime() - end < 0) {
                finishOpenBatch();
                quiet = turn.tryAcquire(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS);
            }
            return quiet;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return turn.tryAcquire();
        }
    }

    /** The guard that limits removals. */
    public RemovalGuard removalGuard() {
        return removalGuard;
    }

    /**
     * Checks that this many bytes of content leave enough space for the index.
     *
     * @throws IOException if the disk is full
     */
    public void permit(long bytes) throws IOException {
        reserve.permit(true, bytes);
    }

    /** Removed and replaced files that are kept for a while. */
    public Trash trash() {
        return trash;
    }

    public Index index() {
        return index;
    }

    public Staging staging() {
        return staging;
    }
}
