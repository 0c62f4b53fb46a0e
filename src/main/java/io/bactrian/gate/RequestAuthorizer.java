package io.bactrian.gate;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.bactrian.access.AccessControl;
import io.bactrian.access.AccessRefusedException;
import io.bactrian.access.Call;
import io.bactrian.access.Caller;
import io.bactrian.access.Token;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may make which request. {@link AuthorizationHandler} asks as soon as a request's headers have arrived;
 * where requests come through another server, the route's step asks. Each request is checked once. Thread-safe.
 */
public final class RequestAuthorizer {
    /**
     * The header in which {@link AuthorizationHandler} marks an admitted request: a secret of this process, and the
     * caller's name.
     */
    private static final String ADMITTED = "Bactrian-Admitted";

    private static final Logger LOG = LoggerFactory.getLogger(RequestAuthorizer.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final AtomicLong lastLogged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AccessControl access;
    private final String secret = Token.random() + ' ';

    public RequestAuthorizer(Supplier<Settings> settings) {
        this.access = new AccessControl(settings.get().value(Property.ACCESS_TOKENS), settings.get().jwt());
    }

    /** Admits a request and removes its token, or returns the problem to answer with. */
    Optional<Problem> refuse(HttpRequest request, SocketAddress from) {
        HttpHeaders headers = request.headers();
        try {
            Caller caller = access.admit(headers.getAll(HttpHeaderNames.AUTHORIZATION),
                    Call.of(request.method().name(), request.uri()));
            headers.remove(HttpHeaderNames.AUTHORIZATION);
            headers.set(ADMITTED, secret + caller.name());
            return Optional.empty();
        } catch (AccessRefusedException refusal) {
            log(from, refusal);
            return Optional.of(problem(refusal));
        }
    }

    /** Logs at most once a minute, so that unauthorized callers cannot fill the log. */
    private void log(SocketAddress from, AccessRefusedException refusal) {
        long now = System.nanoTime();
        long last = lastLogged.get();
        refused.incrementAndGet();
        if ((last == 0 || now - last > PAUSE.toNanos()) && lastLogged.compareAndSet(last, now)) {
            LOG.warn("{} requests were refused, most recently from {}: {}", refused.getAndSet(0),
                    from instanceof InetSocketAddress address ? address.getAddress().getHostAddress() : from, refusal.getMessage());
        }
    }

    /**
     * The name of the caller.
     *
     * @throws ProblemException if the caller may not make this call
     */
    public String caller(HttpHeaders headers, Call call) {
        List<String> admitted = headers.getAll(ADMITTED);
        if (admitted.size() == 1 && admitted.get(0).startsWith(secret)) {
            return admitted.get(0).substring(secret.length());
        }
        try {
            return access.admit(headers.getAll(HttpHeaderNames.AUTHORIZATION), Optional.of(call)).name();
        } catch (AccessRefusedException refusal) {
            throw new ProblemException(problem(refusal));
        }
    }

    private static Problem problem(AccessRefusedException refusal) {
        return switch (refusal.kind()) {
            case NO_TOKEN -> Problem.noToken(refusal.getMessage());
            case BAD_TOKEN -> Problem.badToken(refusal.getMessage());
            case NO_RIGHT -> Problem.noRight(refusal.getMessage());
            case UNKNOWN -> Problem.unavailable(refusal.getMessage());
        };
    }
}
