package io.bactrian.gate;

import java.util.function.Supplier;

import io.bactrian.settings.Settings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import org.apache.camel.component.netty.NettyConsumer;
import org.apache.camel.component.netty.ServerInitializerFactory;
import org.apache.camel.component.netty.http.HttpServerInitializerFactory;
import org.apache.camel.component.netty.http.NettyHttpConsumer;

/**
 * What a connection to a target meets before a route hears of it. Camel's own handlers are all there, TLS included; this
 * puts others between them. Thread-safe.
 */
public final class Gate extends HttpServerInitializerFactory {
    /** Camel's name for the handler that makes one message of a request's head and body. */
    private static final String AGGREGATOR = "aggregator";

    private final Supplier<Settings> settings;
    private final Callers callers;

    public Gate(Supplier<Settings> settings, Callers callers) {
        this.settings = settings;
        this.callers = callers;
    }

    private Gate(Supplier<Settings> settings, Callers callers, NettyHttpConsumer consumer) {
        super(consumer);
        this.settings = settings;
        this.callers = callers;
    }

    @Override
    public ServerInitializerFactory createPipelineFactory(NettyConsumer consumer) {
        return new Gate(settings, callers, (NettyHttpConsumer) consumer);
    }

    @Override
    protected void initChannel(Channel channel) throws Exception {
        super.initChannel(channel);
        guardHead(channel.pipeline());
    }

    /**
     * Handlers that see the head of a request, and may answer it, before any of its body is read: those added first see
     * it first.
     */
    private void guardHead(ChannelPipeline pipeline) {
        if (!callers.isOpen()) {
            beforeBody(pipeline, "door", new Door(callers));
        }
    }

    private static void beforeBody(ChannelPipeline pipeline, String name, ChannelHandler handler) {
        pipeline.addBefore(AGGREGATOR, name, handler);
    }
}
