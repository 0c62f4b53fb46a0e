package io.bactrian.source;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;

/**
 * Closes a connection after a failed write without reporting further errors. The write has reported the failure already; Camel would
 * assign a second error, such as the same failed handshake, to an exchange that has moved on. Thread-safe.
 */
@Sharable
public final class WriteFailureHandler extends ChannelDuplexHandler {
    private static final AttributeKey<Boolean> REPORTED = AttributeKey.valueOf(WriteFailureHandler.class, "reported");

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        ChannelPromise watched = promise.unvoid();
        watched.addListener(written -> {
            if (!written.isSuccess()) {
                context.channel().attr(REPORTED).set(true);
            }
        });
        super.write(context, message, watched);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (Boolean.TRUE.equals(context.channel().attr(REPORTED).get())) {
            context.close();
        } else {
            super.exceptionCaught(context, cause);
        }
    }
}
