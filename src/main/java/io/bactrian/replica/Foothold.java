package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

import io.bactrian.tree.Handle;
import io.bactrian.tree.TreePath;

/**
 * Where somebody looks in a replica: a directory that is held open, so that nobody leads him out of it by a link in the
 * place of one above. For one thread.
 */
final class Foothold {
    private final Path root;
    private Handle here;

    Foothold(Path root) {
        this.root = root;
    }

    /** What is done in a directory. */
    interface Step {
        void in(Handle directory) throws IOException;
    }

    /** Goes into the root, or into a directory of the one in which it is, and back; not if something else is there by now. */
    void enter(String path, Step step) throws IOException {
        Handle above = here;
        try (Handle directory = path.isEmpty() ? Walk.top(root) : open(path)) {
            if (directory != null) {
                here = directory;
                step.in(directory);
            }
        } finally {
            here = above;
        }
    }

    private Handle open(String path) throws IOException {
        try {
            return here.child(TreePath.name(path));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return null;
        }
    }

    /** A path in the directory in which it is, or the root itself. */
    Path at(String path) {
        return path.isEmpty() ? root : here.at(TreePath.name(path));
    }

    /** Whether the directory in which it is still has its path. */
    boolean isStill(String path) throws IOException {
        Path parent = path.isEmpty() ? root : root.resolve(TreePath.parent(path));
        return path.isEmpty() || !here.isOpen() || Files.isDirectory(parent) && Files.isSameFile(parent, here.path());
    }
}
