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
 * What every connection to a port meets before a route hears of it. Camel's own handlers are all there, TLS included; this
 * puts others between them. It is one of the consumer's {@code encoders}, for those stand where a request's head has been
 * read and its body has not; camel-netty-http does not ask its option {@code serverInitializerFactory}. Each port has
 * its own, and its own connections. Thread-safe.
 */
abstract class ServerPipeline extends DefaultChannelHandlerFactory {
    /** Camel's name for the handler that makes a request's head of bytes. */
    private static final String DECODER = "decoder";

    /** Camel's name for the handler that makes one message of a request's head and body. */
    private static final String AGGREGATOR = "aggregator";

    /** What is received at once: little at first, and more from a caller who sends much. */
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
     * @param longest body of a request
     * @param names   of the server, if they say something
     * @param kinds   of refusals that there usually are
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

    /** How many connections there are now. */
    public int connections() {
        return connections.open();
    }

    /** How often somebody was turned away. */
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
     * Handlers that see the head of a request, and may answer it, before any of its body is read: those added first see
     * it first. A {@link RequestCheck} is the simplest.
     */
    private void addRequestChecks(ChannelPipeline pipeline) {
        beforeBody(pipeline, "request-validation", new RequestValidation(refusals));
        beforeBody(pipeline, "host-check", new HostCheck(names, refusals));
        authorizationHandler(refusals).ifPresent(handler -> beforeBody(pipeline, "authorization", handler));
        beforeBody(pipeline, "body-limit", new BodyLimit(longest, room(), bodies, refusals));
    }

    /** Who asks each caller who he is, where one has to say so; one for each connection. */
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
