package io.bactrian.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many files this process may have open at the same time, and whether these are enough for anything to work. */
final class OpenFiles {
    /** What the JVM, the routes and the server take on two processors, and as much again as a mirror needs to work slowly. */
    static final int LEAST = 64;

    private static final Pattern LIMIT = Pattern.compile("Max open files +(\\d{1,9}) .*", Pattern.DOTALL);
    private static final String REMEDY = "raise the limit (ulimit -n 1024 before it is started, or LimitNOFILE=1024 of a systemd "
            + "service; more on a machine of many processors)";

    private OpenFiles() {
    }

    /** Why nothing would work with so few, in words for a person. */
    static Optional<String> trouble() {
        try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.map(LIMIT::matcher).filter(Matcher::matches).map(line -> Integer.parseInt(line.group(1)))
                    .filter(most -> most < LEAST).findFirst().map(most -> "at most " + most
                            + " files may be open at the same time, and it takes " + LEAST + " or more: " + REMEDY);
        } catch (IOException e) {
            // No such system: a fault tells
            return Optional.empty();
        }
    }

    /** The same, if this is the fault of somebody who met the limit. */
    static Optional<String> trouble(Throwable fault) {
        return String.valueOf(fault.getMessage()).contains("Too many open files")
                ? Optional.of("too many files are open: " + REMEDY) : Optional.empty();
    }
}
