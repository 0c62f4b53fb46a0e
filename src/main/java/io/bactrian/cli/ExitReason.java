package io.bactrian.cli;

import io.bactrian.fault.Faults;
import io.bactrian.settings.InvalidSettingException;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/**
 * Why the process ends, in one line for people.
 *
 * @param code exit code of the process
 */
record ExitReason(int code, String why) {

    /** Finds the root cause of an exception, without the wrappers added by other layers. */
    static ExitReason of(Throwable fault) {
        List<Throwable> chain = Faults.causes(fault).toList();
        Optional<InvalidSettingException> misconfigured = Faults.find(fault, InvalidSettingException.class);
        if (misconfigured.isPresent()) {
            return new ExitReason(Bactrian.USAGE, misconfigured.get().getMessage());
        }
        Throwable telling = chain.stream().filter(t -> !isWrapping(t)).findFirst()
                .orElse(chain.get(chain.size() - 1));
        return new ExitReason(Bactrian.FAILED, chain.stream().flatMap(t -> OpenFiles.trouble(t).stream()).findFirst()
                .orElseGet(() -> text(telling)));
    }

    /** Camel wraps an exception several times to say which of its parts failed; the cause is what matters. */
    private static boolean isWrapping(Throwable t) {
        StackTraceElement[] trace = t.getStackTrace();
        return t instanceof InvocationTargetException || t.getClass().getName().startsWith("org.apache.camel.")
                || trace.length > 0 && trace[0].getClassName().startsWith("org.apache.camel.")
                || t.getCause() != null && t.getCause().toString().equals(t.getMessage());
    }

    private static String text(Throwable t) {
        String message = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
        if (t instanceof AccessDeniedException) {
            return "permission denied: " + message;
        }
        if (t instanceof NoSuchFileException) {
            return "does not exist: " + message;
        }
        if (t instanceof UnsatisfiedLinkError) {
            return "a native library cannot be loaded: " + NativeLibraries.directory()
                    + " may be full or mounted noexec; choose another directory with "
                    + "-Djava.io.tmpdir=DIR";
        }
        return t instanceof FileAlreadyExistsException ? message + " exists already and is of another type" : message;
    }

    /** Prints the line and returns the code. */
    int print(PrintWriter err) {
        err.println("bactrian: " + Logging.printable(why));
        err.flush();
        return code;
    }
}
