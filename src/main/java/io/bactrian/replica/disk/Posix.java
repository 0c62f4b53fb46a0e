package io.bactrian.replica.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import com.sun.jna.LastErrorException;
import com.sun.jna.Platform;
import io.bactrian.tree.CLibrary;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.Time;

/**
 * File operations that Java does less exactly than the operating system: Java sets a link's time to the microsecond
 * only, and drops doubled and trailing slashes of a link's target. Falls back to Java where the C library cannot be
 * called. Stateless.
 */
public final class Posix {
    private static final int ALL_MODES = 0777;
    private static final int UMASK = umask();
    private static final Map<Integer, FileAttribute<Set<PosixFilePermission>>> MADE = new ConcurrentHashMap<>();

    private Posix() {
    }

    /** Sets the modification time of an open directory. */
    public static void modified(DirectoryHandle directory, Time time) throws IOException {
        if (directory.isOpen()) {
            modified(directory.path(), time, 0);
        } else {
            modified(directory.path(), time);
        }
    }

    /** Sets the twelve permission bits of an open directory. */
    public static void mode(DirectoryHandle directory, int mode) throws IOException {
        if (directory.isOpen()) {
            call(directory.path(), () -> LibC.chmod(CLibrary.text(directory.path().toString()), mode));
        } else {
            mode(directory.path(), mode);
        }
    }

    /** Sets the modification time in nanoseconds; of a link itself, not of its target. */
    public static void modified(Path path, Time time) throws IOException {
        if (LibC.AVAILABLE) {
            modified(path, time, LibC.AT_SYMLINK_NOFOLLOW);
            return;
        }
        LinkOption[] options = Files.isSymbolicLink(path) ? new LinkOption[] {LinkOption.NOFOLLOW_LINKS}
                : new LinkOption[0];
        Files.getFileAttributeView(path, BasicFileAttributeView.class, options)
                .setTimes(FileTime.from(Instant.ofEpochSecond(time.seconds(), time.nanos())), null, null);
    }

    private static void modified(Path path, Time time, int flags) throws IOException {
        long[] times = {0, LibC.UTIME_OMIT, time.seconds(), time.nanos()};
        call(path, () -> LibC.utimensat(LibC.AT_FDCWD, CLibrary.text(path.toString()), times, flags));
    }

    /** Sets the twelve permission bits of a file or directory; does not follow a link. */
    public static void mode(Path path, int mode) throws IOException {
        if (LibC.AVAILABLE) {
            call(path, () -> {
                try {
                    LibC.fchmodat(LibC.AT_FDCWD, CLibrary.text(path.toString()), mode, LibC.AT_SYMLINK_NOFOLLOW);
                } catch (LastErrorException e) {
                    // C libraries and kernels from before 2020 do not support AT_SYMLINK_NOFOLLOW here.
                    if (Files.isSymbolicLink(path) || e.getErrorCode() == CLibrary.ENOENT
                            || e.getErrorCode() == CLibrary.EACCES) {
                        throw e;
                    }
                    LibC.chmod(CLibrary.text(path.toString()), mode);
                }
            });
        } else {
            Files.setAttribute(path, "unix:mode", mode);
        }
    }

    /** Whether a file can be created with this mode directly, because the umask clears none of its bits. */
    public static boolean canMake(int mode) {
        return (mode & (UMASK | ~ALL_MODES)) == 0;
    }

    /** The attribute to create a file or directory with a mode; exact if it {@link #canMake}. */
    public static FileAttribute<Set<PosixFilePermission>> made(int mode) {
        return MADE.computeIfAbsent(mode, bits -> {
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            for (PosixFilePermission permission : PosixFilePermission.values()) {
                // The enum constants are ordered from OWNER_READ, the highest bit, to OTHERS_EXECUTE, the lowest.
                if ((bits & 0400 >> permission.ordinal()) != 0) {
                    permissions.add(permission);
                }
            }
            return PosixFilePermissions.asFileAttribute(permissions);
        });
    }

    /** The process's umask; all bits where it is unknown, so that no mode can be created directly. */
    private static int umask() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("Umask:")).findFirst()
                    .map(line -> Integer.parseInt(line.substring(6).strip(), 8)).orElse(ALL_MODES);
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return ALL_MODES;
        }
    }

    /** Creates a symbolic link with exactly this target. */
    public static void link(Path path, String target) throws IOException {
        if (LibC.AVAILABLE) {
            call(path, () -> LibC.symlink(CLibrary.text(target), CLibrary.text(path.toString())));
        } else if (Path.of(target).toString().equals(target)) {
            Files.createSymbolicLink(path, Path.of(target));
        } else {
            throw new FileSystemException(path.toString(), null, "Java alone cannot create a link with exactly this target:"
                    + " allow it to load native libraries (jna)");
        }
    }

    /**
     * Moves what is at each path to the next, and the last to the first. Two entries are exchanged in one step where
     * the system supports that. Otherwise one of them is at the unused temporary path for a moment, and stays there if
     * the process dies.
     */
    public static void turn(List<Path> paths, Path temporary) throws IOException {
        if (paths.size() > 2 || !Renameat2.AVAILABLE || !Renameat2.exchanged(paths.get(0), paths.get(1))) {
            turnBy(temporary, paths);
        }
    }

    /** As {@link #turn}, always by the temporary path. */
    public static void turnBy(Path temporary, List<Path> paths) throws IOException {
        List<Path> way = new ArrayList<>(paths);
        way.add(0, temporary);
        way.add(temporary);
        int at = way.size() - 1;
        try {
            // From the end, so that each moves to a place that was just vacated.
            while (at > 0) {
                Files.move(way.get(at - 1), way.get(at), StandardCopyOption.ATOMIC_MOVE);
                at--;
            }
        } catch (IOException e) {
            while (++at < way.size()) {
                Files.move(way.get(at), way.get(at - 1), StandardCopyOption.ATOMIC_MOVE);
            }
            throw e;
        }
    }

    private interface Call {
        void run() throws LastErrorException;
    }

    private static void call(Path path, Call call) throws IOException {
        try {
            call.run();
        } catch (LastErrorException e) {
            throw CLibrary.fault(path, e);
        }
    }

    /** The C library, loaded on first use. */
    private static final class LibC {
        static final boolean AVAILABLE = CLibrary.load(LibC.class);
        static final int AT_FDCWD = Platform.isMac() ? -2 : -100;
        static final int AT_SYMLINK_NOFOLLOW = Platform.isMac() ? 0x20 : 0x100;
        static final long UTIME_OMIT = Platform.isMac() ? -2 : (1L << 30) - 2;

        static native int utimensat(int directory, byte[] path, long[] times, int flags) throws LastErrorException;

        static native int fchmodat(int directory, byte[] path, int mode, int flags) throws LastErrorException;

        static native int chmod(byte[] path, int mode) throws LastErrorException;

        static native int symlink(byte[] target, byte[] path) throws LastErrorException;
    }

    /** Separate, so that a C library without this function (musl, macOS) still provides the others. */
    private static final class Renameat2 {
        static final boolean AVAILABLE = Platform.isLinux() && CLibrary.load(Renameat2.class);
        static final int EXCHANGE = 2;

        static native int renameat2(int from, byte[] one, int to, byte[] other, int flags) throws LastErrorException;

        /**
         * Returns false if the file system does not support it (EINVAL, ENOSYS), or on any other error, which the
         * fallback then meets again.
         */
        static boolean exchanged(Path one, Path other) {
            try {
                return renameat2(LibC.AT_FDCWD, CLibrary.text(one.toString()), LibC.AT_FDCWD, CLibrary.text(other.toString()),
                        EXCHANGE) == 0;
            } catch (LastErrorException e) {
                return false;
            }
        }
    }
}
