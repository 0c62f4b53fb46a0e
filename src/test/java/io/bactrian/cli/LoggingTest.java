package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.bactrian.settings.BadSetting;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.AccessDeniedException;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

class LoggingTest {
    @Test
    void a_line_is_time_level_and_message() {
        assertThat(line("it is slow", Level.WARN)).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d WARN it is slow\n");
        assertThat(line("it is there", Level.INFO)).matches("[-0-9]{10} [:0-9]{8} it is there\n");
    }

    @Test
    void a_file_name_can_neither_fake_a_line_nor_command_the_terminal() {
        assertThat(line("read a\n2026-01-01 ERROR fake\u001b[2J\u202Egpj.exe", Level.INFO))
                .hasLineCount(1).contains("read a 2026-01-01 ERROR fake\uFFFD[2J\uFFFDgpj.exe");
    }

    @Test
    void a_fault_is_told_without_camels_wrappings() {
        Throwable fault = new FailedToCreateRouteException("r", "r.yaml", "direct:r", new RuntimeCamelException("Cannot create bean",
                new InvocationTargetException(new IllegalStateException("the index is locked by process 7: stop it"))));

        assertThat(Reason.of(fault)).isEqualTo(new Reason(3, "the index is locked by process 7: stop it"));
    }

    @Test
    void a_bad_setting_is_wrong_usage_wherever_it_was_found() {
        assertThat(Reason.of(new RuntimeException("oh", new BadSetting("a=b is not allowed"))))
                .isEqualTo(new Reason(2, "a=b is not allowed"));
    }

    @Test
    void a_file_systems_fault_says_more_than_its_path() {
        assertThat(Reason.of(new AccessDeniedException("/data")).why()).isEqualTo("no permission for /data");
        assertThat(Reason.of(new IOException("No space left on device")).why()).isEqualTo("No space left on device");
    }

    private static String line(String message, Level level) {
        Logger logger = new LoggerContext().getLogger("test");
        return new Line(false, false).doLayout(new LoggingEvent(Line.class.getName(), logger, level, message, null, null));
    }
}
