package io.bactrian.target;

import java.io.IOException;
import java.util.function.Supplier;

import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.wire.BodyTooLongException;
import io.bactrian.wire.Compression;
import io.bactrian.wire.Encoding;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.WireHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;

/** Decodes and encodes compressed bodies at a target. Thread-safe. */
public final class Encodings {
    /** Shorter bodies fit into a packet. */
    private static final int LEAST = 1024;

    private final Settings settings;

    public Encodings(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    /** Decodes the body of a request, up to {@code bactrian.http.max-body}. */
    public Object decode(Exchange exchange, @ExchangeProperty("request") Request request, @Body Object body) {
        int length = body instanceof ByteBuf part ? part.readableBytes() : ((byte[]) body).length;
        if (length >= Compression.SMALL) {
            exchange.setProperty(WireHeaders.SERVER_TIMING, System.nanoTime());
        }
        try {
            var encoding = Encoding.of(request.headers().getAll(Encoding.CONTENT));
            if (encoding.isEmpty()) {
                return body;
            }
            byte[] bytes = body instanceof ByteBuf part ? ByteBufUtil.getBytes(part) : (byte[]) body;
            return encoding.get().decode(bytes, settings.value(Property.HTTP_MAX_BODY));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Problem.unsupportedEncoding("The Content-Encoding is not supported: " + e.getMessage() + "."));
        } catch (BodyTooLongException e) {
            throw new ProblemException(Problem.tooLarge("The body is too large: " + e.getMessage()
                    + "; send less in one request."));
        } catch (IOException e) {
            throw new ProblemException(Problem.badRequest("The body does not match its Content-Encoding."));
        }
    }

    /**
     * Compresses a large answer if the caller accepts that. Adds the supported encodings to the answer for a session, and the processing
     * time to the answer for a large request, from which the sender learns the time on the network.
     */
    public void encode(Exchange exchange, @ExchangeProperty("request") Request request,
            @ExchangeProperty(WireHeaders.SERVER_TIMING) Long began) {
        Message answer = exchange.getMessage();
        if (began != null) {
            answer.setHeader(WireHeaders.SERVER_TIMING, WireHeaders.timing(System.nanoTime() - began));
        }
        if (request.call().resource().equals("session")) {
            answer.setHeader(Encoding.ACCEPT, Encoding.accepted());
            answer.setHeader(WireHeaders.TIMES, WireHeaders.SECONDS);
        }
        if (answer.getBody() instanceof byte[] body && body.length >= LEAST) {
            Encoding.wanted(request.header(Encoding.ACCEPT).orElse("")).ifPresent(encoding ->
                    encoding.encode(body).ifPresent(shorter -> {
                        answer.setHeader(Encoding.CONTENT, encoding.token());
                        answer.setBody(shorter);
                    }));
        }
    }
}
