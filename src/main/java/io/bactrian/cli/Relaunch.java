package io.bactrian.cli;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.bactrian.tree.Digest;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Restarts this process in place (execv), for settings that a running JVM cannot change.
 * <p>One is the locale, if Java cannot represent all file names. On Linux names are bytes; Java decodes them by the
 * locale, and in the POSIX locale (a container, cron, {@code env -i}) that is ASCII. The other is options for a faster
 * start, if there is a {@link Prepared} cache. The first JVM loads as few classes as possible, because all its work is
 * done twice.
 */
final class Relaunch {
    /** Set in the restarted process to prevent an endless loop. */
    static final String GUARD = "BACTRIAN_RELAUNCHED";
    static final String LOCALE = "C.UTF-8";

    private Relaunch() {
    }

    /**
     * Returns only if no restart is necessary or possible. If file names cannot be represented, it says so on stderr.
     *
     * @param arguments of the command line
     * @param prepared  the start-up cache
     */
    static void ifBetter(String[] arguments, Optional<Prepared> prepared) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        boolean named = hasUtf8Names();
        String why = "the system has no locale " + LOCALE;
        if (System.getenv(GUARD) == null) {
            try {
                List<byte[]> command = split(Files.readAllBytes(Path.of("/proc/self/cmdline")));
                List<String> faster = prepared.isPresent() && JvmOptions.worthwhile(arguments)
                        ? JvmOptions.faster(command, prepared.get().archive(), isQuick(command)) : List.of();
                if (named && faster.isEmpty()) {
                    return;
                }
                why = "execv returned " + exec(with(command, faster), named);
            } catch (IOException | RuntimeException | LinkageError e) {
                why = e.toString();
            }
        }
        if (!named) {
            System.err.println("bactrian: file names that are not plain ASCII will fail, because the locale's encoding is "
                    + System.getProperty("sun.jnu.encoding") + " and could not be changed (" + Logging.printable(why)
                    + "): start with LC_ALL=" + LOCALE);
        }
    }

    private static boolean isQuick(List<byte[]> command) {
        return JvmOptions.isNativeWork(command, System.getenv()) && Digest.isNative();
    }

    private static boolean hasUtf8Names() {
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        return encoding.equals("UTF-8")
                || Charset.isSupported(encoding) && Charset.forName(encoding).equals(StandardCharsets.UTF_8);
    }

    /** Inserts the options first, so that those of the user take precedence. */
    static List<byte[]> with(List<byte[]> command, List<String> options) {
        List<byte[]> longer = new ArrayList<>(command.subList(0, 1));
        for (String option : options) {
            longer.add(option.getBytes(StandardCharsets.UTF_8));
        }
        longer.addAll(command.subList(1, command.size()));
        return longer;
    }

    /** {@code execv} keeps the process id, so signals still reach the process. */
    private static int exec(List<byte[]> command, boolean named) {
        NativeLibrary c = NativeLibrary.getInstance("c");
        Function setenv = c.getFunction("setenv");
        if (!named) {
            setenv.invokeInt(new Object[] {"LC_ALL", LOCALE, 1});
        }
        setenv.invokeInt(new Object[] {GUARD, "1", 1});
        List<Memory> kept = new ArrayList<>();
        Memory pointers = new Memory((command.size() + 1L) * Native.POINTER_SIZE);
        for (int i = 0; i < command.size(); i++) {
            byte[] bytes = command.get(i);
            Memory argument = new Memory(bytes.length + 1L);
            argument.write(0, bytes, 0, bytes.length);
            argument.setByte(bytes.length, (byte) 0);
            kept.add(argument);
            pointers.setPointer((long) i * Native.POINTER_SIZE, argument);
        }
        pointers.setPointer((long) command.size() * Native.POINTER_SIZE, Pointer.NULL);
        int result = c.getFunction("execv").invokeInt(new Object[] {"/proc/self/exe", pointers});
        // without this the arguments may be collected while execv reads them
        Reference.reachabilityFence(kept);
        return result;
    }

    /** The arguments as bytes, because decoded text may be wrong already. */
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
