package io.bactrian.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Formats the log for people: time, level unless it is INFO, message. Thread-safe. */
final class TextLogLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
            .withZone(ZoneId.systemDefault());

    private final boolean traces;
    private final boolean terminal;

    /**
     * @param traces   whether to print stack traces
     * @param terminal whether a progress bar may have to be erased
     */
    TextLogLayout(boolean traces, boolean terminal) {
        this.traces = traces;
        this.terminal = terminal;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(128);
        if (terminal) {
            line.append("\r\u001b[K");
        }
        line.append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp()))).append(' ');
        if (event.getLevel() != Level.INFO) {
            line.append(event.getLevel()).append(' ');
        }
        line.append(Logging.printable(event.getFormattedMessage())).append(System.lineSeparator());
        if (traces && event.getThrowableProxy() != null) {
            // Indented, so that a message with line breaks cannot fake a log line
            ThrowableProxyUtil.asString(event.getThrowableProxy()).lines().forEach(step ->
                    line.append("    ").append(Logging.printable(step).strip()).append(System.lineSeparator()));
        }
        return line.toString();
    }
}
