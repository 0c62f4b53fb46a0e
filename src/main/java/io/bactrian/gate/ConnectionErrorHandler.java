package io.bactrian.gate;

import javax.net.ssl.SSLException;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a connection on which something went wrong before its request was whole: a caller who hangs up, or whose bytes
 * are no TLS. Camel would write a stack trace into the log for each. For one connection.
 */
final class ConnectionErrorHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionErrorHandler.class);

    private final RefusalCounts refusals;

    ConnectionErrorHandler(RefusalCounts refusals) {
        this.refusals = refusals;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("{} is cut: {}", context.channel().remoteAddress(), cause.getClass().getSimpleName());
        if (cause.getCause() instanceof SSLException) {
            refusals.count(RefusalCounts.HANDSHAKE);
        }
        context.close();
    }
}
