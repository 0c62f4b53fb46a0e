package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.file.InvalidPathException;

import io.bactrian.replica.Replica;
import io.bactrian.replica.disk.WriteFault;
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
            super(path, "the target does not have the content " + digest + ": upload it, then send the change again", null);
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
            return new CannotApply(path, "the name cannot be represented in the target's locale: start the target "
                    + "with LANG=C.UTF-8", e);
        }

        static CannotApply because(String path, IOException e) {
            return new CannotApply(path, WriteFault.reason(e), e);
        }
    }
}
