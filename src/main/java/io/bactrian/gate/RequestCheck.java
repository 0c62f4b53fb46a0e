package io.bactrian.gate;

import java.util.Optional;

import io.bactrian.wire.Problem;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Base of handlers that check a request by its head and, as it arrives, its body. A refused request is answered at once
 * with a problem; the rest of it is discarded, then the connection is closed. One instance per connection.
 */
public abstract class RequestCheck extends ChannelDuplexHandler {
    private final RefusalCounts refusals;
    private HttpRequest head;
    private boolean refused;

    protected RequestCheck(RefusalCounts refusals) {
        this.refusals = refusals;
    }

    /** What is wrong with the request; empty to let it proceed. */
    protected abstract Optional<Problem> check(ChannelHandlerContext context, HttpRequest head);

    /** What is wrong with the body so far; empty to let it proceed. Not called once the request was refused. */
    protected Optional<Problem> check(ChannelHandlerContext context, HttpContent part) {
        return Optional.empty();
    }

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        Optional<Problem> problem = Optional.empty();
        if (!refused && message instanceof HttpRequest request) {
            head = request;
            problem = check(context, request);
        }
        if (!refused && problem.isEmpty() && message instanceof HttpContent part) {
            problem = check(context, part);
        }
        if (problem.isPresent()) {
            refused = true;
            refusals.count(problem.get());
            ErrorResponse.send(context, head, problem.get());
        }
        if (!refused) {
            super.channelRead(context, message);
            return;
        }
        // Closing while the caller still sends can destroy the answer in transit, so the rest is read and dropped.
        boolean last = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        if (last) {
            context.writeAndFlush(context.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
