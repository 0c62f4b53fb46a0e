package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.bactrian.hostile.RunningTarget.Answer;
import io.bactrian.wire.WireHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadHeadTest extends HostileTest {
    private static final String HOST = "Host: localhost\r\n";
    private static final String QUESTION = "{\"directories\":[],\"rescan\":false}";

    /** A body with two contradicting lengths: a proxy could take the rest of it for another request. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 4|Transfer-Encoding: chunked", "Transfer-Encoding: chunked|Content-Length: 4",
        "Content-Length: 4|Content-Length: 5", "Content-Length: 4|Content-Length: 4", "Content-Length: 4, 4",
        "Content-Length: +4", "Content-Length: -4", "Content-Length: 4x", "Content-Length: 0x4",
        "Content-Length: 99999999999999999999", "Content-Length: 18446744073709551620", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked|Transfer-Encoding: chunked",
        "Transfer-Encoding: identity|Content-Length: 4", "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked",
        "Transfer-Encoding:\u000bchunked", "Content-Length : 4"})
    void refuses_a_body_that_ends_in_two_ways_or_in_none(String fields) throws Exception {
        Answer answer = target.raw("POST /v1/default/tree HTTP/1.1\r\n" + HOST + fields.replace("|", "\r\n")
                + "\r\n\r\n4\r\nabcd\r\n0\r\n\r\n");

        assertProblem(answer, 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Idempotency-Key", "Content-Range", "Bactrian-Lease", "Bactrian-Sequence",
        "Content-Type", "Authorization", "Range", "idempotency-KEY"})
    void refuses_duplicate_header_fields(String name) throws Exception {
        String lease = target.lease();
        for (String second : new String[] {"0", "1"}) {
            Answer answer = target.raw("POST /v1/default/changes HTTP/1.1\r\n"
                    + (name.equalsIgnoreCase("Host") ? "" : HOST)
                    + (name.equals(WireHeaders.LEASE) ? "" : WireHeaders.LEASE + ": " + lease + "\r\n")
                    + (name.equalsIgnoreCase("Idempotency-Key") ? "" : "Idempotency-Key: 1\r\n")
                    + name + ": 0\r\n" + name + ": " + second + "\r\nContent-Length: 0\r\n\r\n");
            assertProblem(answer, 400);
        }
    }

    @Test
    void refuses_a_head_of_a_megabyte() throws Exception {
        assertRefused("GET /v1/default/tree HTTP/1.1\r\n" + HOST + "A: " + "b".repeat(1 << 20) + "\r\n\r\n", 431);
    }

    @Test
    void refuses_ten_thousand_fields() throws Exception {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            fields.append("A").append(i).append(": b\r\n");
        }
        assertRefused("GET /v1/default/tree HTTP/1.1\r\n" + HOST + fields + "\r\n", 431);
    }

    @Test
    void refuses_a_request_line_of_a_megabyte() throws Exception {
        assertRefused("GET /v1/default/files/" + "a".repeat(1 << 20) + " HTTP/1.1\r\n" + HOST + "\r\n", 414);
    }

    @Test
    void accepts_the_longest_path_fully_percent_encoded() throws Exception {
        Answer answer = target.call("GET", "default/files/" + ("%61".repeat(255) + "/").repeat(15) + "%62", "");

        assertProblem(answer, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /v1/default/files/kept/file HTTP/1.1\r\n\r\n", "GET\r\n\r\n", "\u0000\u0001\u0002\r\n\r\n",
        "GET /v1/default/files/kept/file\r\nHost: localhost\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
        "GET /v1/default/files/kept/file FTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/default/files/kept/file HTTP/1.1\r\nHost: localhost\r\n: b\r\n\r\n",
        "GET /v1/default/files/kept/file HTTP/1.1\r\nHost: localhost\r\nA\u0000: b\r\n\r\n",
        "GET /v1/default/files/kept/file HTTP/1.1\r\nHost: localhost\r\nA: b\u0000c\r\n\r\n"})
    void refuses_bytes_that_are_not_a_request(String request) throws Exception {
        assertRefused(request, 400);
    }

    @ParameterizedTest
    @CsvSource({"Content-Length: 2097153", "Content-Length: 4611686018427387904", "Content-Length: 9223372036854775807",
        "'Content-Length: 2097153\r\nExpect: 100-continue'"})
    void refuses_a_body_whose_announced_length_is_too_large(String fields) throws Exception {
        assertRefused("POST /v1/default/tree HTTP/1.1\r\n" + HOST + fields.replace("\\r\\n", "\r\n") + "\r\n\r\n", 413);
    }

    @Test
    void refuses_a_chunked_body_that_becomes_too_long_and_discards_the_rest() throws Exception {
        try (Socket socket = target.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /v1/default/tree HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            byte[] chunk = ("10000\r\n" + " ".repeat(1 << 16) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < 200; i++) {
                out.write(chunk);
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            String answer = RunningTarget.readAnswer(socket.getInputStream());

            assertThat(answer).startsWith("HTTP/1.1 413").contains("application/problem+json");
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void ignores_bytes_beyond_the_announced_length() throws Exception {
        try (Socket socket = target.connect()) {
            socket.getOutputStream().write(("POST /v1/default/tree HTTP/1.1\r\n" + HOST + "Content-Length: "
                    + QUESTION.length() + "\r\n\r\n" + QUESTION + "and more of it\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));

            assertThat(RunningTarget.readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 200");
            assertThat(RunningTarget.readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 400");
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void an_incomplete_body_has_no_effect() throws Exception {
        String lease = target.lease();
        try (Socket socket = target.connect()) {
            socket.getOutputStream().write(("POST /v1/default/changes HTTP/1.1\r\n" + HOST + WireHeaders.LEASE + ": " + lease
                    + "\r\nIdempotency-Key: short\r\nContent-Length: 51\r\n\r\n"
                    + "{\"changes\":[{\"op\":\"remove\",\"path\":\"kept/file\"}]}").getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();

            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() throws Exception {
        String lease = target.lease();
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            String batch = "{\"changes\":[" + RunningTarget.file("kept/file", "hello") + "]}";
            requests.append("POST /v1/default/changes HTTP/1.1\r\n" + HOST + WireHeaders.LEASE + ": " + lease
                    + "\r\nIdempotency-Key: at-once-" + i + "\r\nContent-Length: " + batch.length() + "\r\n\r\n" + batch);
            requests.append("GET /v1/default/files/kept/file HTTP/1.1\r\n" + HOST + "Range: bytes=" + i % 5 + "-\r\n\r\n");
        }
        try (Socket socket = target.connect()) {
            socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.ISO_8859_1));
            for (int i = 0; i < 50; i++) {
                assertThat(RunningTarget.readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 200").endsWith("\"failures\":[]}");
                assertThat(RunningTarget.readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 206").endsWith("\r\n\r\n"
                        + "hello".substring(i % 5));
            }
        }
    }

    /** A client that is answered before it has sent everything may fail to send the rest; it was answered nevertheless. */
    private static void assertRefused(String request, int status) throws IOException, Exception {
        try (Socket socket = target.connect()) {
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                // The target has answered already.
            }
            String answer = RunningTarget.readAnswer(socket.getInputStream());
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("application/problem+json");
            assertTellsNothing(new Answer(status, "", answer));
        }
    }
}
