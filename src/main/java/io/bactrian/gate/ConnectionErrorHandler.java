package io.bactrian.gate;

import javax.net.ssl.SSLException;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection that fails before its request is complete, for example when the caller hangs up or does not speak
 * TLS. Without it Camel logs a stack trace for each. One instance per connection.
 */
final class ConnectionErrorHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionErrorHandler.class);

    private final RefusalCounts refusals;

    ConnectionErrorHandler(RefusalCounts refusals) {
        this.refusals = refusals;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection from {} closed: {}", context.channel().remoteAddress(), cause.getClass().getSimpleName());
        if (cause.getCause() instanceof SSLException) {
            refusals.count(RefusalCounts.HANDSHAKE);
        }
        context.close();
    }
}
