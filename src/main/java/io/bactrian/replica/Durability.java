package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.bactrian.settings.Fsync;
import io.bactrian.tree.TreePath;

/**
 * Brings what one batch does onto the disk, so that a power cut cannot take back what was answered for. The order is
 * what it rests on:
 * <ol>
 * <li>The <b>content</b> of a file is written under a temporary name, with mode and time. With {@link Fsync#FILE} it is
 * on the disk now ({@link #content}): whatever name it gets, there is all of it behind it.
 * <li>It gets its name by one <b>rename</b>, which a journaling file system brings to the disk whole or not at all.
 * <li>When all changes are made and the <b>directories</b> have their modes and times, {@link #settle} waits until all
 * of it is on the disk: contents, names, attributes, removals, directories.
 * <li>Only then is the <b>index</b> committed, with SQLite's own waiting for the disk. It never holds what the disk does
 * not. A power cut before that leaves an older index: files that are newer are read once more.
 * <li>Then the batch is <b>answered</b>. Its sender remembers what was answered for, and nothing else.
 * </ol>
 * One syncfs(2) for each batch is the cheapest way there is for many files: one wait and one commit of the journal on
 * ext4, XFS and Btrfs, where an fsync(2) for each file is one of each for each. It also waits for what others wrote to
 * the same file system, so that a batch of a few files is brought there by name. Where there is no syncfs, each file's
 * content is waited for before its rename, and each directory at the end. Thread-safe until {@link #settle}.
 */
final class Durability {
    /** Up to so many files and directories, each alone is cheaper than all that the file system has to write. */
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

    /** The batch does something: also what turns out to be there already has to be on the disk when that is said. */
    void use() {
        used = true;
    }

    /** Whether a file is to be on the disk before it gets its name. */
    boolean isEachWaitedFor() {
        return fsync == Fsync.FILE || fsync == Fsync.BATCH && !disk.syncsAll();
    }

    /** A file is complete, and is about to get its name. */
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
     * Waits until all that the batch did is on the disk.
     *
     * @param directories all in which it did something
     * @throws IOException if that cannot be: nobody knows then what is there
     */
    void settle(Collection<Path> directories) throws IOException {
        if (fsync == Fsync.NONE || !used) {
            return;
        }
        // Others are reached from directory to directory only, and no file system can be mounted there by its path
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
                // Somebody else took it away: then there is nothing to lose.
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
            // It was written, and then moved by the same batch.
            return false;
        }
    }

    /** Other file systems may be mounted below the root. */
    private void all(Collection<Path> directories) throws IOException {
        Map<Long, Path> others = new HashMap<>();
        for (Path directory : directories) {
            try {
                others.putIfAbsent(disk.device(directory), directory);
            } catch (NoSuchFileException e) {
                // As above.
            } catch (IOException e) {
                // On which file system it is cannot be said: that is waited for by itself.
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
