package io.bactrian.gate;

import io.bactrian.wire.Codec;
import io.bactrian.wire.Problem;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Builds an error response when only the head of the request has been read. Stateless. */
final class ErrorResponse {
    private ErrorResponse() {
    }

    /** A problem with {@code Connection: close}. Closing the connection is up to the caller. */
    static FullHttpResponse of(HttpRequest head, Problem problem) {
        boolean headOnly = head != null && HttpMethod.HEAD.equals(head.method());
        byte[] body = Codec.JSON.write(problem);
        FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(problem.status()), headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        answer.headers().set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        problem.challenge().ifPresent(value -> answer.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, value));
        return answer;
    }
}
