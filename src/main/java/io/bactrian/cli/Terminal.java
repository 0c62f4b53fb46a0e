package io.bactrian.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether stderr is a terminal. Stateless. */
final class Terminal {
    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private Terminal() {
    }

    static boolean isThere() {
        try {
            // System.console() checks stdin and stdout, and is never null since Java 22
            return Files.isSymbolicLink(STDERR)
                    ? Files.readSymbolicLink(STDERR).toString().matches("/dev/(pts/|tty|console).*")
                    : System.console() != null;
        } catch (IOException e) {
            return false;
        }
    }
}
