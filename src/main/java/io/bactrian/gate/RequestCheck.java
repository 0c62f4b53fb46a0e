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
 * Decides on a request by its head and, as that comes, on its body. One that is refused is answered at once with a
 * problem; what still comes of it is thrown away, and then the connection ends. For one connection.
 */
public abstract class RequestCheck extends ChannelDuplexHandler {
    private final RefusalCounts refusals;
    private HttpRequest head;
    private boolean refused;

    protected RequestCheck(RefusalCounts refusals) {
        this.refusals = refusals;
    }

    /** What is wrong with the request; nothing, if it may go on. */
    protected abstract Optional<Problem> check(ChannelHandlerContext context, HttpRequest head);

    /** What is wrong with what has come of the body of a request that was not refused. */
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
        // Who closes while the other still sends takes the answer away from him: what he sends must be read.
        boolean last = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        if (last) {
            context.writeAndFlush(context.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
