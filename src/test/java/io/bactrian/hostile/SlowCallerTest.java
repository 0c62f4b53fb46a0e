package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.bactrian.gate.Gate;
import io.bactrian.hostile.HostileTest.With;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@With({"bactrian.http.head-time=500ms", "bactrian.http.body-time=1s", "bactrian.http.idle=1s",
    "bactrian.http.max-connections=60", "bactrian.http.max-per-address=50"})
class SlowCallerTest extends HostileTest {
    private static final String HOST = "Host: localhost\r\n";
    private static final int LARGE = 12 << 20;

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET /v1/default/files/kept/file", "GET /v1/default/files/kept/file HTTP/1.1\r\n",
        "GET /v1/default/files/kept/file HTTP/1.1\r\nHost: localhost\r\nA: b"})
    void disconnects_a_client_that_sends_no_request(String begun) throws Exception {
        try (Socket socket = opened(begun)) {
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void disconnects_a_client_that_sends_its_head_byte_by_byte() throws Exception {
        try (Socket socket = opened("GET /v1/default/files/kept/file HTTP/1.1\r\n" + HOST + "A: ")) {
            RunningTarget.untilCut(socket, () -> socket.getOutputStream().write('b'));
        }
    }

    @Test
    void answers_and_disconnects_a_client_that_sends_its_body_byte_by_byte() throws Exception {
        try (Socket socket = opened("POST /v1/default/changes HTTP/1.1\r\n" + HOST + "Content-Length: 100000\r\n\r\n{")) {
            String answer = RunningTarget.readAnswer(socket.getInputStream());
            assertThat(answer).startsWith("HTTP/1.1 408").contains("application/problem+json");
            RunningTarget.untilCut(socket, () -> socket.getOutputStream().write(' '));
        }
    }

    @Test
    void disconnects_a_client_that_sends_a_chunked_body_byte_by_byte() throws Exception {
        try (Socket socket = opened("POST /v1/default/changes HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n")) {
            RunningTarget.untilCut(socket, () -> socket.getOutputStream().write("1\r\n \r\n".getBytes(StandardCharsets.ISO_8859_1)));
        }
    }

    @Test
    void counts_slow_clients() throws Exception {
        Map<String, Long> before = refusals();
        try (Socket head = opened("GET"); Socket body = opened("POST /v1/default/changes HTTP/1.1\r\n" + HOST
                + "Content-Length: 100000\r\n\r\n{")) {
            assertThat(head.getInputStream().read()).isNegative();
            RunningTarget.readAnswer(body.getInputStream());
        }
        assertThat(refusals().get("slow-head")).isGreaterThan(before.get("slow-head"));
        assertThat(refusals().get("too-slow")).isGreaterThan(before.get("too-slow"));
    }

    private static Map<String, Long> refusals() {
        return target.camel().getRegistry().lookupByNameAndType("gate", Gate.class).refusals().all();
    }

    @Test
    void closes_idle_connections() throws Exception {
        try (Socket socket = opened("GET /v1/default/files/kept/file HTTP/1.1\r\n" + HOST + "\r\n")) {
            assertThat(RunningTarget.readAnswer(socket.getInputStream())).endsWith("hello");
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void disconnects_a_client_that_does_not_read_its_answer() throws Exception {
        withALargeFile(() -> {
            try (Socket socket = target.connect()) {
                socket.setReceiveBufferSize(4096);
                RunningTarget.write(socket, "GET /v1/default/files/kept/large HTTP/1.1\r\n" + HOST + "\r\n");
                RunningTarget.untilCut(socket, () -> socket.getOutputStream().write('x'));
            }
        });
    }

    @Test
    void a_slow_reader_gets_the_complete_answer() throws Exception {
        withALargeFile(() -> {
            try (Socket socket = target.connect()) {
                socket.setReceiveBufferSize(1 << 16);
                RunningTarget.write(socket, "GET /v1/default/files/kept/large HTTP/1.1\r\n" + HOST + "\r\n");
                InputStream in = socket.getInputStream();
                StringBuilder head = new StringBuilder();
                while (!head.toString().endsWith("\r\n\r\n")) {
                    head.append((char) in.read());
                }
                int[] read = new int[1];
                await().atMost(RunningTarget.PATIENCE.multipliedBy(2)).until(() -> {
                    read[0] += in.readNBytes(Math.min(LARGE / 24, LARGE - read[0])).length;
                    return read[0] == LARGE;
                });
            }
        });
    }

    /** Five times the target's limit per address at the same time. */
    @Test
    void many_slow_clients_lock_nobody_out() throws Exception {
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 250; i++) {
                crowd.add(opened(i % 2 == 0 ? "GET /v1/de" : "POST /v1/default/tree HTTP/1.1\r\n" + HOST
                        + "Content-Length: 1000\r\n\r\n{"));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(target.call("GET", "default/files/kept/file", "").text()).isEqualTo("hello");
                assertThat(target.batch().status()).isEqualTo(200);
            }
            for (Socket socket : crowd) {
                RunningTarget.untilCut(socket, () -> socket.getOutputStream().write('x'));
            }
        } finally {
            for (Socket socket : crowd) {
                socket.close();
            }
        }
    }

    private static void withALargeFile(RunningTarget.Step step) throws Exception {
        byte[] content = new byte[LARGE];
        new Random(1).nextBytes(content);
        Files.write(replica.resolve("kept/large"), content);
        assertThat(target.call("POST", "default/tree", "{\"directories\":[],\"rescan\":true}", "Bactrian-Lease",
                target.lease()).status()).isEqualTo(200);
        try {
            step.run();
        } finally {
            restore("kept/large");
        }
    }

    private static Socket opened(String begun) throws IOException {
        Socket socket = target.connect();
        RunningTarget.write(socket, begun);
        return socket;
    }
}
