package io.bactrian.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks that the process may open enough files to work. */
final class OpenFiles {
    /** The JVM, the routes and the server need half of this on two processors; the rest is for a slow mirror. */
    static final int LEAST = 64;

    private static final Pattern LIMIT = Pattern.compile("Max open files +(\\d{1,9}) .*", Pattern.DOTALL);
    private static final String REMEDY = "raise the limit (ulimit -n 1024 before the start, or LimitNOFILE=1024 in a systemd "
            + "service; higher on a machine with many processors)";

    private OpenFiles() {
    }

    /** Why the process cannot work with its limit, for people; empty if it can. */
    static Optional<String> trouble() {
        try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.map(LIMIT::matcher).filter(Matcher::matches).map(line -> Integer.parseInt(line.group(1)))
                    .filter(most -> most < LEAST).findFirst().map(most -> "the limit of open files is " + most
                            + ", but at least " + LEAST + " are needed: " + REMEDY);
        } catch (IOException e) {
            // The limit is unknown on this system
            return Optional.empty();
        }
    }

    /** The same, if the exception was caused by the limit. */
    static Optional<String> trouble(Throwable fault) {
        return String.valueOf(fault.getMessage()).contains("Too many open files")
                ? Optional.of("too many files are open: " + REMEDY) : Optional.empty();
    }
}
