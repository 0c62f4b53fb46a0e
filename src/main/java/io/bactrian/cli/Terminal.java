package io.bactrian.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person sees stderr as it is written. Stateless. */
final class Terminal {
    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private Terminal() {
    }

    static boolean isThere() {
        try {
            // System.console() looks at stdin and stdout, and from Java 22 on it is always there
            return Files.isSymbolicLink(STDERR)
                    ? Files.readSymbolicLink(STDERR).toString().matches("/dev/(pts/|tty|console).*")
                    : System.console() != null;
        } catch (IOException e) {
            return false;
        }
    }
}
