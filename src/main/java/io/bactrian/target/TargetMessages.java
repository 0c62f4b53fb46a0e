package io.bactrian.target;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Supplier;

import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import io.bactrian.wire.Operation;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.WireHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The data format of requests to a target and of its answers: JSON or CBOR, as the request's headers say. The request's operation says
 * what is read. Camel's own data format for Jackson knows neither the limits on lists nor the format of times, which differ from
 * request to request. Thread-safe.
 */
public final class TargetMessages extends ServiceSupport implements DataFormat {
    private final Settings settings;

    public TargetMessages(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    /** Writes an answer as the caller accepts it. */
    @Override
    public void marshal(Exchange exchange, Object message, OutputStream stream) throws IOException {
        Request request = exchange.getProperty("request", Request.class);
        Codec codec = Codec.named(request.header("Accept").orElse(""));
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, codec.mediaType());
        codec.write(message, stream, request.header(WireHeaders.TIMES).filter(WireHeaders.SECONDS::equals).isPresent());
    }

    /** @throws ProblemException if the body is not what the operation asks for, or has too many changes or directories */
    @Override
    public Object unmarshal(Exchange exchange, Object body) {
        Request request = exchange.getProperty("request", Request.class);
        Class<? extends Message> type = request.call().operation().flatMap(Operation::request).orElseThrow();
        int most = type == Message.CompareTree.class ? settings.value(Property.HTTP_MAX_DIRECTORIES)
                : settings.value(Property.HTTP_MAX_ENTRIES);
        byte[] bytes = exchange.getContext().getTypeConverter().convertTo(byte[].class, exchange, body);
        try {
            return Codec.named(request.header("Content-Type").orElse("")).read(bytes, type, most);
        } catch (IOException e) {
            throw new ProblemException(Problem.badRequest(e.getMessage()));
        }
    }

    @Override
    public Object unmarshal(Exchange exchange, InputStream stream) throws IOException {
        return unmarshal(exchange, stream.readAllBytes());
    }
}
