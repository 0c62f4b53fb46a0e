package io.bactrian.gate;

import io.bactrian.wire.Codec;
import io.bactrian.wire.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Builds and sends an error response when only the head of the request has been read. Stateless. */
final class ErrorResponse {
    private ErrorResponse() {
    }

    /** Answers with a problem and {@code Connection: close}. Closing the connection is up to the caller. */
    static void send(ChannelHandlerContext context, HttpRequest head, Problem problem) {
        FullHttpResponse answer = answer(head, problem);
        answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(answer);
    }

    private static FullHttpResponse answer(HttpRequest head, Problem problem) {
        boolean headOnly = head != null && HttpMethod.HEAD.equals(head.method());
        byte[] body = headOnly ? new byte[0] : Codec.JSON.write(problem);
        FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(problem.status()), Unpooled.wrappedBuffer(body));
        answer.headers().set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
        answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return answer;
    }
}
