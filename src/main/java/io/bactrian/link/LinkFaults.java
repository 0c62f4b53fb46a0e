package io.bactrian.link;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;

import io.bactrian.change.Plan;
import io.bactrian.fault.Faults;
import io.bactrian.index.IndexException;
import io.bactrian.upload.FileChangedException;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.StoppingException;
import io.bactrian.wire.StrangeAnswerException;
import io.netty.handler.ssl.NotSslRecordException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What ended the work of a link, in words for a person. Stateless. */
public final class LinkFaults {
    private static final Logger LOG = LoggerFactory.getLogger(LinkFaults.class);

    private LinkFaults() {
    }

    /** Why a target could not be served. */
    public static String explain(Throwable fault, Link link) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return link.target() + " answers: " + problem.getMessage();
            }
            if (cause instanceof IndexException) {
                return link + ": " + cause.getMessage();
            }
            if (cause instanceof SSLException tls) {
                return "cannot talk to " + link.target() + ": " + explain(tls);
            }
            if (cause instanceof UnknownHostException) {
                return "cannot reach " + link.target() + ": there is no such host";
            }
            if (cause instanceof ConnectException) {
                return "cannot reach " + link.target() + ": " + Faults.reason(cause) + "; is the target running there?";
            }
            if (cause instanceof NoSuchElementException) {
                return "cannot reach " + link.target() + ": the connection broke at once; is the target running there?";
            }
        }
        return link + ": " + Faults.reason(Faults.root(fault));
    }

    /** Why, in one of a few words by which faults are counted. */
    public static String kind(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return switch (problem.problem().status()) {
                    case 401, 403 -> "unauthorized";
                    case 409 -> problem.problem().isGuardTripped() ? "guard-tripped" : "lease-lost";
                    case 422 -> "content-mismatch";
                    case 423 -> "lease-held";
                    case 503, 507 -> "unavailable";
                    default -> "rejected";
                };
            }
            if (cause instanceof Plan.FailedException || cause instanceof FileChangedException || cause instanceof Error) {
                return "local";
            }
            if (cause instanceof StrangeAnswerException) {
                return "rejected";
            }
        }
        return Turns.UNREACHABLE;
    }

    /** What the target could not do with one path, likewise. */
    public static String kind(Message.Receipt.Failure failure) {
        return Set.of("cannot-apply", "content-missing", "digest-mismatch").contains(failure.kind()) ? failure.kind()
                : "cannot-apply";
    }

    /** What of TLS a person can put right. */
    private static String explain(SSLException fault) {
        Throwable root = Faults.root(fault);
        String why = " (" + Faults.reason(root) + ")";
        if (root instanceof CertPathBuilderException || root instanceof CertPathValidatorException) {
            return "its certificate is not trusted" + why + "; camel.ssl.trust-store is to hold it, or that of who signed it";
        }
        if (Faults.reason(root).matches("No (subject alternative|name matching).*")) {
            return "its certificate is for another host" + why + "; the URL is to name the host as the certificate does";
        }
        if (Faults.reason(root).contains("fatal alert")) {
            return "it refuses this side's certificate, or wants one" + why + "; see camel.ssl.key-store";
        }
        return fault instanceof NotSslRecordException ? "it does not speak TLS; is its URL to begin with http?" : Faults.reason(root);
    }

    /** Keeps what concerns one file alone among the link's troubles: it is tried again, and all others go on. */
    public static void note(Link link, String path, Throwable fault) {
        LOG.debug("{}: {}", link, path, fault);
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException refused && refused.problem().isTooLarge()) {
                link.troubles().add(link.name(), path, refused.problem().detail());
            }
            if (cause instanceof ProblemException refused && isOfTheFile(refused.problem())) {
                link.troubles().tell(link.name(), path, "not sent yet: " + link.target() + " answers: "
                        + refused.problem().cause(refused) + "; it is tried again by itself");
            }
            if (cause instanceof StrangeAnswerException) {
                link.troubles().tell(link.name(), path, "not sent yet: " + cause.getMessage() + "; it is tried again by itself");
            }
        }
    }

    /** Whether it is no answer to all that is sent, which the link says, nor one that is part of the work. */
    private static boolean isOfTheFile(Problem problem) {
        return !problem.isTooLarge() && !problem.isStorage() && !problem.isContentMismatch() && !problem.isStopping()
                && !problem.isLeaseLost() && !problem.isLeaseHeld() && !problem.isGuardTripped()
                && Set.of(400, 404, 413, 415, 416, 500).contains(problem.status());
    }

    /** Whether it is none of those that are part of the work, so that it may have ended anything. */
    public static boolean isUnexpected(Throwable fault) {
        Throwable root = Faults.root(fault);
        return Faults.find(fault, Error.class).isPresent() || root instanceof RuntimeException
                && !(root instanceof ProblemException || root instanceof IndexException || root instanceof NoSuchElementException
                || root instanceof CancellationException || root instanceof RejectedExecutionException);
    }

    /** Whether the fault is the source's own, or one file's, so that the target may still be there. */
    public static boolean isLocal(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof Plan.FailedException || cause instanceof FileChangedException || cause instanceof Error
                    || cause instanceof FileSystemException
                    || cause instanceof ProblemException refused && refused.problem().isTooLarge()
                    || cause instanceof StoppingException) {
                return true;
            }
        }
        return false;
    }
}
