package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.DirectoryStack;
import io.bactrian.tree.TreePath;

/**
 * Where somebody looks in a replica: a directory that is held open, so that nobody leads him out of it by a link in the
 * place of one above. For one thread.
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
     * Goes into the root, or into a directory of the one in which it is, until {@link #leave}; tells whether it could,
     * for something else may be there by now.
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

    /** The directory in which it is. */
    DirectoryHandle here() throws IOException {
        return stack.here();
    }

    /** Goes back to where it was before. */
    void leave() {
        if (--depth == 0) {
            close();
        } else {
            stack.leave();
        }
    }

    /** A path in the directory in which it is, or the root itself. */
    Path at(String path) throws IOException {
        return path.isEmpty() ? root : here().at(TreePath.name(path));
    }

    /** Whether the directory in which it is still has its path; not, where that cannot be found out. */
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

    /** By the handles of all that is above it, for the system takes no path of that length. */
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
