package io.bactrian.cli;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Starts this process again, in place, where Java cannot name all files. On Linux names are bytes, Java decodes
 * them by the locale, and in the POSIX locale (a container, cron, {@code env -i}) that is ASCII. No option
 * changes this in a running JVM; the locale is read before {@code main}.
 */
final class Relaunch {
    /** Set in the process that was started again, so that it does not do so for ever. */
    private static final String GUARD = "BACTRIAN_RELAUNCHED";
    private static final String LOCALE = "C.UTF-8";

    private Relaunch() {
    }

    /** What is asked of the C library; {@code execv} keeps the process's id, so that signals still find it. */
    interface C extends Library {
        int setenv(String name, String value, int overwrite);

        int execv(String path, Pointer arguments);
    }

    /** Returns only if names are UTF-8 already, or if that cannot be had, which it says on stderr. */
    static void withUtf8Names() {
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        if (!System.getProperty("os.name").equals("Linux")
                || Charset.isSupported(encoding) && Charset.forName(encoding).equals(StandardCharsets.UTF_8)) {
            return;
        }
        String why = "the system has no locale " + LOCALE;
        if (System.getenv(GUARD) == null) {
            try {
                why = "execv returned " + exec();
            } catch (IOException | RuntimeException | LinkageError e) {
                why = e.toString();
            }
        }
        System.err.println("bactrian: file names that are not plain ASCII will fail, because the locale's encoding is "
                + encoding + " and could not be changed (" + Logging.printable(why) + "): start with LC_ALL=" + LOCALE);
    }

    private static int exec() throws IOException {
        List<byte[]> arguments = split(Files.readAllBytes(Path.of("/proc/self/cmdline")));
        C c = Native.load("c", C.class);
        c.setenv("LC_ALL", LOCALE, 1);
        c.setenv(GUARD, "1", 1);
        List<Memory> kept = new ArrayList<>();
        Memory pointers = new Memory((arguments.size() + 1L) * Native.POINTER_SIZE);
        for (int i = 0; i < arguments.size(); i++) {
            Memory argument = new Memory(arguments.get(i).length + 1L);
            argument.write(0, arguments.get(i), 0, arguments.get(i).length);
            argument.setByte(arguments.get(i).length, (byte) 0);
            kept.add(argument);
            pointers.setPointer((long) i * Native.POINTER_SIZE, argument);
        }
        pointers.setPointer((long) arguments.size() * Native.POINTER_SIZE, Pointer.NULL);
        int result = c.execv("/proc/self/exe", pointers);
        // without this the arguments may be collected while execv reads them
        Reference.reachabilityFence(kept);
        return result;
    }

    /** The arguments as bytes: as text they would have been decoded wrongly already. */
    static List<byte[]> split(byte[] cmdline) {
        List<byte[]> arguments = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < cmdline.length; i++) {
            if (cmdline[i] == 0) {
                arguments.add(Arrays.copyOfRange(cmdline, start, i));
                start = i + 1;
            }
        }
        return arguments;
    }
}
