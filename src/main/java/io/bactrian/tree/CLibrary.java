package io.bactrian.tree;

import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/** Shared code of all classes that call C library functions missing in Java. Stateless. */
public final class CLibrary {
    /** Error numbers; the same on all systems. */
    public static final int ENOENT = 2;
    public static final int EACCES = 13;

    private CLibrary() {
    }

    /**
     * Binds the native methods of a class to the C library's functions of the same names.
     *
     * @return whether they can be called; false where Java does not encode file names as UTF-8, so that the two would
     *         disagree on names, and where a C long, as in a timespec, does not have 64 bits
     */
    public static boolean load(Class<?> functions) {
        return load(functions, Platform.C_LIBRARY_NAME);
    }

    /** As {@link #load(Class)}, with another library. */
    public static boolean load(Class<?> functions, String library) {
        try {
            if (Native.LONG_SIZE != Long.BYTES || !"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
                return false;
            }
            Native.register(functions, library);
            return true;
        } catch (LinkageError | RuntimeException e) {
            return false;
        }
    }

    /**
     * Whether this is Linux on a processor for which the values of flags such as {@code O_DIRECTORY} are known here.
     */
    public static boolean hasKnownFlags() {
        return Platform.isLinux() && (Platform.isIntel() || Platform.isARM());
    }

    /** The exception that Java would throw, with the system's reason. */
    public static FileSystemException fault(Path path, LastErrorException e) {
        return switch (e.getErrorCode()) {
            case ENOENT -> new NoSuchFileException(path.toString());
            case EACCES -> new AccessDeniedException(path.toString());
            default -> new FileSystemException(path.toString(), null, e.getMessage().replaceFirst("^\\[\\d+] ", ""));
        };
    }

    /** A NUL-terminated UTF-8 string. */
    public static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(utf8, utf8.length + 1);
    }
}
