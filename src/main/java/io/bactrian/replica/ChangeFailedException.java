package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

import io.bactrian.tree.Digest;

/**
 * A change could not be made true. Replica and index are consistent nevertheless, and other changes are not
 * affected. The message names paths relative to the replica only, and what to do.
 */
public abstract sealed class ChangeFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String path;

    private ChangeFailedException(String path, String message, Throwable cause) {
        super((path.isEmpty() ? "the replica's root" : path) + ": " + message, cause);
        this.path = path;
    }

    /** Relative to the replica. */
    public String path() {
        return path;
    }

    /** The content did not travel along, is not staged, and is not held anywhere in the replica. */
    public static final class ContentMissing extends ChangeFailedException {
        private static final long serialVersionUID = 1L;

        public ContentMissing(String path, Digest digest) {
            super(path, "the content " + digest + " is not here: upload it, then send the change again", null);
        }
    }

    /** The content is not what its digest says. */
    public static final class DigestMismatch extends ChangeFailedException {
        private static final long serialVersionUID = 1L;

        public DigestMismatch(String path, Throwable cause) {
            super(path, cause.getMessage(), cause);
        }
    }

    /** The file system, or what stands at the path, does not allow it. */
    public static final class CannotApply extends ChangeFailedException {
        private static final long serialVersionUID = 1L;

        public CannotApply(String path, String message) {
            super(path, message, null);
        }

        private CannotApply(String path, String message, Throwable cause) {
            super(path, message, cause);
        }

        static CannotApply because(String path, InvalidPathException e) {
            return new CannotApply(path, "this machine's character set cannot write the name: start the target "
                    + "with LANG=C.UTF-8", e);
        }

        static CannotApply because(String path, IOException e) {
            return new CannotApply(path, reason(e), e);
        }
    }

    /** What the operating system said and what helps; never an absolute path. */
    public static String reason(IOException e) {
        // The message of a FileSystemException begins with the absolute path, its reason does not.
        String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        if (e instanceof AccessDeniedException) {
            said = "Permission denied";
        } else if (said == null) {
            said = unsaid(e);
        }
        return said + remedy(said);
    }

    /** What Java leaves out for some faults; the name of a Java class tells nobody anything. */
    private static String unsaid(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "it vanished";
        } else if (e instanceof FileAlreadyExistsException) {
            return "something else is there";
        }
        return e instanceof NotDirectoryException ? "Not a directory" : "the file system refuses it";
    }

    /** Whether something helps against what {@link #reason} says; then it is the system's, and names no path. */
    public static boolean isKnown(String reason) {
        return !remedy(reason.replaceFirst(": .*", "")).isEmpty();
    }

    private static String remedy(String said) {
        return switch (said) {
            case "Permission denied", "Operation not permitted" ->
                ": give the target's user the ownership of the replica";
            case "No space left on device", "Disk quota exceeded" -> ": free some space on the target";
            case "Read-only file system" -> ": mount the target's file system for writing";
            case "File name too long" -> ": shorten the name, or use a file system that takes it";
            case "Too many open files" -> ": raise the target's limit of open files (ulimit -n) to 1,024 or more";
            case "it vanished" -> ": somebody else changes the replica; send the change again";
            default -> "";
        };
    }
}
