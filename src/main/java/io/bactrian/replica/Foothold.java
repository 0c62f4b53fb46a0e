package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

import io.bactrian.tree.Handle;
import io.bactrian.tree.TreePath;

/**
 * Where somebody looks in a replica: a directory that is held open, so that nobody leads him out of it by a link in the
 * place of one above. For one thread.
 */
final class Foothold {
    private final Path root;
    private final Deque<Optional<Handle>> above = new ArrayDeque<>();
    private Handle here;

    Foothold(Path root) {
        this.root = root;
    }

    /**
     * Goes into the root, or into a directory of the one in which it is, until {@link #leave}; tells whether it could,
     * for something else may be there by now.
     */
    boolean enter(String path) throws IOException {
        Handle directory = path.isEmpty() ? Walk.top(root) : open(path);
        if (directory != null) {
            above.push(Optional.ofNullable(here));
            here = directory;
        }
        return directory != null;
    }

    /** The directory in which it is. */
    Handle here() {
        return here;
    }

    /** Goes back to where it was before. */
    void leave() {
        here.close();
        here = above.pop().orElse(null);
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
