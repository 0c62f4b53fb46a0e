package io.bactrian.gate;

import java.util.Optional;

import io.bactrian.wire.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Base of handlers that check a request by its head and, as it arrives, its body. A refused request is answered with a
 * problem as soon as all earlier (pipelined) ones on the connection have been; the rest of it is neither buffered nor
 * requested, then the connection is closed. One instance per connection.
 */
public abstract class RequestCheck extends ChannelDuplexHandler {
    private final RefusalCounts refusals;
    private HttpRequest head;
    /** Requests that were let through and are not answered yet. */
    private int inside;
    private boolean interim;
    private boolean refused;
    private boolean complete;
    private Optional<FullHttpResponse> refusal = Optional.empty();

    protected RequestCheck(RefusalCounts refusals) {
        this.refusals = refusals;
    }

    /** What is wrong with the request; empty to let it proceed. */
    protected abstract Optional<Problem> check(ChannelHandlerContext context, HttpRequest head);

    /** What is wrong with the body so far; empty to let it proceed. Not called once the request was refused. */
    protected Optional<Problem> check(ChannelHandlerContext context, HttpContent part) {
        return Optional.empty();
    }

    /** A request was answered. */
    protected void answered() {
    }

    /** A refusal was sent; the connection is closed once the request has arrived to its end. */
    protected void refused(ChannelHandlerContext context) {
    }

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        Optional<Problem> problem = Optional.empty();
        if (!refused && message instanceof HttpRequest request) {
            head = request;
            inside++;
            problem = check(context, request);
        }
        if (!refused && problem.isEmpty() && message instanceof HttpContent part) {
            problem = check(context, part);
        }
        if (problem.isPresent()) {
            refused = true;
            inside--;
            refusals.count(problem.get());
            refusal = problem.map(why -> ErrorResponse.of(head, why));
        }
        if (!refused) {
            super.channelRead(context, message);
            return;
        }
        // Closing while the caller still sends can destroy the answer in transit, so the rest is read and dropped.
        complete |= message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        refuse(context);
    }

    @Override
    public final void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpResponse answer) {
            interim = answer.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        boolean last = message instanceof LastHttpContent && !interim;
        if (last) {
            answered();
        }
        super.write(context, message, promise);
        if (last) {
            inside--;
            refuse(context);
        }
    }

    private void refuse(ChannelHandlerContext context) {
        if (refusal.isPresent() && inside <= 0) {
            context.writeAndFlush(refusal.get());
            refusal = Optional.empty();
            refused(context);
        }
        if (refused && complete && refusal.isEmpty()) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        refusal.ifPresent(ReferenceCountUtil::release);
        refusal = Optional.empty();
    }
}
