package io.bactrian.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Configures the log of the command line. Done in code, because reading XML adds 100 ms or more to the start. If
 * {@code -Dlogback.configurationFile} is set, that file is used instead.
 */
final class Logging {
    private Logging() {
    }

    static void configure(CommonOptions options) {
        if (System.getProperty("logback.configurationFile") != null
                || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        Level level = options.logLevel != null ? Level.valueOf(options.logLevel.name())
                : options.quiet ? Level.WARN : Level.INFO;
        boolean debug = !level.isGreaterOrEqual(Level.INFO);
        context.reset();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(debug ? level : Level.WARN);
        context.getLogger("io.bactrian").setLevel(level);
        if (!debug) {
            // it logs each startup failure with a stack trace; the command prints the reason in one line
            context.getLogger("org.apache.camel.impl.engine.AbstractCamelContext").setLevel(Level.OFF);
            context.getLogger("org.apache.camel.main").setLevel(Level.ERROR);
        }
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setTarget("System.err");
        boolean json = options.logFormat == CommonOptions.Format.JSON;
        add(root, context, console, json ? new JsonLogLayout(debug) : new TextLogLayout(debug, Terminal.isThere()));
        if (options.logFile != null) {
            add(root, context, rolling(context, options.logFile), json ? new JsonLogLayout(debug) : new TextLogLayout(debug, false));
        }
    }

    /** Removes control characters, with which a file name could fake log lines or control a terminal. */
    static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> clean.appendCodePoint(
                c == '\n' || c == '\t' ? ' ' : Character.isISOControl(c) || isFormat(c) ? '\uFFFD' : c));
        return clean.toString();
    }

    /** Characters that change the text direction, or break lines without being control characters. */
    private static boolean isFormat(int c) {
        int type = Character.getType(c);
        return type == Character.FORMAT || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
    }

    private static void add(Logger root, LoggerContext context, OutputStreamAppender<ILoggingEvent> appender,
            LayoutBase<ILoggingEvent> line) {
        line.setContext(context);
        line.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(line);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        root.addAppender(appender);
    }

    private static RollingFileAppender<ILoggingEvent> rolling(LoggerContext context, Path file) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
        appender.setFile(file.toString());
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(file + ".%d.%i.gz");
        policy.setMaxFileSize(new FileSize(10 * FileSize.MB_COEFFICIENT));
        policy.setMaxHistory(14);
        policy.start();
        appender.setRollingPolicy(policy);
        return appender;
    }
}
