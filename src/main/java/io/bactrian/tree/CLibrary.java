package io.bactrian.tree;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import com.sun.jna.Native;
import com.sun.jna.Platform;

/** What all need that call functions of the C library which Java does not have. Stateless. */
public final class CLibrary {
    private CLibrary() {
    }

    /**
     * Connects the native methods of a class with the C library's functions of these names.
     *
     * @return whether they can be called; not where Java names files otherwise than in UTF-8, so that the two would
     *         disagree on names, nor where a C long, as in a timespec, has not 64 bits
     */
    public static boolean load(Class<?> functions) {
        return load(functions, Platform.C_LIBRARY_NAME);
    }

    /** As {@link #load(Class)}, with another library of this name. */
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

    /** Whether this is Linux on a processor for which flags such as {@code O_DIRECTORY} are known here. */
    public static boolean hasKnownFlags() {
        return Platform.isLinux() && (Platform.isIntel() || Platform.isARM());
    }

    /** A text as C has it, in UTF-8. */
    public static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(utf8, utf8.length + 1);
    }
}
