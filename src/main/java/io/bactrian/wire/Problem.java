package io.bactrian.wire;

import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.bactrian.fault.Faults;

/**
 * A problem (RFC 9457). The type is one word under {@link #TYPES}; title and detail are for people and name no path
 * outside the replica. Immutable.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Problem(String type, String title, int status, String detail) {
    /** The media type of a problem. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPES = "urn:bactrian:problem:";

    /** The detail; for an internal error, whose detail is generic, the class of the exception. */
    public String cause(Throwable fault) {
        return status == 500 ? "an internal error (" + Faults.root(fault).getClass().getSimpleName() + "); see its log"
                : detail;
    }

    /** The sender's lease has ended, or never existed: it must open a session. */
    public static Problem leaseLost(String detail) {
        return new Problem(TYPES + "lease-lost", "The sender does not hold the lease", 409, detail);
    }

    /** Another sender holds the lease. */
    public static Problem leaseHeld(String detail) {
        return new Problem(TYPES + "lease-held", "Another sender holds the lease", 423, detail);
    }

    /** The same request is being processed at this moment. */
    public static Problem inProgress() {
        return new Problem(TYPES + "in-progress", "This request is in progress", 409,
                "A request with this Idempotency-Key is being processed; repeat it later.");
    }

    public static Problem badRequest(String detail) {
        return new Problem(TYPES + "bad-request", "The request is invalid", 400, detail);
    }

    /** The caller sent no token and needs one. */
    public static Problem noToken(String detail) {
        return new Problem(TYPES + "no-token", "A token is required", 401, detail);
    }

    /** The caller's token is not accepted. */
    public static Problem badToken(String detail) {
        return new Problem(TYPES + "bad-token", "The token is not accepted", 401, detail);
    }

    /** The caller's token lacks the right. */
    public static Problem noRight(String detail) {
        return new Problem(TYPES + "no-right", "The token does not allow this", 403, detail);
    }

    /** The request is addressed to another server. */
    public static Problem misdirected(String detail) {
        return new Problem(TYPES + "misdirected", "The request is meant for another server", 421, detail);
    }

    /** A page of another site made the request. */
    public static Problem otherSite(String detail) {
        return new Problem(TYPES + "other-site", "The request comes from another site", 403, detail);
    }

    public static Problem notFound(String detail) {
        return new Problem(TYPES + "not-found", "Not found", 404, detail);
    }

    public static Problem methodNotAllowed(String detail) {
        return new Problem(TYPES + "method-not-allowed", "The method is not allowed here", 405, detail);
    }

    /** The body, or what it describes, exceeds a limit. */
    public static Problem tooLarge(String detail) {
        return new Problem(TYPES + "too-large", "The body is too large", 413, detail);
    }

    /** The path of the request is too long. */
    public static Problem tooLongAddress(String detail) {
        return new Problem(TYPES + "too-large", "The address is too long", 414, detail);
    }

    /** The header fields are too long. */
    public static Problem tooLongHead(String detail) {
        return new Problem(TYPES + "too-large", "The request's header fields are too large", 431, detail);
    }

    /** The caller took too long to send the request. */
    public static Problem tooSlow(String detail) {
        return new Problem(TYPES + "too-slow", "The request took too long", 408, detail);
    }

    /** The quota for staged contents is used up. */
    public static Problem noRoom(String detail) {
        return new Problem(TYPES + "no-room", "There is no room for this content", 507, detail);
    }

    /** The body has several content codings, or an unknown one. */
    public static Problem unsupportedEncoding(String detail) {
        return new Problem(TYPES + "unsupported-encoding", "The content coding is not supported", 415, detail);
    }

    public static Problem unsatisfiable(String detail) {
        return new Problem(TYPES + "range-not-satisfiable", "The range lies outside the content", 416, detail);
    }

    /** The content does not match its announced digest and was discarded. */
    public static Problem contentMismatch(String detail) {
        return new Problem(TYPES + "content-mismatch", "The content does not match its digest", 422, detail);
    }

    /** The target is not ready or overloaded; a later attempt may succeed. */
    public static Problem unavailable(String detail) {
        return new Problem(TYPES + "unavailable", "The target is temporarily unavailable", 503, detail);
    }

    /** The target's file system rejected the content; the same may succeed for another path. */
    public static Problem storage(String detail) {
        return new Problem(TYPES + "storage", "The target's storage failed", 503, detail);
    }

    /** The target is stopping; try again later. */
    public static Problem stopping() {
        return new Problem(TYPES + "stopping", "The target is stopping", 503, "Requests in progress are completed; send the others again.");
    }

    /** The removals exceed what the target permits without confirmation by a person. */
    public static Problem guardTripped(String detail) {
        return new Problem(TYPES + "guard-tripped", "Too much would be removed", 409, detail);
    }

    /** An error in Bactrian itself; the log has details. */
    public static Problem internal() {
        return new Problem(TYPES + "internal", "Internal error", 500,
                "See the target's log.");
    }

    /** The last segment of the type. */
    public String word() {
        return type.startsWith(TYPES) ? type.substring(TYPES.length()) : "other";
    }

    /** The value of {@code WWW-Authenticate} if a token, or another one, is needed (RFC 6750, 3). */
    public Optional<String> challenge() {
        String realm = "Bearer realm=\"bactrian\"";
        return switch (type.substring(type.lastIndexOf(':') + 1)) {
            case "no-token" -> Optional.of(realm);
            case "bad-token" -> Optional.of(realm + ", error=\"invalid_token\"");
            case "no-right" -> Optional.of(realm + ", error=\"insufficient_scope\"");
            default -> Optional.empty();
        };
    }

    @JsonIgnore
    public boolean isLeaseLost() {
        return type.equals(TYPES + "lease-lost");
    }

    @JsonIgnore
    public boolean isStorage() {
        return type.equals(TYPES + "storage");
    }

    @JsonIgnore
    public boolean isStopping() {
        return type.equals(TYPES + "stopping");
    }

    @JsonIgnore
    public boolean isGuardTripped() {
        return type.equals(TYPES + "guard-tripped");
    }

    @JsonIgnore
    public boolean isContentMismatch() {
        return type.equals(TYPES + "content-mismatch");
    }

    /** Whether the size of one content is the reason, so that others can be sent meanwhile. */
    @JsonIgnore
    public boolean isTooLarge() {
        return type.equals(TYPES + "too-large") || type.equals(TYPES + "no-room");
    }

    @JsonIgnore
    public boolean isLeaseHeld() {
        return type.equals(TYPES + "lease-held");
    }
}
