package io.bactrian.content;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tests whether a directory is writable by creating a file, because permissions and mount flags do not reveal every
 * obstacle.
 */
public final class WriteProbe {
    private WriteProbe() {
    }

    /** The error that prevents writing; empty if a file could be created and removed again. */
    public static Optional<IOException> hindrance(Path directory) {
        Path probe = directory.resolve("probe-" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        try {
            Files.createFile(probe);
            Files.delete(probe);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    /** Reason and remedy for people, to follow the name of the directory. */
    public static String remedy(IOException hindrance) {
        String reason = hindrance instanceof FileSystemException known && known.getReason() != null ? known.getReason()
                : String.valueOf(hindrance.getMessage());
        if (hindrance instanceof AccessDeniedException) {
            return "it cannot be written: give this user write access to it";
        }
        if (hindrance instanceof NoSuchFileException) {
            return "it does not exist: restore it";
        }
        return switch (reason) {
            case "Read-only file system" -> "its file system is read-only: mount it for writing; if a disk error caused this "
                    + "(see the system's log), stop this process, repair it, and start again";
            case "Too many open files" -> "too many files are open: raise the limit of open files (ulimit -n) to 1,024 or more";
            case "No space left on device", "Disk quota exceeded" -> "there is no space for a file (" + reason
                    + "): free some space or files";
            default -> "writing there failed (" + reason + "): check it and its file system";
        };
    }
}
