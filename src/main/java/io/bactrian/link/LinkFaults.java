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

import io.bactrian.fault.Faults;
import io.bactrian.index.IndexException;
import io.bactrian.plan.ComparisonRun;
import io.bactrian.upload.FileChangedException;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.StoppingException;
import io.bactrian.wire.StrangeAnswerException;
import io.netty.handler.ssl.NotSslRecordException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Explains faults that ended the work of a link, and classifies them. Stateless. */
public final class LinkFaults {
    private static final Logger LOG = LoggerFactory.getLogger(LinkFaults.class);

    private LinkFaults() {
    }

    /** Explains a fault to people. */
    public static String explain(Throwable fault, Link link) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return link.target() + " answers: " + problem.getMessage();
            }
            if (cause instanceof IndexException) {
                return link + ": " + cause.getMessage();
            }
            if (cause instanceof SSLException tls) {
                return "cannot connect to " + link.target() + ": " + explain(tls);
            }
            if (cause instanceof UnknownHostException) {
                return "cannot reach " + link.target() + ": there is no such host";
            }
            if (cause instanceof ConnectException) {
                return "cannot reach " + link.target() + ": " + Faults.reason(cause) + "; is the target running there?";
            }
            if (cause instanceof NoSuchElementException) {
                return "cannot reach " + link.target() + ": the connection was closed at once; is the target running there?";
            }
        }
        return link + ": " + Faults.reason(Faults.root(fault));
    }

    /** The kind under which a fault is counted, one of a fixed set. */
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
            if (cause instanceof ComparisonRun.FailedException || cause instanceof FileChangedException || cause instanceof Error) {
                return "local";
            }
            if (cause instanceof StrangeAnswerException) {
                return "rejected";
            }
        }
        return Turns.UNREACHABLE;
    }

    /** The kind of a change's failure. */
    public static String kind(Message.Receipt.Failure failure) {
        return Set.of("cannot-apply", "content-missing", "digest-mismatch").contains(failure.kind()) ? failure.kind()
                : "cannot-apply";
    }

    /** Explains TLS faults, with what can be done about them. */
    private static String explain(SSLException fault) {
        Throwable root = Faults.root(fault);
        String why = " (" + Faults.reason(root) + ")";
        if (root instanceof CertPathBuilderException || root instanceof CertPathValidatorException) {
            return "its certificate is not trusted" + why + "; add it, or its issuer's certificate, to camel.ssl.trust-store";
        }
        if (Faults.reason(root).matches("No (subject alternative|name matching).*")) {
            return "its certificate is for another host" + why + "; the URL must use the host name in the certificate";
        }
        if (Faults.reason(root).contains("fatal alert")) {
            return "it rejects this side's certificate, or requires one" + why + "; see camel.ssl.key-store";
        }
        return fault instanceof NotSslRecordException ? "it does not use TLS; should the URL begin with http:?" : Faults.reason(root);
    }

    /** Records a fault that concerns a single file: the file is retried, and the others go on. */
    public static void note(Link link, String path, Throwable fault) {
        LOG.debug("{}: {}", link, path, fault);
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException refused && refused.problem().isTooLarge()) {
                link.heldPaths().add(link.name(), path, refused.problem().detail());
            }
            if (cause instanceof ProblemException refused && isOfTheFile(refused.problem())) {
                link.heldPaths().logOnce(link.name(), path, "not sent yet: " + link.target() + " answers: "
                        + refused.problem().cause(refused) + "; it is retried automatically");
            }
            if (cause instanceof StrangeAnswerException) {
                link.heldPaths().logOnce(link.name(), path, "not sent yet: " + cause.getMessage() + "; it is retried automatically");
            }
        }
    }

    /** Whether the problem concerns one file, and is neither the link's nor an expected answer. */
    private static boolean isOfTheFile(Problem problem) {
        return !problem.isTooLarge() && !problem.isStorage() && !problem.isContentMismatch() && !problem.isStopping()
                && !problem.isLeaseLost() && !problem.isLeaseHeld() && !problem.isGuardTripped()
                && Set.of(400, 404, 413, 415, 416, 500).contains(problem.status());
    }

    /** Whether it is not one of the expected faults, so that any work may have been lost. */
    public static boolean isUnexpected(Throwable fault) {
        Throwable root = Faults.root(fault);
        return Faults.find(fault, Error.class).isPresent() || root instanceof RuntimeException
                && !(root instanceof ProblemException || root instanceof IndexException || root instanceof NoSuchElementException
                || root instanceof CancellationException || root instanceof RejectedExecutionException);
    }

    /** Whether the fault is in the source, or concerns one file, so that the target may still be reachable. */
    public static boolean isLocal(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof ComparisonRun.FailedException || cause instanceof FileChangedException || cause instanceof Error
                    || cause instanceof FileSystemException
                    || cause instanceof ProblemException refused && refused.problem().isTooLarge()
                    || cause instanceof StoppingException) {
                return true;
            }
        }
        return false;
    }
}
