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
 * A directory that is held open, so that what is done below it is done in it, wherever its path leads by then: whoever
 * puts a link in the place of a directory leads nobody astray. On Linux the system names an open directory
 * {@code /proc/self/fd/N}, and a path that begins so can be used like any other. Where that cannot be had (macOS, no
 * native library, no {@code /proc}), the directory's own path has to do, and only says what was there a moment ago.
 * Thread-safe; not to be used once it is closed.
 */
public final class DirectoryHandle implements AutoCloseable {
    private final Path path;
    private final int descriptor;

    private DirectoryHandle(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /**
     * Opens a directory; what is above it may be a link, it may not.
     *
     * @throws NoSuchFileException   if nothing is there
     * @throws NotDirectoryException if it is something else
     */
    public static DirectoryHandle of(Path directory) throws IOException {
        return LibC.AVAILABLE ? open(LibC.AT_FDCWD, directory.toString(), directory) : checked(directory);
    }

    /** Opens a directory in this one; throws as {@link #of}. */
    public DirectoryHandle child(String name) throws IOException {
        return isOpen() ? open(descriptor, name, at(name)) : checked(at(name));
    }

    /** Opens a directory below one, through those between; throws as {@link #of}. */
    public static DirectoryHandle below(Path root, String path) throws IOException {
        DirectoryHandle handle = of(root);
        for (String name : path.isEmpty() ? new String[0] : path.split("/")) {
            try (DirectoryHandle above = handle) {
                handle = above.child(name);
            }
        }
        return handle;
    }

    /** Whether what it is of is really held open. */
    static boolean isAvailable() {
        return LibC.AVAILABLE;
    }

    /** Takes hold of whatever is at a path, without opening it; only where it {@link #isAvailable}. */
    static DirectoryHandle ofAnything(Path path) throws IOException {
        int opened = LibC.open(LibC.AT_FDCWD, path.toString(), path, LibC.O_PATH | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        return new DirectoryHandle(LibC.DESCRIPTORS.resolve(Integer.toString(opened)), opened);
    }

    /** What this is. */
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

    /** Whether it is really held open. */
    public boolean isOpen() {
        return descriptor >= 0;
    }

    /** What the system calls it, if it {@link #isOpen}. */
    public int descriptor() {
        return descriptor;
    }

    /** The directory itself; to be followed if it {@link #isOpen}. */
    public Path path() {
        return path;
    }

    /** A name in it. */
    public Path at(String name) {
        return path.resolve(name);
    }

    /** Looks at the directory itself. */
    public Stat stat() throws IOException {
        return isOpen() ? Stat.followed(path)
                : Stat.of(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    /** Which directory it is, whatever its name. */
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

    /** The C library, loaded at first use. */
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

        /** Where the system names what is open; the process may have another number here than it knows. */
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
