package io.bactrian.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;

import com.sun.jna.LastErrorException;

/**
 * An open directory. Operations below it happen in that directory wherever its path leads by then, so replacing a
 * directory by a link has no effect. On Linux an open directory has the name {@code /proc/self/fd/N}, which can be used
 * as the beginning of a path. Where that is not available (macOS, no native library, no {@code /proc}), the directory's
 * own path is used, which guarantees less. Thread-safe; must not be used after it was closed.
 */
public final class DirectoryHandle implements AutoCloseable {
    private final Path path;
    private final int descriptor;

    private DirectoryHandle(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /**
     * Opens a directory. Its parents may be links, the directory itself may not.
     *
     * @throws NoSuchFileException if nothing is there
     * @throws NotDirectoryException if it is something else
     */
    public static DirectoryHandle of(Path directory) throws IOException {
        return isAvailable() ? open(LibC.AT_FDCWD, directory.toString(), directory) : checked(directory);
    }

    /** Opens a child directory; throws as {@link #of}. */
    public DirectoryHandle child(String name) throws IOException {
        return isOpen() ? open(descriptor, name, at(name)) : checked(at(name));
    }

    /** Opens a directory below a root, each within its parent; throws as {@link #of}. */
    public static DirectoryHandle below(Path root, String path) throws IOException {
        DirectoryHandle handle = of(root);
        for (String name : path.isEmpty() ? new String[0] : path.split("/")) {
            try (DirectoryHandle above = handle) {
                handle = above.child(name);
            }
        }
        return handle;
    }

    /** Whether directories can really be held open on this system. */
    static boolean isAvailable() {
        return Descriptors.AVAILABLE;
    }

    /** Refers to whatever is at a path without opening it (O_PATH). Only if {@link #isAvailable}. */
    static DirectoryHandle ofAnything(Path path) throws IOException {
        return open(LibC.AT_FDCWD, path.toString(), path, LibC.O_NOFOLLOW);
    }

    /** The type of the file. */
    Stat.Kind kind() throws IOException {
        return Stat.followedKind(path);
    }

    private static DirectoryHandle open(int above, String name, Path shown) throws IOException {
        return open(above, name, shown, LibC.O_DIRECTORY | LibC.O_NOFOLLOW);
    }

    private static DirectoryHandle open(int above, String name, Path shown, int flags) throws IOException {
        try {
            int opened = LibC.openat(above, CLibrary.text(name), flags | LibC.O_PATH | LibC.O_CLOEXEC, 0);
            return new DirectoryHandle(Descriptors.PLACE.resolve(Integer.toString(opened)), opened);
        } catch (LastErrorException e) {
            throw e.getErrorCode() == LibC.ENOTDIR || e.getErrorCode() == LibC.ELOOP
                    ? new NotDirectoryException(shown.toString()) : CLibrary.fault(shown, e);
        }
    }

    /** Where directories cannot be held open: a path that leads to a directory at the moment. */
    static DirectoryHandle checked(Path directory) throws IOException {
        Stat stat = Stat.of(directory).orElseThrow(() -> new NoSuchFileException(directory.toString()));
        if (stat.kind() != Stat.Kind.DIRECTORY) {
            throw new NotDirectoryException(directory.toString());
        }
        return new DirectoryHandle(directory, -1);
    }

    /** Whether the directory is really held open. */
    public boolean isOpen() {
        return descriptor >= 0;
    }

    /** The file descriptor, if it {@link #isOpen}. */
    public int descriptor() {
        return descriptor;
    }

    /** The path of the directory itself; a link to be followed if it {@link #isOpen}. */
    public Path path() {
        return path;
    }

    /** The path of a name in the directory. */
    public Path at(String name) {
        return path.resolve(name);
    }

    /** The stat of the directory itself. */
    public Stat stat() throws IOException {
        return isOpen() ? Stat.followed(path)
                : Stat.of(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    /** Identifies the directory independently of its path. */
    record Identity(long device, long inode) {
    }

    Identity identity() throws IOException {
        Map<String, Object> is = isOpen() ? Files.readAttributes(path, "unix:dev,ino")
                : Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
        return new Identity((Long) is.get("dev"), (Long) is.get("ino"));
    }

    @Override
    public void close() {
        if (isOpen()) {
            LibC.close(descriptor);
        }
    }

    /** The directory with the names of open files. */
    private static final class Descriptors {
        static final Path PLACE = place();
        static final boolean AVAILABLE = isAvailable();

        /** In it the process may have another id than it knows itself. */
        private static Path place() {
            try {
                return Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/self"))).resolve("fd");
            } catch (IOException | RuntimeException e) {
                return Path.of("/proc/self/fd");
            }
        }

        private static boolean isAvailable() {
            if (!LibC.AVAILABLE) {
                return false;
            }
            try (DirectoryHandle root = open(LibC.AT_FDCWD, "/", Path.of("/"), LibC.O_DIRECTORY)) {
                return Files.isSameFile(root.path, Path.of("/"));
            } catch (IOException e) {
                return false;
            }
        }
    }
}
