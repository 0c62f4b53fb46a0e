package io.bactrian.route;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.util.NoSuchElementException;

import io.bactrian.change.Plan;
import io.bactrian.index.IndexException;
import io.bactrian.wire.ProblemException;

/** Exceptions in words for a person. */
final class Faults {
    private Faults() {
    }

    /** Why a target could not be served. */
    static String explain(Throwable fault, Link link) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return link.target() + " answers: " + problem.getMessage();
            }
            if (cause instanceof IndexException) {
                return link + ": " + cause.getMessage();
            }
            if (cause instanceof UnknownHostException) {
                return "cannot reach " + link.target() + ": there is no such host";
            }
            if (cause instanceof ConnectException) {
                return "cannot reach " + link.target() + ": " + reason(cause) + "; is the target running there?";
            }
            if (cause instanceof NoSuchElementException) {
                return "cannot reach " + link.target() + ": the connection broke at once; is the target ending there?";
            }
        }
        return link + ": " + reason(root(fault));
    }

    static String reason(Throwable fault) {
        if (fault instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        String message = fault.getMessage();
        return message == null || message.isBlank() ? fault.getClass().getSimpleName() : message;
    }

    static Throwable root(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether the fault is the source's own, so that the target may still be there. */
    static boolean isLocal(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof Plan.FailedException || cause instanceof FileChangedException
                    || cause instanceof StoppingException) {
                return true;
            }
        }
        return false;
    }
}
