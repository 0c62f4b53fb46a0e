package io.bactrian.watch;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Explains why a directory cannot be watched, and what to do about it. */
final class WatchFailure {

    private WatchFailure() {
    }

    static String of(Path directory, IOException cause) {
        return "changes in " + directory + " are not seen: " + reason(cause);
    }

    private static String reason(IOException cause) {
        String message = String.valueOf(cause.getMessage());
        // The JDK distinguishes the two limits only by the message
        if (message.contains("inotify watches")) {
            return "the limit of watched directories is reached; raise it, for example with "
                    + "sysctl fs.inotify.max_user_watches=1048576";
        }
        if (message.contains("inotify instances")) {
            return "the limit of watchers or of open files is reached; raise it, for example with "
                    + "sysctl fs.inotify.max_user_instances=1024, or see ulimit -n";
        }
        if (cause instanceof NoSuchFileException) {
            return "it does not exist; create or mount it";
        }
        if (cause instanceof NotDirectoryException) {
            return "it is not a directory";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied; grant read access to it";
        }
        return cause.getClass().getSimpleName() + ": " + message;
    }
}
