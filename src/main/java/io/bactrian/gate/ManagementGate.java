package io.bactrian.gate;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.settings.Settings;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.camel.component.netty.DefaultChannelHandlerFactory;

/**
 * What a connection to the management port meets before a route hears of it: there is no password, so that whoever
 * browses on this machine must not ask in its name what a page makes him ask. Thread-safe.
 */
public final class ManagementGate extends DefaultChannelHandlerFactory {
    private final Names names;
    private final Refusals refusals = new Refusals(List.of("misdirected", "other-site"));

    public ManagementGate(Supplier<Settings> settings) {
        this.names = new Names(settings.get().managementHost(), settings.get().access().names());
    }

    /** How often somebody was turned away. */
    public Refusals refusals() {
        return refusals;
    }

    @Override
    public ChannelHandler newChannelHandler() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext context) throws Exception {
                context.pipeline().addBefore(Gate.AGGREGATOR, "addressee", new Addressee(Optional.of(names), refusals));
                super.channelActive(context);
            }
        };
    }
}
