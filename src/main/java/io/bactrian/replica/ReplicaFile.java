package io.bactrian.replica;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

import io.bactrian.index.Index;
import io.bactrian.tree.Digest;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.Entry;
import io.bactrian.tree.SafeOpen;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/** A file of the replica, for reading. Its directory stays open until this is closed. */
public final class ReplicaFile implements AutoCloseable {
    private final DirectoryHandle directory;
    private final Path path;

    private ReplicaFile(DirectoryHandle directory, String name) {
        this.directory = directory;
        this.path = directory.at(name);
    }

    /** The path to open; it must be opened without following links. */
    public Path path() {
        return path;
    }

    /** Finds a file with this content whose stat vouches for it. No parent may be a link. */
    static Optional<ReplicaFile> find(Path root, Index index, Digest digest, long size) throws IOException {
        Optional<Entry.File> entry = index.byDigest(digest, size);
        return entry.isEmpty() ? Optional.empty()
                : find(root, entry.get().path(), stat -> index.vouches(entry.get().path(), stat));
    }

    /** The file at a path, if there is one. */
    static Optional<ReplicaFile> find(Path root, String path) throws IOException {
        return find(root, path, stat -> stat.kind() == Stat.Kind.FILE);
    }

    private static Optional<ReplicaFile> find(Path root, String path, Predicate<Stat> wanted) throws IOException {
        Optional<ReplicaFile> replicaFile = at(root, path);
        if (replicaFile.isPresent() && Stat.of(replicaFile.get().path).filter(wanted).isEmpty()) {
            replicaFile.get().close();
            return Optional.empty();
        }
        return replicaFile;
    }

    private static Optional<ReplicaFile> at(Path root, String path) throws IOException {
        try {
            return Optional.of(new ReplicaFile(DirectoryHandle.below(root, TreePath.parent(path)), TreePath.name(path)));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        }
    }

    /**
     * Opens the file and closes its directory. Empty if it cannot be opened; then its content has to be sent again.
     */
    Optional<FileChannel> open() {
        try (this) {
            return Optional.of(SafeOpen.read(path));
        } catch (IOException e) {
            // Its mode denies its owner access, or it was just removed.
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        directory.close();
    }
}
