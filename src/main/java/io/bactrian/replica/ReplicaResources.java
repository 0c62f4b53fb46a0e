package io.bactrian.replica;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

import io.bactrian.content.Staging;
import io.bactrian.content.StagingQuota;
import io.bactrian.index.Index;
import io.bactrian.replica.disk.DirectoryLock;
import io.bactrian.replica.disk.Disk;
import io.bactrian.replica.disk.DiskReserve;
import io.bactrian.replica.disk.Posix;
import io.bactrian.replica.disk.SystemDisk;
import io.bactrian.replica.disk.WriteFault;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/** Opens what a replica needs, in order, and closes it in reverse order. Not thread-safe. */
final class ReplicaResources implements Closeable {
    private static final int OWNER_ONLY = 0700;

    private final Deque<AutoCloseable> taken = new ArrayDeque<>();

    private ReplicaResources() {
    }

    static Replica open(TargetSettings settings, int port) throws IOException {
        Path root = directory(settings.directory());
        ReplicaResources resources = new ReplicaResources();
        try {
            return resources.take(settings.at(root), port);
        } catch (IOException | RuntimeException e) {
            resources.closeAll(e);
            throw e;
        }
    }

    private Replica take(TargetSettings settings, int port) throws IOException {
        Path own = own(settings.directory());
        // Others may rename the folder, so lock, staging and trash are addressed through the open directory.
        DirectoryHandle held = DirectoryHandle.below(settings.directory(), TreePath.OWN);
        taken.push(held);
        taken.push(DirectoryLock.take(settings.directory(), held.at("lock"), port));
        Disk disk = new SystemDisk(settings.directory());
        taken.push(disk);
        DiskReserve reserve = new DiskReserve(settings.directory(), held.at("reserve"));
        reserve.prepare();
        Index index = settings.isDurable() ? Index.openDurable(own.resolve("index.db")) : Index.open(own.resolve("index.db"));
        taken.push(index);
        return new Replica(settings, index, new Staging(held.at("staging"),
                new StagingQuota(settings.value(Property.TARGET_MAX_STAGING), settings.value(Property.TARGET_MAX_UPLOADS))), held.path(), disk, reserve, this);
    }

    /** The real path of the directory, which is created if it does not exist. */
    private static Path directory(Path configured) throws IOException {
        try {
            if (!Files.isDirectory(configured)) {
                if (Files.exists(configured, LinkOption.NOFOLLOW_LINKS)) {
                    throw new NotDirectoryException(configured.toString());
                }
                Files.createDirectories(configured);
            }
            return configured.toRealPath();
        } catch (NotDirectoryException e) {
            throw new IOException(configured + " cannot be the target's directory: it is a file or a broken link. "
                    + "Remove it, or configure another directory", e);
        } catch (IOException e) {
            throw new IOException(configured + " cannot be created: " + WriteFault.reason(e)
                    + ". Make it and give it to this user, or name another directory", e);
        }
    }

    /** Creates Bactrian's own folder in the root if necessary, without changing the root's time. */
    private static Path own(Path root) throws IOException {
        Path own = root.resolve(TreePath.OWN);
        Stat before = Stat.of(root).orElseThrow();
        try {
            Stat stat = Stat.of(own).orElse(null);
            if (stat == null) {
                Files.createDirectory(own, Posix.made(OWNER_ONLY));
                Posix.modified(root, before.modified());
            } else if (stat.kind() != Stat.Kind.DIRECTORY) {
                throw new IOException(own + " is not a directory: remove it, then restart");
            } else if (stat.mode() != OWNER_ONLY) {
                Posix.mode(own, OWNER_ONLY);
            }
            return own;
        } catch (FileSystemException e) {
            throw new IOException(root + " cannot be written: " + WriteFault.reason(e)
                    + ". Give it to this user, or name another directory", e);
        }
    }

    private void closeAll(Exception cause) {
        try {
            close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        while (!taken.isEmpty()) {
            try {
                taken.pop().close();
            } catch (Exception e) {
                first = first == null ? new IOException("the replica could not be closed cleanly: " + e.getMessage(), e)
                        : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
