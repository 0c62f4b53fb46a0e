package io.bactrian.change;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** Why a file cannot be read. */
public final class ReadFault {
    private ReadFault() {
    }

    /** What an exception of the file system says to a person, without the path, which is told beside it. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied; let the user that runs Bactrian read it";
        }
        if (e instanceof FileSystemException fault && fault.getReason() != null) {
            return fault.getReason() + (fault.getReason().equals("Too many open files")
                    ? ": raise this process's limit of open files (ulimit -n) to 1,024 or more" : "");
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
