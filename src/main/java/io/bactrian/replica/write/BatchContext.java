package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.bactrian.content.RecursiveDelete;
import io.bactrian.content.Staging;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.disk.DiskReserve;
import io.bactrian.replica.disk.Posix;
import io.bactrian.replica.disk.WriteFault;
import io.bactrian.replica.scan.ReplicaScan;
import io.bactrian.replica.trash.Trash;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the changes of a batch share. Thread-safe for different paths. */
record BatchContext(TargetSettings settings, Index index, Staging staging, BatchDirectories directories, Durability durability,
        Set<String> doubtful, RemovalGuard removalGuard,
        Trash trash, DiskReserve reserve) {
    private static final Logger LOG = LoggerFactory.getLogger(BatchContext.class);
    private static final int OWNER = 0700;
    private static final long ROUNDED = TimeUnit.SECONDS.toNanos(2);

    /** The place of a path, ready to be modified. Its parents are real directories, not links. */
    Path place(String path) throws IOException, CannotApply {
        directories.enter(TreePath.parent(path));
        return directories.at(path);
    }

    /**
     * What is at a path that is about to be written. Refuses a path that is the same name as another one for the file
     * system.
     */
    Optional<Stat> look(String path) throws IOException, CannotApply {
        Optional<Stat> there = directories.look(path);
        if (there.isPresent() && !path.isEmpty()) {
            new NameCollisions(index, directories).check(path, there.get());
        }
        return there;
    }

    /**
     * Records in the index what was just put at a place, with the time and bits that the file system really stored.
     */
    Stat held(Entry wanted, Path place) throws IOException {
        Stat stat = Stat.of(place).orElseThrow(() -> new FileSystemException(place.toString(), null, "it was removed by somebody else"));
        return held(wanted, stat);
    }

    /** As above, for a known stat. */
    Stat held(Entry wanted, Stat stat) {
        index.put(IndexEntry.seen(as(wanted, stat), stat));
        return stat;
    }

    /**
     * Checks the time that a file was given. File systems may round by up to two seconds; a larger difference means
     * that this one cannot represent the time.
     */
    static void checkTime(Entry wanted, Stat now) throws CannotApply {
        if (wanted.modified().since(now.modified()) > ROUNDED || now.modified().since(wanted.modified()) > ROUNDED) {
            throw new CannotApply(wanted.path(), "the target's file system cannot store its modification time " + wanted.modified() + ":"
                    + " it stored " + now.modified() + ", everything else is correct; touch the file, or use a file system that can"
                    + " (Btrfs, tmpfs)");
        }
    }

    static Entry as(Entry entry, Stat stat) {
        if (entry instanceof Entry.File file) {
            return new Entry.File(file.path(), stat.mode(), stat.modified(), file.size(), file.digest());
        } else if (entry instanceof Entry.Link link) {
            return new Entry.Link(link.path(), stat.modified(), link.target());
        }
        return new Entry.Directory(entry.path(), stat.mode(), stat.modified());
    }

    /**
     * Removes whatever is at the path, including what the index does not know. A directory disappears in one step, so
     * that no reader sees it half empty; what cannot be deleted stays in staging until the next start.
     */
    void clear(String path, Path place, Stat stat) throws IOException, CannotApply {
        directories.checkOwn(path, stat);
        removalGuard.countRemoval(path);
        if (stat.kind() == Stat.Kind.DIRECTORY) {
            if ((stat.mode() & OWNER) != OWNER) {
                // Renaming a directory writes its entry "..", which needs permission to write to it.
                Posix.mode(place, stat.mode() | OWNER);
            }
            if (!trash.take(path, place)) {
                remove(path, place);
            }
            directories.forget(path);
        } else if (!trash.take(path, place)) {
            Files.deleteIfExists(place);
        }
        index.remove(path);
    }

    /**
     * Puts a finished temporary file or link at a place, in one step.
     *
     * @param there what is at the place; null for nothing
     */
    void put(String path, Path temporary, Path place, Stat there) throws IOException, CannotApply {
        if (there != null && there.kind() == Stat.Kind.DIRECTORY) {
            clear(path, place, there);
        } else if (there != null) {
            replacing(path, place, there);
        }
        settle(temporary, place);
        if (there == null) {
            removalGuard.create(path);
        }
    }

    /** Called before a rename replaces the file or link at the path. */
    void replacing(String path, Path place, Stat stat) throws IOException {
        trash.keep(path, place, stat);
    }

    private void remove(String path, Path place) throws IOException {
        Path moved = staging.temporary();
        if (moveAway(place, moved)) {
            deleteMoved(path, moved);
        } else {
            removeInPlace(path, place);
        }
    }

    private static boolean moveAway(Path place, Path moved) {
        try {
            Files.move(place, moved, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            // A mount point, on another file system, or not permitted to be renamed; its content may still be
            // removable.
            return false;
        }
    }

    private static void deleteMoved(String path, Path moved) {
        try {
            RecursiveDelete.of(moved);
        } catch (IOException e) {
            LOG.warn("{} was removed, but its disk space could not be freed: {}. The next start tries again", path,
                    WriteFault.reason(e));
        }
    }

    private void removeInPlace(String path, Path place) throws IOException {
        try {
            RecursiveDelete.of(place);
        } catch (IOException e) {
            // Part of it is gone, so the index must be brought up to date.
            new ReplicaScan(directories.root(), settings, index).scan(path);
            throw e;
        }
    }

    /**
     * Moves a finished temporary file to its place in one step, replacing what is there unless that is a directory.
     */
    private void settle(Path temporary, Path place) throws IOException {
        try {
            Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            settleAcrossFileSystems(temporary, place);
        }
    }

    /**
     * Copies the file to the file system that is mounted below the replica, so that the final rename is on that file
     * system. After a crash the copy is an extra file, which the next comparison removes.
     */
    private void settleAcrossFileSystems(Path temporary, Path place) throws IOException {
        Path near = place.resolveSibling(TreePath.OWN + "-" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        Stat stat = Stat.of(temporary).orElseThrow();
        try {
            if (stat.kind() == Stat.Kind.LINK) {
                Posix.link(near, Files.readSymbolicLink(temporary).toString());
            } else {
                // It has its final mode already, which may deny its owner access.
                Posix.mode(temporary, OWNER);
                Files.copy(temporary, near);
                Posix.mode(near, stat.mode());
            }
            Posix.modified(near, stat.modified());
            if (stat.kind() == Stat.Kind.FILE) {
                durability.content(near);
            }
            Files.move(near, place, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(near);
        }
        Files.deleteIfExists(temporary);
    }
}
