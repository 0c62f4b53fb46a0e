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
 * Starts this process again, in place, for what no option can change in a running JVM.
 *
 * <p>One is the locale, where Java cannot name all files. On Linux names are bytes, Java decodes them by the locale,
 * and in the POSIX locale (a container, cron, {@code env -i}) that is ASCII. The other is what makes a start fast, if
 * it is {@link Prepared}. The first JVM uses as little of Java as it can, because all of it is done twice.
 */
final class Relaunch {
    /** Set in the process that was started again, so that it does not do so for ever. */
    static final String GUARD = "BACTRIAN_RELAUNCHED";
    static final String LOCALE = "C.UTF-8";

    private Relaunch() {
    }

    /**
     * Returns only if this process is as it should be already, or if that cannot be had. If names cannot be had it
     * says so on stderr.
     *
     * @param arguments those of the command line
     * @param prepared  what makes a start fast
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

    /** The options come first, so that the user's stand above them. */
    static List<byte[]> with(List<byte[]> command, List<String> options) {
        List<byte[]> longer = new ArrayList<>(command.subList(0, 1));
        for (String option : options) {
            longer.add(option.getBytes(StandardCharsets.UTF_8));
        }
        longer.addAll(command.subList(1, command.size()));
        return longer;
    }

    /** {@code execv} keeps the process's id, so that signals still find it. */
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
