package io.bactrian.target;

import java.io.IOException;
import java.nio.file.FileSystemException;

import io.bactrian.access.Call;
import io.bactrian.access.LeaseException;
import io.bactrian.change.GuardTrippedException;
import io.bactrian.content.DigestMismatchException;
import io.bactrian.content.PartOutOfRangeException;
import io.bactrian.content.StagingQuotaException;
import io.bactrian.content.UnknownUploadException;
import io.bactrian.fault.Faults;
import io.bactrian.gate.RequestAuthorizer;
import io.bactrian.index.IndexException;
import io.bactrian.mirror.Mirror;
import io.bactrian.replica.ReplicaClosedException;
import io.bactrian.replica.ReplicaGoneException;
import io.bactrian.replica.disk.WriteFault;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Encoding;
import io.bactrian.wire.Operation;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.netty.http.NettyHttpMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps that every request to a target goes through, and its answer. Thread-safe. */
public final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    private final Mirrors mirrors;
    private final RequestAuthorizer authorizer;

    public Requests(Mirrors mirrors, RequestAuthorizer authorizer) {
        this.mirrors = mirrors;
        this.authorizer = authorizer;
    }

    /**
     * Sets the property {@code caller} to the name of the caller, for later steps.
     *
     * @throws ProblemException if the caller may not make the request
     */
    public void authorise(Exchange exchange, @ExchangeProperty("request") Request request) {
        exchange.setProperty("caller", authorizer.caller(request.headers(), request.call()));
    }

    /**
     * Finds the mirror and the operation of a request. Removes all headers, so that the routes see only what is set here and nothing that
     * a caller could have set.
     */
    public void admit(Exchange exchange) {
        FullHttpRequest http = exchange.getMessage(NettyHttpMessage.class).getHttpRequest();
        exchange.setProperty("headOnly", http.method() == HttpMethod.HEAD);
        exchange.getMessage().removeHeaders("*");
        Call call = Call.of(http.method().name(), http.uri()).orElseThrow(() -> new ProblemException(
                Problem.notFound("Calls are " + Call.PREFIX + "MIRROR/session, /tree, /content,"
                        + " /chunks, /changes, /scrub and /files/PATH.")));
        Mirror mirror = mirrors.find(call.mirror()).orElseThrow(() -> new ProblemException(
                Problem.notFound("There is no mirror of this name; its name comes first in the URL's path.")));
        mirror.checkNotStopping();
        exchange.setProperty("request", new Request(call, mirror, http.headers()));
        call.operation().ifPresent(operation -> {
            exchange.setProperty("operation", operation.id());
            exchange.setProperty("route", operation.route());
        });
        // The body of a part is not copied; its buffer lives until the exchange is done.
        exchange.getMessage().setBody(call.operation().filter(Operation::isBytes).isPresent() ? http.content()
                : ByteBufUtil.getBytes(http.content()));
    }

    /** There is no such operation. */
    public void refuse(@ExchangeProperty("request") Request request) {
        throw new ProblemException(Operation.isResource(request.call().resource())
                ? Problem.methodNotAllowed("The method " + printable(request.call().method()) + " is not supported.")
                : Problem.notFound("Calls are session, tree, content, chunks, changes, scrub and files/PATH."));
    }

    /** Answers without a body. */
    public void replyEmpty(Exchange exchange) {
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 204);
        exchange.getMessage().setBody(new byte[0]);
    }

    /** Answers a fault with problem details. */
    public void explain(Exchange exchange, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        Problem problem = problem(fault);
        Request request = exchange.getProperty("request", Request.class);
        boolean trouble = problem.status() >= 500 && !problem.isStopping()
                && Faults.find(fault, ProblemException.class).isEmpty();
        if (trouble && (request == null || request.mirror().trouble("", problem.cause(fault)))) {
            LOG.error("{}: {} ({})", exchange.getProperty("operation", "", String.class), problem.detail(),
                    Faults.root(fault).getClass().getSimpleName());
        }
        LOG.debug("{}: {}", exchange.getProperty("operation", "", String.class), problem, fault);
        if (request != null) {
            request.mirror().freeSpace(fault);
        }
        exchange.setProperty("problem", problem);
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, problem.status());
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, Problem.MEDIA_TYPE);
        if (problem.status() == 415) {
            exchange.getMessage().setHeader(Encoding.ACCEPT, Encoding.accepted());
        }
        problem.challenge().ifPresent(value -> exchange.getMessage().setHeader("WWW-Authenticate", value));
        // Netty would send a body to a HEAD request, and the client would take it for the next answer.
        boolean headOnly = exchange.getProperty("headOnly", false, boolean.class);
        exchange.getMessage().setBody(headOnly ? new byte[0] : Codec.JSON.write(problem));
    }

    private static Problem problem(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException known) {
                return known.problem();
            }
            if (cause instanceof LeaseException lease) {
                return lease.isHeldByAnother() ? Problem.leaseHeld(lease.getMessage()) : Problem.leaseLost(lease.getMessage());
            }
            if (cause instanceof ReplicaClosedException) {
                return Problem.stopping();
            }
            if (cause instanceof ReplicaGoneException) {
                return Problem.unavailable(cause.getMessage() + ".");
            }
            if (cause instanceof IndexException index) {
                return Problem.storage("The target's index cannot be used: " + index.remedy() + ".");
            }
            if (cause instanceof GuardTrippedException tripped) {
                return Problem.guardTripped(tripped.getMessage());
            }
            if (cause instanceof UnknownUploadException) {
                return Problem.notFound("No such upload is open; announce the content first.");
            }
            if (cause instanceof DigestMismatchException) {
                return Problem.contentMismatch("The content does not match its digest; it was discarded.");
            }
            if (cause instanceof StagingQuotaException) {
                return Problem.noRoom("No space for now: " + cause.getMessage() + " (bactrian.target.NAME.max-staging and"
                        + " max-uploads); idle uploads are discarded after bactrian.staging.keep.");
            }
            if (cause instanceof PartOutOfRangeException) {
                return Problem.unsatisfiable("The part lies outside the announced content.");
            }
        }
        return fault instanceof IOException ? Problem.storage("The target's storage failed: " + reason(fault))
                : Problem.internal();
    }

    /** The message of the operating system and what helps, without the path, which the caller must not learn. */
    private static String reason(Throwable fault) {
        String said = WriteFault.reason((IOException) fault);
        return fault instanceof FileSystemException || WriteFault.isKnown(said) ? said : "see its log";
    }

    private static String printable(String text) {
        return text.replaceAll("[^A-Za-z]", "?");
    }
}
