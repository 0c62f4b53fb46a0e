package io.bactrian.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Formats the log for programs: one JSON object (RFC 8259) per line, in ASCII, so that nothing in it can control a
 * terminal. {@code event} is the message pattern, {@code values} are the arguments for each {@code {}} in it; the first
 * one is the mirror's name, if there is one. Thread-safe.
 */
final class JsonLogLayout extends LayoutBase<ILoggingEvent> {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final boolean traces;

    /** @param traces whether to print stack traces */
    JsonLogLayout(boolean traces) {
        this.traces = traces;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
        line.put("level", event.getLevel().toString());
        line.put("logger", event.getLoggerName());
        line.put("event", event.getMessage());
        line.put("values", event.getArgumentArray() == null ? List.of()
                : Arrays.stream(event.getArgumentArray()).map(String::valueOf).toList());
        line.put("message", event.getFormattedMessage());
        if (traces && event.getThrowableProxy() != null) {
            line.put("fault", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        try {
            return MAPPER.writeValueAsString(line) + System.lineSeparator();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
