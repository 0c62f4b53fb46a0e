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
 * A line of the log for programs: one JSON object (RFC 8259), in ASCII, so that nothing in it can command a terminal.
 * {@code event} is the same for the same decision, {@code values} are what stands for each {@code {}} in it, the
 * mirror's name first where it is about a mirror. Thread-safe.
 */
final class JsonLogLayout extends LayoutBase<ILoggingEvent> {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final boolean traces;

    /** @param traces whether faults show where they came from */
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
