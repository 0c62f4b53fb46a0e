package io.bactrian.wire;

import java.io.IOException;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.bactrian.tree.Time;

/**
 * Serializes times: nanoseconds since 1970, and if 64 bits do not suffice, {@code {"seconds": ..., "nanos": ...}}. A
 * receiver that has not declared support for the latter ({@link WireHeaders#TIMES}) gets the nearest time that fits.
 */
final class TimeFormat {
    /** The writer attribute that declares this support. */
    static final String SECONDS = "seconds";

    private TimeFormat() {
    }

    static SimpleModule module() {
        return new SimpleModule("times").addSerializer(Time.class, new Writer()).addDeserializer(Time.class, new Reader());
    }

    private static final class Writer extends JsonSerializer<Time> {
        @Override
        public void serialize(Time time, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (time.fitsNanos() || provider.getAttribute(SECONDS) == null) {
                out.writeNumber(time.nanosSinceEpoch());
            } else {
                out.writePOJO(new Far(time.seconds(), time.nanos()));
            }
        }
    }

    private static final class Reader extends JsonDeserializer<Time> {
        @Override
        public Time deserialize(JsonParser in, DeserializationContext context) throws IOException {
            if (in.currentToken() != JsonToken.START_OBJECT) {
                return Time.ofNanos(context.readValue(in, long.class));
            }
            Far far = context.readValue(in, Far.class);
            return new Time(far.seconds, far.nanos);
        }
    }

    private record Far(long seconds, int nanos) {
        @JsonCreator
        Far(@JsonProperty(value = "seconds", required = true) long seconds, @JsonProperty(value = "nanos", required = true) int nanos) {
            if (nanos < 0 || nanos > 999_999_999) {
                throw new IllegalArgumentException("nanoseconds must be from 0 to 999,999,999");
            }
            this.seconds = seconds;
            this.nanos = nanos;
        }
    }
}
