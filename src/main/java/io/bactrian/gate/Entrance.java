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
abstract class Entrance extends DefaultChannelHandlerFactory {
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
    private final Optional<Names> names;
    private final Refusals refusals;
    private final Connections connections;
    private final AtomicLong bodies = new AtomicLong();

    /**
     * @param limits  of time and number
     * @param longest body of a request
     * @param names   of the server, if they say something
     * @param kinds   of refusals that there usually are
     */
    Entrance(GateSettings limits, int longest, Optional<Names> names, List<String> kinds) {
        this.limits = limits;
        this.longest = longest;
        this.names = names;
        this.refusals = new Refusals(kinds);
        this.connections = new Connections(limits, refusals);
    }

    @Override
    public final ChannelHandler newChannelHandler() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext context) throws Exception {
                Patience patience = new Patience(limits, refusals);
                if (connections.admit(context.channel(), patience)) {
                    arrange(context.pipeline(), patience);
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
    public Refusals refusals() {
        return refusals;
    }

    private void arrange(ChannelPipeline pipeline, Patience patience) {
        pipeline.channel().config().setRecvByteBufAllocator(
                new AdaptiveRecvByteBufAllocator(LEAST_RECEIVED, FIRST_RECEIVED, MOST_RECEIVED));
        pipeline.replace(DECODER, DECODER, new StrictDecoder());
        pipeline.addBefore(DECODER, "idle", new IdleStateHandler(true, 0, limits.idle().toMillis(), 0, TimeUnit.MILLISECONDS));
        beforeBody(pipeline, "flow", new FlowControlHandler());
        beforeBody(pipeline, "patience", patience);
        guardHead(pipeline);
        pipeline.addAfter(AGGREGATOR, "ending", new Ending(refusals));
    }

    /**
     * Handlers that see the head of a request, and may answer it, before any of its body is read: those added first see
     * it first. A {@link HeadGuard} is the simplest.
     */
    private void guardHead(ChannelPipeline pipeline) {
        beforeBody(pipeline, "manners", new Manners(refusals));
        beforeBody(pipeline, "addressee", new Addressee(names, refusals));
        door(refusals).ifPresent(door -> beforeBody(pipeline, "door", door));
        beforeBody(pipeline, "bodies", new Bodies(longest, room(), bodies, refusals));
    }

    /** Who asks each caller who he is, where one has to say so; one for each connection. */
    Optional<ChannelHandler> door(Refusals refusals) {
        return Optional.empty();
    }

    private int room() {
        return (int) Math.min(limits.bodies(), Math.max(longest, Runtime.getRuntime().maxMemory() / 2));
    }

    private static void beforeBody(ChannelPipeline pipeline, String name, ChannelHandler handler) {
        pipeline.addBefore(AGGREGATOR, name, handler);
    }
}
