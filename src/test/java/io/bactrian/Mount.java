package io.bactrian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system that is mounted at a place of its own, and changed while it is used. Needs root. */
public final class Mount implements AutoCloseable {
    private final Path root;

    private Mount(Path root) {
        this.root = root;
    }

    /** Whether this user may mount. */
    public static boolean isPossible() {
        try (OwnDirectory place = OwnDirectory.make(); Mount mount = memory(place.path(), "size=1m")) {
            return Files.isDirectory(mount.root);
        } catch (IOException | AssertionError | java.io.UncheckedIOException e) {
            return false;
        }
    }

    /** In memory, with these options of tmpfs. */
    public static Mount memory(Path root, String options) throws IOException {
        Files.createDirectories(root);
        Tools.run("mount", "-t", "tmpfs", "-o", options + ",mode=755", "bactrian-test", root.toString());
        return new Mount(root);
    }

    /** What is in another directory. */
    static Mount of(Path root, Path directory) throws IOException {
        Files.createDirectories(root);
        Tools.run("mount", "--bind", directory.toString(), root.toString());
        return new Mount(root);
    }

    Path root() {
        return root;
    }

    /** Gives it other options. */
    void change(String options) {
        Tools.run("mount", "-o", "remount," + options, root.toString());
    }

    /** Takes it away from under those who use it. */
    void unmount() {
        Tools.run("umount", "-l", root.toString());
    }

    @Override
    public void close() {
        Tools.succeeds("umount", "-l", root.toString());
    }
}
