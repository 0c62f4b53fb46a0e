package io.bactrian.tree;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;

/** Explains for people why something cannot be read, and the remedy. */
public final class ReadFault {
    /** The reason for a path that is too long for Linux. */
    public static final String TOO_LONG = "its path exceeds the system's limit of " + (TreePath.MAX_PATH - 1) + " bytes; shorten it,"
            + " for example by renaming a parent directory";

    private ReadFault() {
    }

    /** Explains a file system exception without naming the path. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied; give the user that runs Bactrian read access";
        }
        if (e instanceof NotDirectoryException) {
            return "Not a directory";
        }
        if (e instanceof FileSystemException fault && fault.getReason() != null) {
            return fault.getReason() + remedy(fault.getReason());
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage() + remedy(e.getMessage());
    }

    private static String remedy(String said) {
        return switch (said) {
            case "Too many open files" -> ": raise this process's limit of open files (ulimit -n) to 1,024 or more";
            case "Input/output error", "Structure needs cleaning" ->
                ": its disk, or the connection to it, fails; see the system's log (dmesg)";
            case "Stale file handle", "Transport endpoint is not connected" -> ": mount its file system again";
            default -> "";
        };
    }
}
