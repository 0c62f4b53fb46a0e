package io.bactrian.gate;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.bactrian.wire.Codec;
import io.bactrian.wire.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Netty handler that authorizes a request as soon as its headers have arrived. A refused request is answered at once
 * and its connection closed; its body is neither buffered nor requested nor awaited. One instance per connection.
 */
final class AuthorizationHandler extends ChannelDuplexHandler {
    /**
     * Seconds for which incoming bytes are discarded before a refused connection is closed: closing while the caller
     * still sends can destroy the answer in transit.
     */
    private static final int LINGER_SECONDS = 2;

    private final RequestAuthorizer authorizer;
    private final RefusalCounts refusals;
    private int inside;
    private boolean interim;
    private boolean shut;
    private boolean complete;
    private Optional<FullHttpResponse> refusal = Optional.empty();

    AuthorizationHandler(RequestAuthorizer authorizer, RefusalCounts refusals) {
        this.authorizer = authorizer;
        this.refusals = refusals;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!shut && message instanceof HttpRequest request) {
            Optional<Problem> problem = authorizer.refuse(request, context.channel().remoteAddress());
            problem.ifPresent(refusals::count);
            shut = problem.isPresent();
            refusal = problem.map(why -> answer(why, request));
            inside += shut ? 0 : 1;
        }
        if (!shut) {
            context.fireChannelRead(message);
            return;
        }
        complete |= message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        refuse(context);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        boolean last = message instanceof LastHttpContent && !interim;
        context.write(message, promise);
        if (last) {
            inside--;
            refuse(context);
        }
    }

    /** Sends the refusal once all earlier (pipelined) requests on the connection have been answered. */
    private void refuse(ChannelHandlerContext context) {
        if (refusal.isPresent() && inside <= 0) {
            context.writeAndFlush(refusal.get());
            refusal = Optional.empty();
            context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        }
        if (shut && complete && refusal.isEmpty()) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        refusal.ifPresent(ReferenceCountUtil::release);
        refusal = Optional.empty();
    }

    private static FullHttpResponse answer(Problem problem, HttpRequest request) {
        byte[] body = Codec.JSON.write(problem);
        boolean headOnly = request.method().equals(HttpMethod.HEAD);
        FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(problem.status()), headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        answer.headers().set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        problem.challenge().ifPresent(value -> answer.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, value));
        return answer;
    }
}
