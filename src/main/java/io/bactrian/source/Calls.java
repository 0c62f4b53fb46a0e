package io.bactrian.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.bactrian.host.ContextBean;
import io.bactrian.link.Link;
import io.bactrian.upload.Part;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Encoding;
import io.bactrian.wire.Message;
import io.bactrian.wire.Operation;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.StoppingException;
import io.bactrian.wire.StrangeAnswerException;
import io.bactrian.wire.WireHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.support.SimpleTypeConverter;

/**
 * Converts requests to a target, and its answers, to and from HTTP. The property {@code operation} names the {@link Operation}; the
 * body is a {@link Message} or a {@link TargetRequest}, or nothing. Thread-safe.
 */
public final class Calls extends ContextBean {
    /** The same limit as in call-target. */
    private static final int MOST = 64 << 20;

    /** Lets Netty send parts without copying them; a repeated request gets a new view, which starts at the beginning. */
    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        camelContext.getTypeConverterRegistry().addTypeConverter(ByteBuf.class, Part.class,
                new SimpleTypeConverter(false, (type, exchange, part) -> view((Part) part)));
    }

    private static ByteBuf view(Part part) {
        part.attempts().incrementAndGet();
        return Unpooled.wrappedBuffer(part.bytes());
    }

    /**
     * Makes the exchange's message the request.
     *
     * @throws StoppingException if the link is stopped
     */
    public void request(Exchange exchange, @ExchangeProperty("operation") String name, @ExchangeProperty("link") Link link) {
        Operation operation = Operation.named(name);
        if (link.isStopped() && !operation.isSentWhileStopping()) {
            throw new StoppingException();
        }
        org.apache.camel.Message message = exchange.getMessage();
        TargetRequest request = request(message.getBody());
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_METHOD, operation.method());
        message.setHeader(Exchange.HTTP_PATH, operation.resource() + (request.id().isEmpty() ? "" : '/' + request.id()));
        message.setHeader("Accept", Codec.CBOR.mediaType());
        message.setHeader(WireHeaders.TIMES, WireHeaders.SECONDS);
        if (operation.hasLargeAnswer()) {
            message.setHeader(Encoding.ACCEPT, Encoding.accepted());
        }
        link.session().ifPresent(session -> message.setHeader(WireHeaders.LEASE, session.lease()));
        if (request.content() instanceof Message) {
            message.setHeader(Exchange.CONTENT_TYPE, Codec.CBOR.mediaType());
        } else if (request.content() instanceof Part) {
            message.setHeader(Exchange.CONTENT_TYPE, "application/octet-stream");
        }
        request.headers().forEach(message::setHeader);
        message.setBody(request.content() == null ? new byte[0] : request.content());
    }

    private static TargetRequest request(Object body) {
        if (body instanceof TargetRequest request) {
            return request;
        }
        return body instanceof Message plain ? new TargetRequest(plain) : TargetRequest.about("");
    }

    /** Compresses the request's body if the target supports it and it saves time. */
    public Sent compress(@ExchangeProperty("link") Link link, @Body Object body) {
        ByteBuffer bytes = body instanceof Part part ? part.bytes() : ByteBuffer.wrap((byte[]) body);
        return new Sent(bytes.remaining(), link.compression().shorter(bytes), System.nanoTime());
    }

    /** Makes the compressed body the request's, if there is one. */
    public void encode(Exchange exchange, @ExchangeProperty("sent") Sent sent) {
        sent.compressed().ifPresent(body -> {
            exchange.getMessage().setHeader(Encoding.CONTENT, Encoding.ZSTD.token());
            exchange.getMessage().setBody(body);
        });
    }

    /**
     * Returns the bytes of the target's answer; null if it has no message.
     *
     * @throws ProblemException if the target answers with a problem
     * @throws IOException      if the answer is not a Bactrian response, or cannot be decompressed
     */
    public byte[] answer(Exchange exchange, @ExchangeProperty("operation") String name, @ExchangeProperty("link") Link link,
            @ExchangeProperty("sent") Sent sent) throws IOException {
        Operation operation = Operation.named(name);
        long nanos = System.nanoTime() - sent.at();
        org.apache.camel.Message message = exchange.getMessage();
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        String type = message.getHeader(Exchange.CONTENT_TYPE, "", String.class).toLowerCase(Locale.ROOT);
        Optional<Encoding> encoding = encoding(message);
        String accepted = message.getHeader(Encoding.ACCEPT, "", String.class);
        String times = message.getHeader(WireHeaders.TIMES, "", String.class);
        nanos -= Math.min(nanos, WireHeaders.nanos(message.getHeader(WireHeaders.SERVER_TIMING, "", String.class)));
        byte[] body = message.getBody(byte[].class);
        message.removeHeaders("*");
        if (status == 415 && sent.after() < sent.before()) {
            // The turn fails; the requests of the next turn are not compressed.
            link.compression().refused();
        }
        if (type.startsWith(Problem.MEDIA_TYPE)) {
            Problem problem = Codec.JSON.read(body, Problem.class);
            throw new ProblemException(problem);
        }
        if (status / 100 != 2 || operation.answer().isPresent() && !type.startsWith(Codec.CBOR.mediaType())) {
            throw new StrangeAnswerException("it answered HTTP " + status + (type.isEmpty() ? "" : " with " + type)
                    + ", which is not a Bactrian response; check the port and the mirror name in the URL");
        }
        if (operation == Operation.RECEIVE_CHANGES) {
            link.sent().batch(System.nanoTime() - sent.at());
        }
        link.compression().sent(sent.before(), sent.after(), nanos);
        if (operation == Operation.OPEN_SESSION) {
            link.compression().accepted(accepted);
            link.lease().times(times);
        }
        if (operation.answer().isEmpty()) {
            return null;
        }
        return encoding.isPresent() ? encoding.get().decode(body, MOST) : body;
    }

    private static Optional<Encoding> encoding(org.apache.camel.Message message) throws IOException {
        try {
            return Encoding.of(List.of(message.getHeader(Encoding.CONTENT, "", String.class)));
        } catch (IllegalArgumentException e) {
            throw new IOException("its answer is not readable: " + e.getMessage(), e);
        }
    }

    /** A request in flight: the size of its body before compression, its compressed body, and when it was sent. */
    record Sent(long before, Optional<byte[]> compressed, long at) {
        /** The size of the body that is sent, in bytes. */
        long after() {
            return compressed.map(is -> (long) is.length).orElse(before);
        }
    }
}
