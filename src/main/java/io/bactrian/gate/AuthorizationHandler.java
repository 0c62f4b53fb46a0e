package io.bactrian.gate;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.bactrian.wire.Problem;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;

/** Authorizes a request as soon as its headers have arrived. One instance per connection. */
final class AuthorizationHandler extends RequestCheck {
    /**
     * Seconds for which incoming bytes are discarded before a refused connection is closed: nobody who does not belong
     * here holds a connection for as long as a body may take.
     */
    private static final int LINGER_SECONDS = 2;

    private final RequestAuthorizer authorizer;

    AuthorizationHandler(RequestAuthorizer authorizer, RefusalCounts refusals) {
        super(refusals);
        this.authorizer = authorizer;
    }

    @Override
    protected Optional<Problem> check(ChannelHandlerContext context, HttpRequest head) {
        return authorizer.refuse(head, context.channel().remoteAddress());
    }

    @Override
    protected void refused(ChannelHandlerContext context) {
        context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    }
}
