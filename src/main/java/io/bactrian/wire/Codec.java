package io.bactrian.wire;

import static com.fasterxml.jackson.databind.cfg.CoercionAction.Fail;
import static com.fasterxml.jackson.databind.cfg.CoercionInputShape.Boolean;
import static com.fasterxml.jackson.databind.cfg.CoercionInputShape.Float;
import static com.fasterxml.jackson.databind.cfg.CoercionInputShape.Integer;

import java.io.IOException;
import java.io.OutputStream;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/** Encodes messages: JSON (RFC 8259) for readability, CBOR (RFC 8949) for speed. Thread-safe. */
public enum Codec {
    JSON("application/json", JsonMapper.builder()),
    CBOR("application/cbor", JsonMapper.builder(new CBORFactory()));

    private final String mediaType;
    private final ObjectMapper mapper;

    Codec(String mediaType, JsonMapper.Builder builder) {
        this.mediaType = mediaType;
        // Strict, so that a misspelled field is reported to its sender instead of being ignored.
        this.mapper = builder
                .addModule(new Jdk8Module())
                .addModule(new JavaTimeModule())
                .addModule(TimeFormat.module())
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(LogicalType.Textual, text -> text.setCoercion(Integer, Fail)
                        .setCoercion(Float, Fail).setCoercion(Boolean, Fail))
                .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build();
        mapper.getFactory().setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build());
    }

    public String mediaType() {
        return mediaType;
    }

    /** The codec for a Content-Type or Accept header; JSON unless CBOR is named. */
    public static Codec named(String header) {
        return header != null && header.toLowerCase(java.util.Locale.ROOT).contains(CBOR.mediaType) ? CBOR : JSON;
    }

    public byte[] write(Object message) {
        try {
            return writer(true).writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot encode a message of " + message.getClass(), e);
        }
    }

    /**
     * Writes a message to a stream, which stays open.
     *
     * @param seconds whether the receiver accepts times {@linkplain WireHeaders#TIMES as seconds}
     */
    public void write(Object message, OutputStream stream, boolean seconds) throws IOException {
        writer(seconds).without(JsonGenerator.Feature.AUTO_CLOSE_TARGET).writeValue(stream, message);
    }

    private ObjectWriter writer(boolean seconds) {
        return seconds ? mapper.writer().withAttribute(TimeFormat.SECONDS, true) : mapper.writer();
    }

    /**
     * Reads a message.
     *
     * @throws IOException if the bytes are not such a message; its text is suitable for the sender
     */
    public <T> T read(byte[] bytes, Class<T> type) throws IOException {
        return read(bytes, type, java.lang.Integer.MAX_VALUE);
    }

    /**
     * As {@link #read(byte[], Class)}, for a message with a list of changes or directories.
     *
     * @param most maximum length of the list
     * @throws ProblemException if it is longer; the rest is not read
     */
    public <T> T read(byte[] bytes, Class<T> type, int most) throws IOException {
        try {
            T message = mapper.readerFor(type).withAttribute(BoundedList.MOST, most).readValue(bytes);
            if (message == null) {
                throw new IOException("the body is empty");
            }
            return message;
        } catch (JsonProcessingException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof ProblemException problem) {
                    throw problem;
                }
            }
            throw new IOException(DecodeErrors.explain(e), e);
        }
    }
}
