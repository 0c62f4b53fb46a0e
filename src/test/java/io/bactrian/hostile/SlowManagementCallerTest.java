package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.bactrian.Exposition;
import io.bactrian.hostile.HostileTest.With;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The management port has the same time limits as the port of a target. */
@With({"bactrian.management.port=FREE", "bactrian.http.head-time=500ms", "bactrian.http.body-time=1s", "bactrian.http.idle=1s"})
class SlowManagementCallerTest extends HostileTest {
    private static final String HOST = "Host: localhost\r\n";
    private static final String COMMAND = "POST /mirrors/default/removals HTTP/1.1\r\n" + HOST
            + "Content-Type: application/json\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET /status", "GET /status HTTP/1.1\r\n", "GET /status HTTP/1.1\r\nHost: localhost\r\nA: b"})
    void disconnects_a_client_that_sends_no_request(String begun) throws Exception {
        try (Socket socket = opened(begun)) {
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void disconnects_a_client_that_sends_its_head_byte_by_byte() throws Exception {
        try (Socket socket = opened("GET /status HTTP/1.1\r\n" + HOST + "A: ")) {
            RunningTarget.untilCut(socket, () -> socket.getOutputStream().write('b'));
        }
    }

    @Test
    void answers_and_disconnects_a_client_that_sends_its_body_byte_by_byte() throws Exception {
        try (Socket socket = opened(COMMAND + "Content-Length: 1000\r\n\r\n{")) {
            assertThat(RunningTarget.readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 408")
                    .contains("application/problem+json");
            RunningTarget.untilCut(socket, () -> socket.getOutputStream().write(' '));
        }
    }

    @Test
    void disconnects_a_client_that_sends_a_chunked_body_byte_by_byte() throws Exception {
        try (Socket socket = opened(COMMAND + "Transfer-Encoding: chunked\r\n\r\n")) {
            RunningTarget.untilCut(socket, () ->
                    socket.getOutputStream().write("1\r\n \r\n".getBytes(StandardCharsets.ISO_8859_1)));
        }
    }

    @Test
    void closes_idle_connections() throws Exception {
        try (Socket socket = opened("GET /status HTTP/1.1\r\n" + HOST + "\r\n")) {
            assertThat(RunningTarget.readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 200");
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void disconnects_a_client_that_does_not_read_its_answers() throws Exception {
        try (Socket socket = target.connectManagement()) {
            socket.setReceiveBufferSize(4096);
            RunningTarget.write(socket, ("GET /metrics HTTP/1.1\r\n" + HOST + "\r\n").repeat(2000));
            RunningTarget.untilCut(socket, () -> socket.getOutputStream().write('x'));
        }
        await().atMost(RunningTarget.PATIENCE).until(() -> refused("slow-reader") > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000000", "Content-Length: 9223372036854775807"})
    void refuses_an_oversized_body_at_its_head(String length) throws Exception {
        try (Socket socket = opened(COMMAND + length + "\r\n\r\n")) {
            assertThat(RunningTarget.readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 413")
                    .contains("application/problem+json");
        }
    }

    @Test
    void refuses_an_endless_body() throws Exception {
        try (Socket socket = opened(COMMAND + "Transfer-Encoding: chunked\r\n\r\n")) {
            RunningTarget.write(socket, ("1000\r\n" + " ".repeat(4096) + "\r\n").repeat(20));
            assertThat(RunningTarget.readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 2\r\nTransfer-Encoding: chunked", "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: 2\r\nHost: localhost"})
    void refuses_an_ambiguous_request(String fields) throws Exception {
        try (Socket socket = opened(COMMAND + fields + "\r\n\r\n{}")) {
            assertThat(RunningTarget.readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void executes_a_command_whose_body_arrives_in_time() throws Exception {
        try (Socket socket = opened(COMMAND + "Content-Length: 2\r\nConnection: close\r\n\r\n{")) {
            RunningTarget.write(socket, "}");
            assertThat(RunningTarget.readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 200").endsWith("{\"allowed\":[]}");
        }
    }

    @Test
    void counts_slow_clients() throws Exception {
        double heads = refused("slow-head");
        double bodies = refused("too-slow");
        try (Socket head = opened("GET"); Socket body = opened(COMMAND + "Content-Length: 1000\r\n\r\n{")) {
            assertThat(head.getInputStream().read()).isNegative();
            RunningTarget.readAnswer(body.getInputStream());
        }
        assertThat(refused("slow-head")).isGreaterThan(heads);
        assertThat(refused("too-slow")).isGreaterThan(bodies);
    }

    private static double refused(String kind) throws Exception {
        try (Socket socket = opened("GET /metrics HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n")) {
            String answer = RunningTarget.readAnswer(socket.getInputStream());
            return new Exposition(answer.substring(answer.indexOf("\r\n\r\n") + 4))
                    .value("bactrian_management_refused_total", "kind=" + kind);
        }
    }

    private static Socket opened(String begun) throws IOException {
        Socket socket = target.connectManagement();
        RunningTarget.write(socket, begun);
        return socket;
    }
}
