package io.bactrian.tree;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * The way from a directory down to where a walk is. Only the nearest directories are held open, however deep that is: a
 * process may open few files. One that the walk returns to is opened again, by its name through those above it and
 * through no link, and has to be the directory that it was. For one thread.
 */
public final class DirectoryStack implements AutoCloseable {
    /** Directories held open at the same time, beside the one at the top. */
    private static final int MOST = 64;
    /** So many are opened again together, for the walk will return to those above, too. */
    private static final int AGAIN = 32;

    private final DirectoryHandle top;
    private final List<Step> steps = new ArrayList<>();

    /** One directory below another; while it is not held open, its device and inode are known. */
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
                throw new NoSuchFileException(name, null, "another directory was put in its place meanwhile");
            }
        }

        void close() {
            handle.close();
            handle = null;
        }
    }

    /** Begins in a directory, which stays the caller's to close. */
    public DirectoryStack(DirectoryHandle top) {
        this.top = top;
    }

    /**
     * The directory in which the walk is; not to be kept when it goes on.
     *
     * @throws NoSuchFileException if it had to be opened again, and is not there any more or is another one
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

    /** Goes into a directory of the one in which the walk is; throws as {@link DirectoryHandle#child}. */
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

    /** Goes back to the directory above. */
    public void leave() {
        Step left = steps.remove(steps.size() - 1);
        if (left.isOpen()) {
            left.close();
        }
    }

    private Step last() {
        return steps.get(steps.size() - 1);
    }

    /** All of them are closed, for those that are open are the nearest ones. */
    private void reopen() throws IOException {
        int passed = steps.size() - AGAIN;
        DirectoryHandle above = top;
        boolean done = false;
        try {
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                try {
                    step.handle = above.child(step.name);
                } finally {
                    if (i > 0 && i <= passed) {
                        steps.get(i - 1).close();
                    }
                }
                above = step.handle;
                if (i >= passed) {
                    step.check();
                }
            }
            done = true;
        } finally {
            if (!done) {
                steps.stream().filter(Step::isOpen).forEach(Step::close);
            }
        }
    }

    /** Closes all but the one at the top. */
    @Override
    public void close() {
        while (!steps.isEmpty()) {
            leave();
        }
    }
}
