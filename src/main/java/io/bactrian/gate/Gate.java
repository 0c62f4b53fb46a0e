package io.bactrian.gate;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.bactrian.settings.Exposure;
import io.bactrian.settings.Settings;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import org.apache.camel.component.netty.DefaultChannelHandlerFactory;

/**
 * What a connection to a target meets before a route hears of it. Camel's own handlers are all there, TLS included; this
 * puts others between them. It is one of the consumer's {@code encoders}, for those stand where a request's head has been
 * read and its body has not; camel-netty-http does not ask its option {@code serverInitializerFactory}. Thread-safe.
 */
public final class Gate extends DefaultChannelHandlerFactory {
    /** Camel's name for the handler that makes a request's head of bytes. */
    private static final String DECODER = "decoder";

    /** Camel's name for the handler that makes one message of a request's head and body. */
    static final String AGGREGATOR = "aggregator";

    /** What is received at once: little at first, and more from a caller who sends much. */
    private static final int LEAST_RECEIVED = 64;
    private static final int FIRST_RECEIVED = 2 << 10;
    private static final int MOST_RECEIVED = 256 << 10;

    private final Settings settings;
    private final Callers callers;
    private final Connections connections;
    private final Optional<Names> names;
    private final Refusals refusals = new Refusals(List.of("no-token", "bad-token", "no-right", "misdirected", "other-site",
            "bad-request", "too-large", "too-slow", Refusals.SLOW_HEAD, Refusals.SLOW_READER, Refusals.TOO_MANY));
    private final AtomicLong bodies = new AtomicLong();

    public Gate(Supplier<Settings> settings, Callers callers) {
        this.settings = settings.get();
        this.callers = callers;
        this.connections = new Connections(this.settings.gate(), refusals);
        // Where others than loopback's may come without a token, any name may be somebody's for it
        this.names = this.settings.access().authenticates() || Exposure.isOpen(this.settings) ? Names.ANY
                : Optional.of(new Names(this.settings.httpHost(), this.settings.access().names()));
    }

    @Override
    public ChannelHandler newChannelHandler() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext context) throws Exception {
                Patience patience = new Patience(settings.gate(), refusals);
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
        pipeline.addBefore(DECODER, "idle", new IdleStateHandler(true, 0, settings.gate().idle().toMillis(), 0,
                TimeUnit.MILLISECONDS));
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
        beforeBody(pipeline, "door", new Door(callers, refusals));
        beforeBody(pipeline, "bodies", new Bodies(settings.httpMaxBody(), room(), bodies, refusals));
    }

    private int room() {
        return (int) Math.min(settings.gate().bodies(), Math.max(settings.httpMaxBody(), Runtime.getRuntime().maxMemory() / 2));
    }

    private static void beforeBody(ChannelPipeline pipeline, String name, ChannelHandler handler) {
        pipeline.addBefore(AGGREGATOR, name, handler);
    }
}
