package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.TreePath;

/**
 * A cache of open directories of a replica, each opened within its parent without following links. However deep a path
 * is, only the directories nearest to it are kept open. Thread-safe.
 */
final class OpenDirectories {
    /** Directories kept open, occasionally a few more: some systems allow a process only 256 open files. */
    private static final int MOST = 64;
    /** Parents that are kept open on the way to a directory; the next operation is likely to be near it. */
    private static final int NEAREST = 32;

    private final Path root;
    private final Map<String, DirectoryHandle> handles = new ConcurrentHashMap<>();
    private final Queue<DirectoryHandle> unused = new ConcurrentLinkedQueue<>();

    OpenDirectories(Path root) {
        this.root = root;
    }

    /** The directory, kept open until {@link #release}. */
    DirectoryHandle hold(String directory) throws IOException {
        DirectoryHandle handle = handles.get(directory);
        return handle != null ? handle : open(directory);
    }

    private synchronized DirectoryHandle open(String directory) throws IOException {
        DirectoryHandle handle = handles.get(directory);
        String above = directory;
        while (handle == null && !above.isEmpty()) {
            above = TreePath.parent(above);
            handle = handles.get(above);
        }
        if (handle == null) {
            handle = DirectoryHandle.of(root);
            handles.put(TreePath.ROOT, handle);
        }
        if (above.length() == directory.length()) {
            return handle;
        }
        int end = above.length();
        String[] names = directory.substring(above.isEmpty() ? 0 : end + 1).split("/");
        end -= above.isEmpty() ? 1 : 0;
        try (Way way = new Way(names.length, handle)) {
            for (String name : names) {
                end += 1 + name.length();
                handle = way.step(name, directory, end);
            }
        }
        return handle;
    }

    /** Whether so many are held open that {@link #release} is due. */
    boolean isCrowded() {
        return handles.size() + unused.size() > MOST;
    }

    /** Closes all directories. None may be in use. */
    synchronized void release() {
        forget(TreePath.ROOT);
        for (DirectoryHandle handle = unused.poll(); handle != null; handle = unused.poll()) {
            handle.close();
        }
    }

    /** The path no longer exists; its directory may still be in use. */
    void forget(String path) {
        for (String directory : List.copyOf(handles.keySet())) {
            if (TreePath.isWithin(directory, path)) {
                unused.add(handles.remove(directory));
            }
        }
    }

    /** A path of this many directories, each within the one before. */
    Way way(int length) {
        return new Way(length, null);
    }

    /** Walks down a path. Keeps the last directories open; the others only until the next step. */
    final class Way implements AutoCloseable {
        private DirectoryHandle at;
        private boolean passing;
        private int left;

        private Way(int length, DirectoryHandle from) {
            this.left = length;
            this.at = from;
        }

        /** Enters the next directory, which is in the previous one, or anywhere if it is the first. */
        DirectoryHandle step(String directory) throws IOException {
            if (at == null) {
                left--;
                at = hold(directory);
                return at;
            }
            return step(TreePath.name(directory), directory, directory.length());
        }

        private DirectoryHandle step(String name, String path, int end) throws IOException {
            boolean near = --left < (isCrowded() ? 1 : NEAREST);
            DirectoryHandle held = near ? handles.get(path.substring(0, end)) : null;
            DirectoryHandle next = held == null ? at.child(name) : held;
            close();
            at = next;
            passing = !near;
            if (near && held == null && handles.putIfAbsent(path.substring(0, end), next) != null) {
                unused.add(next);
            }
            return next;
        }

        @Override
        public void close() {
            if (passing) {
                at.close();
                passing = false;
            }
        }
    }
}
