package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.bactrian.replica.disk.Disk;
import io.bactrian.settings.Fsync;
import io.bactrian.tree.TreePath;

/**
 * Makes a batch durable, so that a power cut cannot undo what was acknowledged. It relies on this order:
 * <ol>
 * <li>The <b>content</b> of a file is written under a temporary name, with mode and time. With {@link Fsync#FILE} it is
 * synced at this point ({@link #content}), so the final name always refers to complete content.
 * <li>The file gets its name by one <b>rename</b>, which a journaling file system makes durable entirely or not at all.
 * <li>When all changes are made and the <b>directories</b> have their modes and times, {@link #settle} waits until
 * contents, names, attributes, removals and directories are on the disk.
 * <li>Only then the <b>index</b> is committed, with SQLite's own fsync. It never holds what the disk does not. After a
 * power cut before that point the index is older: files that are newer are read again.
 * <li>Then the batch is <b>acknowledged</b>. Its sender records exactly what was acknowledged.
 * </ol> For many files, one syncfs(2) per batch is cheapest: one wait and one journal commit on ext4, XFS and Btrfs,
 * instead of one of each per file with fsync(2). But it also waits for what others wrote to the same file system, so a
 * batch of a few files is synced file by file. Without syncfs, each file is synced before its rename and each directory
 * at the end. Thread-safe until {@link #settle}.
 */
final class Durability {
    /** Up to this many files and directories, syncing each one is cheaper than syncing the file system. */
    private static final int FEW = 4;

    private final Path root;
    private final Fsync fsync;
    private final Disk disk;
    private final Set<String> written = ConcurrentHashMap.newKeySet();
    private volatile boolean used;

    Durability(Path root, Fsync fsync, Disk disk) {
        this.root = root;
        this.fsync = fsync;
        this.disk = disk;
    }

    /** The batch does something. Also what turned out to be unchanged must be on the disk when it is acknowledged. */
    void use() {
        used = true;
    }

    /** Whether each file is synced before it is renamed. */
    boolean isEachWaitedFor() {
        return fsync == Fsync.FILE || fsync == Fsync.BATCH && !disk.syncsAll();
    }

    /** A file is complete and about to be renamed. */
    void content(Path temporary) throws IOException {
        if (isEachWaitedFor()) {
            disk.sync(temporary);
        }
    }

    /** A file has got its name, or other attributes. */
    void wrote(String path) {
        written.add(path);
    }

    /** The files that the batch wrote. */
    Set<String> written() {
        return written;
    }

    /**
     * Waits until everything that the batch did is on the disk.
     *
     * @param directories in which the batch changed something
     * @throws IOException if a sync failed; the state on the disk is unknown then
     */
    void settle(Collection<Path> directories) throws IOException {
        if (fsync == Fsync.NONE || !used) {
            return;
        }
        // Nothing can be mounted at a path that is too long for the system, so those are on a known file system
        List<Path> reachable = directories.stream().filter(is -> !TreePath.isTooLong(is)).toList();
        if (!disk.syncsAll()) {
            each(reachable);
        } else if (written.size() + directories.size() > FEW || reachable.size() < directories.size() || !fewAreSettled(reachable)) {
            all(reachable);
        }
    }

    private void each(Collection<Path> directories) throws IOException {
        for (Path directory : directories) {
            try {
                disk.sync(directory);
            } catch (NoSuchFileException e) {
                // Removed by somebody else, so there is nothing to sync.
            }
        }
    }

    private boolean fewAreSettled(Collection<Path> directories) throws IOException {
        try {
            for (String path : written) {
                if (TreePath.isTooLong(root.resolve(path))) {
                    return false;
                }
                disk.sync(root.resolve(path));
            }
            each(directories);
            return true;
        } catch (NoSuchFileException e) {
            // Written and then moved by the same batch.
            return false;
        }
    }

    /** Syncs all file systems involved: others may be mounted below the root. */
    private void all(Collection<Path> directories) throws IOException {
        Map<Long, Path> others = new HashMap<>();
        for (Path directory : directories) {
            try {
                others.putIfAbsent(disk.device(directory), directory);
            } catch (NoSuchFileException e) {
                // Removed by somebody else, as above.
            } catch (IOException e) {
                // The device is unknown, so this directory is synced by itself.
                others.put(-1L - others.size(), directory);
            }
        }
        others.remove(disk.device(root));
        disk.syncAll(root);
        for (Path other : others.values()) {
            disk.syncAll(other);
        }
    }
}
