package io.bactrian.tree;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;

import com.sun.jna.LastErrorException;
import com.sun.jna.Platform;

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
        return LibC.AVAILABLE ? open(LibC.AT_FDCWD, directory.toString(), directory) : checked(directory);
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
        return LibC.AVAILABLE;
    }

    /** Refers to whatever is at a path without opening it (O_PATH). Only if {@link #isAvailable}. */
    static DirectoryHandle ofAnything(Path path) throws IOException {
        int opened = LibC.open(LibC.AT_FDCWD, path.toString(), path, LibC.O_PATH | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        return new DirectoryHandle(LibC.DESCRIPTORS.resolve(Integer.toString(opened)), opened);
    }

    /** The type of the file. */
    Stat.Kind kind() throws IOException {
        return Stat.followedKind(path);
    }

    private static DirectoryHandle open(int above, String name, Path shown) throws IOException {
        int opened = LibC.open(above, name, shown, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        return new DirectoryHandle(LibC.DESCRIPTORS.resolve(Integer.toString(opened)), opened);
    }

    private static DirectoryHandle checked(Path directory) throws IOException {
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

    /** The C library, loaded on first use. */
    private static final class LibC {
        static final int AT_FDCWD = -100;
        private static final int O_PATH = 010000000;
        private static final int O_CLOEXEC = 02000000;
        private static final int O_DIRECTORY = Platform.isARM() ? 040000 : 0200000;
        private static final int O_NOFOLLOW = Platform.isARM() ? 0100000 : 0400000;
        private static final int ENOENT = 2;
        private static final int EACCES = 13;
        private static final int ENOTDIR = 20;
        private static final int ELOOP = 40;

        /** The directory with the names of open files. In it the process may have another id than it knows itself. */
        static final Path DESCRIPTORS = descriptors();
        static final boolean AVAILABLE = load();

        static native int openat(int directory, byte[] name, int flags, int mode) throws LastErrorException;

        static native int close(int file);

        static int open(int above, String name, Path shown, int flags) throws IOException {
            try {
                return openat(above, CLibrary.text(name), flags, 0);
            } catch (LastErrorException e) {
                throw switch (e.getErrorCode()) {
                    case ENOENT -> new NoSuchFileException(shown.toString());
                    case ENOTDIR, ELOOP -> new NotDirectoryException(shown.toString());
                    case EACCES -> new AccessDeniedException(shown.toString());
                    default -> new FileSystemException(shown.toString(), null, e.getMessage().replaceFirst("^\\[\\d+] ", ""));
                };
            }
        }

        private static Path descriptors() {
            try {
                return Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/self"))).resolve("fd");
            } catch (IOException | RuntimeException e) {
                return Path.of("/proc/self/fd");
            }
        }

        private static boolean load() {
            if (!CLibrary.hasKnownFlags() || !CLibrary.load(LibC.class)) {
                return false;
            }
            try {
                int root = open(AT_FDCWD, "/", Path.of("/"), O_PATH | O_DIRECTORY | O_CLOEXEC);
                try {
                    return Files.isSameFile(DESCRIPTORS.resolve(Integer.toString(root)), Path.of("/"));
                } finally {
                    close(root);
                }
            } catch (IOException e) {
                return false;
            }
        }
    }
}
