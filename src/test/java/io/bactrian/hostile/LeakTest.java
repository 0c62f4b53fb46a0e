package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.bactrian.hostile.RunningTarget.Answer;
import io.bactrian.wire.Operation;
import io.bactrian.wire.WireHeaders;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Neither answers nor the log contain stack traces, leases, or paths outside the replica, whatever fails. */
class LeakTest extends HostileTest {
    private static final String NASTY = "a\u001b[2J\r\nSet-Cookie: x\u0007\u202e";

    private final List<ILoggingEvent> said = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> ear = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
                said.add(event);
            }
        }
    };

    @BeforeEach
    void listen() {
        ear.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(ear);
    }

    @AfterEach
    void the_log_contains_no_secrets() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(ear);
        assertThat(said).allSatisfy(event -> {
            assertThat(event.getThrowableProxy()).as(event.getFormattedMessage()).isNull();
            assertThat(event.getFormattedMessage()).doesNotContain("\tat ", outside.toString());
        });
    }

    private static void assertSilent(Answer answer) {
        assertTellsNothing(answer);
        assertThat(answer.text().chars().filter(Character::isISOControl)).as(answer.text()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"OPEN_SESSION", "COMPARE_TREE", "OPEN_CONTENT", "TELL_CHUNKS", "RECEIVE_CHANGES", "READ_FILE"})
    void an_internal_error_reveals_nothing(Operation operation) throws Exception {
        String lease = target.lease();
        String route = operation.route();
        AdviceWith.adviceWith(target.camel(), route, advice -> advice.weaveAddFirst().process(exchange -> {
            throw new IllegalStateException(outside + "/secret " + NASTY + " java.lang.Secret");
        }));
        try {
            String path = "default/" + operation.resource() + (operation == Operation.READ_FILE ? "/kept/file" : "");
            String body = switch (operation) {
                case OPEN_SESSION -> "{\"sender\":\"test\",\"instance\":\"one\"}";
                case COMPARE_TREE -> "{\"directories\":[],\"rescan\":false}";
                case READ_FILE -> "";
                default -> "{}";
            };
            Answer answer = target.call(operation.method(), path, body, WireHeaders.LEASE, lease, WireHeaders.IDEMPOTENCY_KEY,
                    operation.id());
            assertProblem(answer, 500);
            assertSilent(answer);
            assertThat(said).noneSatisfy(event -> assertThat(event.getFormattedMessage()).contains(lease));
        } finally {
            AdviceWith.adviceWith(target.camel(), route, advice -> advice.weaveByToString(".*").selectFirst().remove());
        }
    }

    @Test
    void names_are_logged_without_control_characters() throws Exception {
        String lease = target.lease();
        for (String path : new String[] {NASTY, "kept/file/" + NASTY, "../" + NASTY, "kept/" + NASTY + "/x"}) {
            for (String change : new String[] {"{\"op\":\"file\",\"path\":%s,\"mode\":420,\"modified\":0,\"size\":1,\"digest\":\""
                    + "0".repeat(64) + "\"}", "{\"op\":\"move\",\"from\":\"nothing\",\"path\":%s}", "{\"op\":%s}", "{%s:1}"}) {
                assertSilent(target.send(lease, "{\"changes\":[" + change.formatted(RunningTarget.quoted(path)) + "]}"));
            }
            assertSilent(target.call("POST", "default/session", "{\"sender\":\"x\",\"instance\":" + RunningTarget.quoted(path)
                    + ",\"" + "x" + "\":1}"));
        }
        for (String raw : new String[] {"G\u001b[2JT /v1/default/tree", "GET /v1/d\u001b[2Jefault/tree", "BR\u0007EW /v1/default/files/x",
            "GET /v1/default/files/%1b%5b2J%0d%0a", "GET /v1/%1b%0a/files/x", "PUT /v1/default/content/%1b%0a"}) {
            assertSilent(target.raw(raw + " HTTP/1.1\r\nHost: localhost\r\nContent-Range: \u001b[2J\r\n\r\n"));
        }
    }

    @Test
    void a_disk_error_names_the_reason_but_not_the_location() throws Exception {
        String lease = target.lease();
        Files.writeString(replica.resolve(".bactrian/staging"), "in the way");
        try {
            Answer answer = target.call("POST", "default/content", "{\"digest\":\"" + "1".repeat(64) + "\",\"size\":5}",
                    WireHeaders.LEASE, lease);
            assertThat(answer.status()).isIn(500, 503);
            assertSilent(answer);
            assertSilent(target.send(lease, "{\"changes\":[" + RunningTarget.file("kept/file", "other") + "]}"));
        } finally {
            Files.deleteIfExists(replica.resolve(".bactrian/staging"));
        }
    }

    /** Headers that control Camel's own components. */
    @ParameterizedTest
    @ValueSource(strings = {"CamelHttpPath", "CamelHttpMethod", "CamelHttpUri", "CamelHttpResponseCode", "CamelFileName",
        "CamelBeanMethodName", "CamelDuplicateMessage", "CamelNettyCloseChannelWhenComplete", "CamelRedelivered",
        "CamelExecCommandExecutable", "CamelToEndpoint", "org.apache.camel.stop", "BactrianOp", "BactrianPath"})
    void camel_headers_have_no_effect_in_any_spelling(String name) throws Exception {
        String lease = target.lease();
        String batch = "{\"changes\":[" + RunningTarget.file("kept/file", "hello") + "]}";
        String[][] calls = {{"GET", "default/files/kept/file", ""}, {"POST", "default/tree", "{\"directories\":[],\"rescan\":false}"},
            {"POST", "default/chunks", "{\"digest\":\"" + "0".repeat(64) + "\",\"size\":1,\"bits\":14,\"offset\":0}"},
            {"POST", "default/changes", batch}, {"DELETE", "default/content/none", ""}, {"PUT", "default/content/none", "x"}};
        for (String[] call : calls) {
            Answer plain = target.call(call[0], call[1], call[2], WireHeaders.LEASE, lease, WireHeaders.IDEMPOTENCY_KEY, name + "1");
            for (String spelling : new String[] {name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT)}) {
                Answer answer = target.call(call[0], call[1], call[2], WireHeaders.LEASE, lease,
                        WireHeaders.IDEMPOTENCY_KEY, name + spelling, spelling, "close", spelling, "true");
                assertThat(answer).isEqualTo(plain);
            }
        }
    }
}
