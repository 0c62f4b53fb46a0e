package io.bactrian.tree;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * The path from a root directory down to the current position of a walk. Only the nearest directories are held open,
 * however deep the tree is, because the number of open files is limited. When the walk returns to one that was closed,
 * it is reopened through its parents without following links, and must be the same directory as before. For one thread.
 */
public final class DirectoryStack implements AutoCloseable {
    /** Maximum number of open directories besides the root. */
    private static final int MOST = 64;
    /** Number of directories that are reopened together, since the walk will return to their parents, too. */
    private static final int REOPENED = 32;

    private final DirectoryHandle top;
    private final List<Step> steps = new ArrayList<>();

    /** One directory of the path. While it is closed, its device and inode are known. */
    private static final class Step {
        private final String name;
        private DirectoryHandle handle;
        private DirectoryHandle.Identity identity;

        Step(String name, DirectoryHandle handle) {
            this.name = name;
            this.handle = handle;
        }

        boolean isOpen() {
            return handle != null;
        }

        void shut() throws IOException {
            identity = handle.identity();
            close();
        }

        void check() throws IOException {
            if (!handle.identity().equals(identity)) {
                throw new NoSuchFileException(name, null, "it was replaced by another directory");
            }
        }

        void close() {
            handle.close();
            handle = null;
        }
    }

    /** Begins in a directory, which remains the caller's to close. */
    public DirectoryStack(DirectoryHandle top) {
        this.top = top;
    }

    /**
     * The current directory; must not be kept when the walk goes on.
     *
     * @throws NoSuchFileException if it had to be reopened and is gone or was replaced
     */
    public DirectoryHandle here() throws IOException {
        if (steps.isEmpty()) {
            return top;
        }
        if (!last().isOpen()) {
            reopen();
        }
        return last().handle;
    }

    /** Enters a child of the current directory; throws as {@link DirectoryHandle#child}. */
    public void enter(String name) throws IOException {
        DirectoryHandle below = here().child(name);
        try {
            int far = steps.size() - MOST;
            if (far >= 0 && steps.get(far).isOpen()) {
                steps.get(far).shut();
            }
        } catch (IOException | RuntimeException e) {
            below.close();
            throw e;
        }
        steps.add(new Step(name, below));
    }

    /** Returns to the parent directory. */
    public void leave() {
        Step left = steps.remove(steps.size() - 1);
        if (left.isOpen()) {
            left.close();
        }
    }

    private Step last() {
        return steps.get(steps.size() - 1);
    }

    /** Reopens directories. All of the path are closed then, since the open ones are always the nearest. */
    private void reopen() throws IOException {
        int passed = steps.size() - REOPENED;
        DirectoryHandle above = top;
        try {
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                step.handle = above.child(step.name);
                if (i > 0 && i <= passed) {
                    steps.get(i - 1).close();
                }
                above = step.handle;
                if (i >= passed) {
                    step.check();
                }
            }
        } catch (IOException | RuntimeException e) {
            steps.stream().filter(Step::isOpen).forEach(Step::close);
            throw e;
        }
    }

    /** Closes all directories except the root. */
    @Override
    public void close() {
        while (!steps.isEmpty()) {
            leave();
        }
    }
}
