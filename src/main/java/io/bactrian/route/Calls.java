package io.bactrian.route;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.WireHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/**
 * Requests to a target and its answers, as HTTP. The property {@code call} says which, as
 * {@code METHOD path}; the body is a {@link Message}, bytes of content, or nothing. Thread-safe.
 */
public final class Calls {
    private static final Map<String, Class<? extends Message>> ANSWERS = Map.of(
            "POST session", Message.Session.class,
            "POST tree", Message.Tree.class,
            "POST content", Message.Content.class,
            "POST chunks", Message.Chunks.class,
            "POST changes", Message.Receipt.class);

    /** Makes the exchange's message the request. */
    public void request(Exchange exchange, @ExchangeProperty("call") String call, @ExchangeProperty("link") Link link) {
        org.apache.camel.Message message = exchange.getMessage();
        Object body = message.getBody();
        exchange.setProperty("target", link.target().toString());
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_METHOD, call.substring(0, call.indexOf(' ')));
        message.setHeader(Exchange.HTTP_PATH, call.substring(call.indexOf(' ') + 1));
        message.setHeader("Accept", Codec.CBOR.mediaType());
        link.session().ifPresent(session -> message.setHeader(WireHeaders.LEASE, session.lease()));
        if (body instanceof Message.Changes) {
            message.setHeader(WireHeaders.IDEMPOTENCY_KEY, UUID.randomUUID().toString());
            message.setHeader(WireHeaders.SEQUENCE, exchange.getProperty("sequence", String.class));
        }
        if (body instanceof Message request) {
            message.setHeader(Exchange.CONTENT_TYPE, Codec.CBOR.mediaType());
            message.setBody(Codec.CBOR.write(request));
        } else if (body instanceof byte[]) {
            message.setHeader(Exchange.CONTENT_TYPE, "application/octet-stream");
            message.setHeader("Content-Range", exchange.getProperty("part", Part.class).contentRange());
        } else {
            message.setBody(new byte[0]);
        }
    }

    /**
     * Makes the exchange's body what the target answered; nothing, if that is its answer.
     *
     * @throws ProblemException if the target says that it cannot
     * @throws IOException      if the answer is not Bactrian's, or says that the request is to be repeated
     */
    public Object answer(Exchange exchange, @ExchangeProperty("call") String call, @ExchangeProperty("link") Link link)
            throws IOException {
        org.apache.camel.Message message = exchange.getMessage();
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        String type = message.getHeader(Exchange.CONTENT_TYPE, "", String.class).toLowerCase(Locale.ROOT);
        byte[] body = message.getBody(byte[].class);
        message.removeHeaders("*");
        if (type.startsWith(Problem.MEDIA_TYPE)) {
            Problem problem = Codec.JSON.read(body, Problem.class);
            throw new ProblemException(problem);
        }
        Class<? extends Message> expected = ANSWERS.get(call);
        if (status / 100 != 2 || expected != null && !type.startsWith(Codec.CBOR.mediaType())) {
            throw new IOException("it answers HTTP " + status + (type.isEmpty() ? "" : " with " + type)
                    + ", which is not Bactrian's; check the URL's port, and the mirror's name at its end");
        }
        link.renewed();
        return expected == null ? null : Codec.CBOR.read(body, expected);
    }
}
