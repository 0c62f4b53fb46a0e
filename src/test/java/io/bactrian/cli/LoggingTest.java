package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.settings.InvalidSettingException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.AccessDeniedException;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

class LoggingTest {
    @Test
    void a_line_has_time_level_and_message() {
        assertThat(line("it is slow", Level.WARN)).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d WARN it is slow\n");
        assertThat(line("it is there", Level.INFO)).matches("[-0-9]{10} [:0-9]{8} it is there\n");
    }

    @Test
    void a_file_name_can_neither_fake_a_line_nor_control_the_terminal() {
        assertThat(line("read a\n2026-01-01 ERROR fake\u001b[2J\u202Egpj.exe", Level.INFO))
                .hasLineCount(1).contains("read a 2026-01-01 ERROR fake\uFFFD[2J\uFFFDgpj.exe");
    }

    @Test
    void an_exception_with_line_breaks_cannot_fake_a_line() {
        Logger logger = new LoggerContext().getLogger("test");
        Throwable fault = new IOException("no\n2026-01-01 00:00:00 ERROR fake\u001b[2J\u0085x");
        String lines = new TextLogLayout(true, false).doLayout(new LoggingEvent(TextLogLayout.class.getName(), logger, Level.WARN, "oh", fault, null));

        assertThat(lines.lines().skip(1)).isNotEmpty().allSatisfy(line -> assertThat(line).startsWith("    "));
        assertThat(lines).contains("fake\uFFFD[2J").doesNotContain("\u001b", "\u0085");
    }

    @Test
    void json_has_one_ascii_object_per_line_with_event_and_values() throws IOException {
        Logger logger = new LoggerContext().getLogger("io.bactrian.Test");
        LoggingEvent event = new LoggingEvent(TextLogLayout.class.getName(), logger, Level.WARN, "{}: {}: {}",
                new IOException("why\u001b"), new Object[] {"photos", "a\n\u202E\u001bé", 5});
        String line = new JsonLogLayout(true).doLayout(event);

        assertThat(line).hasLineCount(1).matches("[ -~]+\n");
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.path("level").asText()).isEqualTo("WARN");
        assertThat(json.path("event").asText()).isEqualTo("{}: {}: {}");
        assertThat(json.path("values").get(0).asText()).isEqualTo("photos");
        assertThat(json.path("values").get(1).asText()).isEqualTo("a\n\u202E\u001bé");
        assertThat(json.path("message").asText()).startsWith("photos: a");
        assertThat(json.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(json.path("fault").asText()).contains("IOException: why");
        assertThat(new ObjectMapper().readTree(new JsonLogLayout(false).doLayout(event)).has("fault")).isFalse();
    }

    @Test
    void reports_an_exception_without_camels_wrappers() {
        Throwable fault = new FailedToCreateRouteException("r", "r.yaml", "direct:r", new RuntimeCamelException("Cannot create bean",
                new InvocationTargetException(new IllegalStateException("the index is locked by process 7: stop it"))));

        assertThat(ExitReason.of(fault)).isEqualTo(new ExitReason(3, "the index is locked by process 7: stop it"));
    }

    @Test
    void an_invalid_setting_is_wrong_usage_wherever_it_was_found() {
        assertThat(ExitReason.of(new RuntimeException("oh", new InvalidSettingException("a=b is not allowed"))))
                .isEqualTo(new ExitReason(2, "a=b is not allowed"));
    }

    @Test
    void a_file_system_exception_names_more_than_its_path() {
        assertThat(ExitReason.of(new AccessDeniedException("/data")).why()).isEqualTo("permission denied: /data");
        assertThat(ExitReason.of(new IOException("No space left on device")).why()).isEqualTo("No space left on device");
    }

    private static String line(String message, Level level) {
        Logger logger = new LoggerContext().getLogger("test");
        return new TextLogLayout(false, false).doLayout(new LoggingEvent(TextLogLayout.class.getName(), logger, level, message, null, null));
    }
}
