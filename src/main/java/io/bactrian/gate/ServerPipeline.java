package io.bactrian.gate;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.settings.GateSettings;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import org.apache.camel.component.netty.DefaultChannelHandlerFactory;

/**
 * The handlers that each connection to a port passes before a request reaches a route. They are inserted between
 * Camel's own, TLS included. An instance is configured as one of the consumer's {@code encoders}, because those are
 * placed after the head of a request was decoded and before its body is aggregated; camel-netty-http ignores its option
 * {@code serverInitializerFactory}. Each port has its own instance with its own connections. Thread-safe.
 */
abstract class ServerPipeline extends DefaultChannelHandlerFactory {
    /** Camel's name for the handler that decodes requests. */
    private static final String DECODER = "decoder";

    /** Camel's name for the handler that joins a request's head and body into one message. */
    private static final String AGGREGATOR = "aggregator";

    /** Receive buffer sizes in bytes: small at first, growing for callers that send much. */
    private static final int LEAST_RECEIVED = 64;
    private static final int FIRST_RECEIVED = 2 << 10;
    private static final int MOST_RECEIVED = 256 << 10;

    private final GateSettings limits;
    private final int longest;
    private final Optional<HostNames> names;
    private final RefusalCounts refusals;
    private final ConnectionLimit connections;
    private final AtomicLong bodies = new AtomicLong();

    /**
     * @param limits  of time and number
     * @param longest bytes in a request's body
     * @param names   accepted in {@code Host}; empty accepts any
     * @param kinds   of refusals, counted from 0
     */
    ServerPipeline(GateSettings limits, int longest, Optional<HostNames> names, List<String> kinds) {
        this.limits = limits;
        this.longest = longest;
        this.names = names;
        this.refusals = new RefusalCounts(kinds);
        this.connections = new ConnectionLimit(limits, refusals);
    }

    @Override
    public final ChannelHandler newChannelHandler() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext context) throws Exception {
                Timeouts timeouts = new Timeouts(limits, refusals);
                if (connections.admit(context.channel(), timeouts)) {
                    arrange(context.pipeline(), timeouts);
                    super.channelActive(context);
                } else {
                    context.close();
                }
            }
        };
    }

    /** The number of open connections. */
    public int connections() {
        return connections.open();
    }

    /** Counts of refused requests and connections. */
    public RefusalCounts refusals() {
        return refusals;
    }

    private void arrange(ChannelPipeline pipeline, Timeouts timeouts) {
        pipeline.channel().config().setRecvByteBufAllocator(
                new AdaptiveRecvByteBufAllocator(LEAST_RECEIVED, FIRST_RECEIVED, MOST_RECEIVED));
        pipeline.replace(DECODER, DECODER, new StrictDecoder());
        pipeline.addBefore(DECODER, "idle", new IdleStateHandler(true, 0, limits.idle().toMillis(), 0, TimeUnit.MILLISECONDS));
        beforeBody(pipeline, "flow", new FlowControlHandler());
        beforeBody(pipeline, "timeouts", timeouts);
        addRequestChecks(pipeline);
        pipeline.addAfter(AGGREGATOR, "connection-errors", new ConnectionErrorHandler(refusals));
    }

    /**
     * Adds the handlers that see the head of a request, and may answer it, before its body is read. They run in the
     * order in which they are added. See {@link RequestCheck}.
     */
    private void addRequestChecks(ChannelPipeline pipeline) {
        beforeBody(pipeline, "request-validation", new RequestValidation(refusals));
        beforeBody(pipeline, "host-check", new HostCheck(names, refusals));
        authorizationHandler(refusals).ifPresent(handler -> beforeBody(pipeline, "authorization", handler));
        beforeBody(pipeline, "body-limit", new BodyLimit(longest, room(), bodies, refusals));
    }

    /** The handler that authorizes callers, one per connection; empty if this port needs none. */
    Optional<ChannelHandler> authorizationHandler(RefusalCounts refusals) {
        return Optional.empty();
    }

    private int room() {
        return (int) Math.min(limits.bodies(), Math.max(longest, Runtime.getRuntime().maxMemory() / 2));
    }

    private static void beforeBody(ChannelPipeline pipeline, String name, ChannelHandler handler) {
        pipeline.addBefore(AGGREGATOR, name, handler);
    }
}
