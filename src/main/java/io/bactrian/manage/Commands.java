package io.bactrian.manage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.netty.http.NettyHttpMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.bactrian.fault.Faults;
import io.bactrian.link.Link;
import io.bactrian.mirror.Mirror;
import io.bactrian.source.Links;
import io.bactrian.target.Mirrors;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;

/**
 * The requests to the management port: {@code GET} of {@code /status}, {@code /metrics} and {@code /health}, and commands as
 * {@code METHOD /mirrors/NAME/WHAT}, where {@code NAME} may be {@code -} for all mirrors. Thread-safe.
 */
public final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    private static final String PREFIX = "/mirrors/";
    private static final List<String> READ = List.of("/status", "/metrics", "/health", "/health/ready", "/health/live");
    private static final Pattern AFTER = Pattern.compile("[?&]after=(\\d{1,9})");

    private final Links links;
    private final Mirrors mirrors;

    public Commands(Links links, Mirrors mirrors) {
        this.links = links;
        this.mirrors = mirrors;
    }

    /** Determines the operation and the mirror of a request, and removes all of its headers. */
    public void admit(Exchange exchange) {
        FullHttpRequest http = exchange.getMessage(NettyHttpMessage.class).getHttpRequest();
        String type = Optional.ofNullable(http.headers().get("Content-Type")).orElse("");
        String method = http.method().name();
        String path = http.uri().replaceFirst("\\?.*", "");
        exchange.setProperty("after", number(http.uri()));
        exchange.setProperty("request", ByteBufUtil.getBytes(http.content()));
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(null);
        if (READ.contains(path)) {
            exchange.setProperty("call", method + ' ' + path.substring(1));
            return;
        }
        String[] names = path.startsWith(PREFIX) ? path.substring(PREFIX.length()).split("/", -1) : new String[0];
        if (names.length != 2) {
            throw new ProblemException(Problem.notFound("The paths are " + String.join(", ", READ) + ", " + PREFIX
                    + "MIRROR/removals and " + PREFIX + "MIRROR/scrub."));
        }
        if (!method.equals("GET") && !type.equals("application/json")) {
            throw new ProblemException(Problem.badRequest("A command must have the Content-Type application/json."));
        }
        exchange.setProperty("mirror", names[0]);
        exchange.setProperty("call", method + " mirrors/" + names[1]);
    }

    private static long number(String uri) {
        Matcher matcher = AFTER.matcher(uri);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** Refuses a request that matches no operation. */
    public void refuse(@ExchangeProperty("call") String call) {
        throw new ProblemException(READ.contains('/' + call.substring(call.indexOf(' ') + 1))
                ? Problem.methodNotAllowed("Only GET is allowed.")
                : Problem.notFound("The commands are POST " + PREFIX + "MIRROR/removals, and POST and GET " + PREFIX + "MIRROR/scrub."));
    }

    /** Answers with the body as JSON, unless it is encoded already. */
    public void reply(Exchange exchange) {
        if (!(exchange.getMessage().getBody() instanceof byte[])) {
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
            exchange.getMessage().setBody(Codec.JSON.write(exchange.getMessage().getBody()));
        }
    }

    /** Answers with the problem that describes the fault. */
    public void explain(Exchange exchange, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        Problem problem = Faults.find(fault, ProblemException.class).map(ProblemException::problem)
                .orElseGet(Problem::internal);
        if (problem.status() >= 500) {
            LOG.error("{} ({})", problem.detail(), fault.getClass().getSimpleName());
            LOG.debug("{}", problem.detail(), fault);
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, problem.status());
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, Problem.MEDIA_TYPE);
        exchange.getMessage().setBody(Codec.JSON.write(problem));
    }

    /** Allows what tripped guards hold back. Returns a line for each source and target whose guard had tripped. */
    public Map<String, List<String>> allowRemovals(@ExchangeProperty("mirror") String name) {
        List<Link> sources = links.all().stream().filter(link -> name.equals(Mirror.ALL) || name.equals(link.name())).toList();
        List<Mirror> targets = mirrors.all().stream().filter(mirror -> name.equals(Mirror.ALL)
                || name.equals(mirror.settings().name())).toList();
        if (sources.isEmpty() && targets.isEmpty()) {
            throw new ProblemException(Problem.notFound("There is no mirror of this name."));
        }
        List<String> done = new ArrayList<>();
        for (Link link : sources) {
            if (link.guard().tripped().isPresent()) {
                link.guard().release().ifPresentOrElse(loss -> done.add(link + " may remove " + loss),
                        () -> done.add(link + " tries again: allow the removals on its target, too"));
                // If both ends are in one process, one confirmation is enough for both.
                mirrors.find(link.name()).filter(mirror -> mirror.replica().removalGuard().tripped().isEmpty())
                        .ifPresent(mirror -> mirror.replica().removalGuard().allow());
            }
        }
        for (Mirror mirror : targets) {
            mirror.replica().removalGuard().release().ifPresent(why -> done.add(mirror.settings().name()
                    + " accepts all removals of its sender for ten minutes; the guard had reported: " + why));
        }
        done.forEach(line -> LOG.info("allowed: {}", line));
        return Map.of("allowed", done);
    }
}
