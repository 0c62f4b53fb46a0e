package io.bactrian.replica.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Explains for people why something in the replica cannot be written, and the remedy. Stateless. */
public final class WriteFault {
    private WriteFault() {
    }

    /** The operating system's reason and a remedy; never contains an absolute path. */
    public static String reason(IOException e) {
        // A FileSystemException's message begins with the absolute path; its reason does not.
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        if (e instanceof AccessDeniedException) {
            reason = "Permission denied";
        } else if (reason == null) {
            reason = defaultReason(e);
        }
        return reason + remedy(reason);
    }

    /** The reason for exceptions that have none; a Java class name would not help a user. */
    private static String defaultReason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "it was removed by somebody else";
        } else if (e instanceof FileAlreadyExistsException) {
            return "something else exists at this path";
        }
        return e instanceof NotDirectoryException ? "Not a directory" : "the file system rejected the operation";
    }

    /** Whether {@link #reason} has a remedy for it; then the text contains no path. */
    public static boolean isKnown(String reason) {
        return !remedy(reason.replaceFirst(": .*", "")).isEmpty();
    }

    private static String remedy(String reason) {
        return switch (reason) {
            case "Permission denied", "Operation not permitted" ->
                ": give the target's user the ownership of the replica";
            case "No space left on device", "Disk quota exceeded" -> ": free some space on the target";
            case "Read-only file system" -> ": mount the target's file system for writing";
            case "File name too long" -> ": shorten the name, or use a file system that supports it";
            case "Too many open files" -> ": raise the target's limit of open files (ulimit -n) to 1,024 or more";
            case "it was removed by somebody else" -> ": send the change again";
            default -> "";
        };
    }
}
