package io.bactrian.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import io.bactrian.wire.Codec;
import io.bactrian.wire.Operation;
import org.apache.camel.Exchange;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.support.service.ServiceSupport;

/** The data format of requests to a target and of its answers: CBOR. The property {@code operation} says what is read. Thread-safe. */
public final class SourceMessages extends ServiceSupport implements DataFormat {
    @Override
    public void marshal(Exchange exchange, Object message, OutputStream stream) throws IOException {
        Codec.CBOR.write(message, stream, true);
    }

    /** @throws IOException if the target's answer is not what the operation answers with */
    @Override
    public Object unmarshal(Exchange exchange, Object body) throws IOException {
        Operation operation = Operation.named(exchange.getProperty("operation", String.class));
        byte[] bytes = exchange.getContext().getTypeConverter().convertTo(byte[].class, exchange, body);
        return Codec.CBOR.read(bytes, operation.answer().orElseThrow());
    }

    @Override
    public Object unmarshal(Exchange exchange, InputStream stream) throws IOException {
        return unmarshal(exchange, stream.readAllBytes());
    }
}
