package io.bactrian.source;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;

/**
 * A connection on which a request could not be written has told so by that. What else goes wrong on it, such as the same
 * failed handshake once more, Camel would put onto an exchange that is elsewhere by then. Thread-safe.
 */
@Sharable
public final class Broken extends ChannelDuplexHandler {
    private static final AttributeKey<Boolean> TOLD = AttributeKey.valueOf(Broken.class, "told");

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        ChannelPromise told = promise.unvoid();
        told.addListener(written -> {
            if (!written.isSuccess()) {
                context.channel().attr(TOLD).set(true);
            }
        });
        super.write(context, message, told);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (Boolean.TRUE.equals(context.channel().attr(TOLD).get())) {
            context.close();
        } else {
            super.exceptionCaught(context, cause);
        }
    }
}
