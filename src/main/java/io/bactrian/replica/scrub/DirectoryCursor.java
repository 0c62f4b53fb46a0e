package io.bactrian.replica.scrub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

import io.bactrian.replica.scan.ReplicaScan;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.DirectoryStack;
import io.bactrian.tree.TreePath;

/**
 * A position in the replica: an open directory, reached without following links, from which a walk goes on. A link that
 * somebody puts in the place of a parent has no effect. For one thread.
 */
final class DirectoryCursor implements AutoCloseable {
    private final Path root;
    private Optional<DirectoryHandle> top = Optional.empty();
    private DirectoryStack stack;
    private int depth;

    DirectoryCursor(Path root) {
        this.root = root;
    }

    /**
     * Enters the root, or a child of the current directory, until {@link #leave}. Returns false if it is no directory
     * any more.
     */
    boolean enter(String path) throws IOException {
        if (path.isEmpty()) {
            top = Optional.of(ReplicaScan.top(root));
            stack = new DirectoryStack(top.get());
        } else if (!isEntered(TreePath.name(path))) {
            return false;
        }
        depth++;
        return true;
    }

    private boolean isEntered(String name) throws IOException {
        try {
            stack.enter(name);
            return true;
        } catch (NoSuchFileException | NotDirectoryException e) {
            return false;
        }
    }

    /** The current directory. */
    DirectoryHandle here() throws IOException {
        return stack.here();
    }

    /** Returns to the parent. */
    void leave() {
        if (--depth == 0) {
            close();
        } else {
            stack.leave();
        }
    }

    /** The place of a path whose parent is the current directory, or of the root. */
    Path at(String path) throws IOException {
        return path.isEmpty() ? root : here().at(TreePath.name(path));
    }

    /** Whether the current directory is still at its path; false if that cannot be determined. */
    boolean isStill(String path) {
        if (path.isEmpty()) {
            return true;
        }
        Path parent = root.resolve(TreePath.parent(path));
        if (TreePath.isTooLong(parent)) {
            return isStillFarBelow(TreePath.parent(path));
        }
        try {
            return !here().isOpen() || Files.isDirectory(parent) && Files.isSameFile(parent, here().path());
        } catch (IOException e) {
            return false;
        }
    }

    /** Checks by opening all parents, because the system accepts no path of that length. */
    private boolean isStillFarBelow(String directory) {
        try (DirectoryHandle now = DirectoryHandle.below(root, directory)) {
            return !here().isOpen() || Files.isSameFile(now.path(), here().path());
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        if (stack != null) {
            stack.close();
        }
        top.ifPresent(DirectoryHandle::close);
        top = Optional.empty();
        depth = 0;
    }
}
