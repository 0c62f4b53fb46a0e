package io.bactrian.gate;

import java.util.List;
import java.util.Optional;

import io.bactrian.wire.Problem;
import io.bactrian.wire.WireHeaders;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/**
 * Refuses malformed requests and those that two parsers could read differently (RFC 9112, 6.1 and 6.3). One instance
 * per connection.
 */
final class RequestValidation extends RequestCheck {
    /** Fields that may occur only once: given two values, different parsers might pick different ones. */
    private static final List<CharSequence> SINGLE = List.of(HttpHeaderNames.HOST, HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderNames.CONTENT_RANGE, HttpHeaderNames.CONTENT_TYPE,
            HttpHeaderNames.AUTHORIZATION, HttpHeaderNames.RANGE, WireHeaders.LEASE,
            WireHeaders.IDEMPOTENCY_KEY, WireHeaders.SEQUENCE);

    RequestValidation(RefusalCounts refusals) {
        super(refusals);
    }

    @Override
    protected Optional<Problem> check(ChannelHandlerContext context, HttpRequest head) {
        if (head.decoderResult().isFailure()) {
            Throwable cause = head.decoderResult().cause();
            if (cause instanceof TooLongHttpLineException) {
                return Optional.of(Problem.tooLongAddress("The first line of the request is too long."));
            }
            return Optional.of(cause instanceof TooLongHttpHeaderException
                    ? Problem.tooLongHead("The header fields of the request are too long.")
                    : Problem.badRequest("This is not an HTTP/1.1 request."));
        }
        HttpHeaders fields = head.headers();
        for (CharSequence name : SINGLE) {
            if (fields.getAll(name).size() > 1) {
                return Optional.of(Problem.badRequest("The header " + name + " may occur only once."));
            }
        }
        if (!fields.contains(HttpHeaderNames.HOST)) {
            return Optional.of(Problem.badRequest("The header Host is missing."));
        }
        String transfer = fields.get(HttpHeaderNames.TRANSFER_ENCODING);
        if (transfer != null && !transfer.equalsIgnoreCase("chunked")) {
            return Optional.of(Problem.badRequest("The only supported Transfer-Encoding is chunked."));
        }
        return Optional.empty();
    }
}
