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
 * A change could not be applied. Replica and index are consistent, and other changes are not affected. The message
 * contains only paths relative to the replica, and a remedy.
 */
public abstract sealed class ChangeFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String path;

    private ChangeFailedException(String path, String message, Throwable cause) {
        super((path.isEmpty() ? "the replica's root" : path) + ": " + message, cause);
        this.path = path;
    }

    /** The path of the change, relative to the replica. */
    public String path() {
        return path;
    }

    /** The content was not sent inline, is not staged, and is not in the replica. */
    public static final class ContentMissing extends ChangeFailedException {
        private static final long serialVersionUID = 1L;

        public ContentMissing(String path, Digest digest) {
            super(path, "the content " + digest + " is not here: upload it, then send the change again", null);
        }
    }

    /** The content does not match its digest. */
    public static final class DigestMismatch extends ChangeFailedException {
        private static final long serialVersionUID = 1L;

        public DigestMismatch(String path, Throwable cause) {
            super(path, cause.getMessage(), cause);
        }
    }

    /** The file system, or what is at the path, does not permit the change. */
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

    /** The operating system's reason and a remedy; never contains an absolute path. */
    public static String reason(IOException e) {
        // A FileSystemException's message begins with the absolute path; its reason does not.
        String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        if (e instanceof AccessDeniedException) {
            said = "Permission denied";
        } else if (said == null) {
            said = unsaid(e);
        }
        return said + remedy(said);
    }

    /** The reason for exceptions that have none; a Java class name would not help a user. */
    private static String unsaid(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "it vanished";
        } else if (e instanceof FileAlreadyExistsException) {
            return "something else is there";
        }
        return e instanceof NotDirectoryException ? "Not a directory" : "the file system refuses it";
    }

    /** Whether {@link #reason} has a remedy for it; then the text contains no path. */
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
