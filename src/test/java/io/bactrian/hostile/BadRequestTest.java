package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.bactrian.hostile.RunningTarget.Answer;
import io.bactrian.wire.WireHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadRequestTest extends HostileTest {
    private static final String HOST = "Host: localhost\r\n";

    @ParameterizedTest
    @CsvSource({"GET,default/session,405", "PUT,default/changes,405", "DELETE,default/changes,405",
        "PATCH,default/content,405", "GET,default/content,405", "PATCH,default/tree,405", "POST,default/files/x,405",
        "PUT,default/files/kept/file,405", "DELETE,default/files/kept/file,405", "BREW,default/changes,405",
        "post,default/changes,405", "POST,default/nothing,404", "GET,default/status,404", "POST,other/changes,404",
        "GET,other/files/kept/file,404", "GET,DEFAULT/files/kept/file,404", "POST,default,404", "POST,default/,404",
        "GET,'',404", "GET,../v1/default,404", "GET,default/files/missing,404", "GET,default/files/kept,404",
        "GET,default/files/,404", "GET,default/files,404"})
    void answers_unknown_paths_with_not_found(String method, String path, int status) throws Exception {
        assertProblem(target.call(method, path, "{}"), status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..%2f..%2foutside%2fsecret", "%2e%2e/%2e%2e/outside/secret", "../../outside/secret",
        "%2fetc%2fpasswd", "/etc/passwd", "kept//file", "kept%00", ".bactrian/lock", ".BACTRIAN%2flock",
        ".bactrian/index.db", "%ff%fe", "%c0%ae%c0%ae/x", "%zz", "%", "kept/%2e/file", "%ed%a0%80"})
    void refuses_to_read_a_path_outside(String path) throws Exception {
        assertProblem(target.raw("GET /v1/default/files/" + path + " HTTP/1.1\r\n" + HOST + "\r\n"), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", "Content-Length: 2, 3\r\n\r\n{}x",
        "Content-Length: -1\r\n\r\n{}", "Content-Length: +2\r\n\r\n{}", "Content-Length: 0x2\r\n\r\n{}",
        "Content-Length: 99999999999999999999\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}", "Bad Header: x\r\nContent-Length: 2\r\n\r\n{}",
        ": x\r\nContent-Length: 2\r\n\r\n{}", "Content-Length : 2\r\n\r\n{}"})
    void refuses_or_disconnects_on_invalid_http(String rest) throws Exception {
        Answer answer = target.raw("POST /v1/default/changes HTTP/1.1\r\n" + HOST + rest);

        assertThat(answer.status()).as(answer.text()).matches(status -> status == 0 || status / 100 == 4);
        assertTellsNothing(answer);
    }

    @Test
    void refuses_an_oversized_head() throws Exception {
        String long20k = "a".repeat(20_000);
        for (String head : new String[] {"GET /v1/default/files/" + long20k + " HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /v1/default/files/kept/file HTTP/1.1\r\n" + HOST + "X: " + long20k + "\r\n\r\n"}) {
            Answer answer = target.raw(head);
            assertThat(answer.status()).as(answer.text()).matches(status -> status == 0 || status / 100 == 4);
            assertTellsNothing(answer);
        }
    }

    @Test
    void refuses_a_body_that_is_too_large() throws Exception {
        Answer announced = target.raw("POST /v1/default/changes HTTP/1.1\r\n" + HOST + "Content-Length: "
                + (RunningTarget.MAX_BODY + 1) + "\r\nExpect: 100-continue\r\n\r\n");
        assertThat(announced.status()).isEqualTo(413);

        Answer unannounced = target.raw("POST /v1/default/changes HTTP/1.1\r\n" + HOST
                + "Transfer-Encoding: chunked\r\n\r\n" + "200000\r\n" + " ".repeat(2 << 20) + "\r\n1\r\n \r\n0\r\n\r\n");
        assertThat(unannounced.status()).matches(status -> status == 413 || status == 0);
    }

    @Test
    void headers_and_parameters_do_not_control_routes() throws Exception {
        String[] names = {"CamelBeanMethodName", "CamelHttpPath", "CamelHttpUri", "CamelHttpMethod", "CamelHttpUrl",
            "CamelHttpResponseCode", "CamelNettyCloseChannelWhenComplete", "CamelToEndpoint", "CamelSplitIndex",
            "CamelDuplicateMessage", "CamelFileName", "camelbeanmethodname", "breadcrumbId"};
        String[] headers = new String[names.length * 2];
        StringBuilder query = new StringBuilder("?call=DELETE%20session");
        for (int i = 0; i < names.length; i++) {
            headers[2 * i] = names[i];
            headers[2 * i + 1] = i == 0 ? "close" : "/v1/default/session";
            query.append('&').append(names[i]).append("=refuse");
        }

        Answer answer = target.call("GET", "default/files/kept/file" + query, "", headers);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /v1/default/files/x%0d%0aSet-Cookie:%20a=b", "POST /v1/default/session",
        "POST /v1/default/tree", "POST /v1/nowhere/tree"})
    void does_not_echo_request_headers(String call) throws Exception {
        try (Socket socket = target.connect()) {
            String body = call.endsWith("session") ? "{\"sender\":\"test\",\"instance\":\"one\"}"
                    : "{\"directories\":[],\"rescan\":false}";
            socket.getOutputStream().write((call + " HTTP/1.1\r\n" + HOST + "X-Mine: parrot\r\nBactrianOp: parrot\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
            String answer = RunningTarget.readAnswer(socket.getInputStream());

            assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("Set-Cookie", "X-Mine", "parrot");
        }
    }

    @Test
    void an_answer_to_head_has_no_body_also_when_it_is_a_problem() throws Exception {
        try (Socket socket = target.connect()) {
            socket.getOutputStream().write(("HEAD /v1/default/files/missing HTTP/1.1\r\n" + HOST + "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) socket.getInputStream().read());
            }
            socket.getOutputStream().write(("GET /v1/default/files/kept/file HTTP/1.1\r\n" + HOST + "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            String next = RunningTarget.readAnswer(socket.getInputStream());

            assertThat(head.toString()).startsWith("HTTP/1.1 404");
            assertThat(next).startsWith("HTTP/1.1 200").endsWith("hello");
        }
    }

    @ParameterizedTest
    @CsvSource({"bytes=5-,416", "bytes=99999999999999999-,416", "bytes=-0,416", "bytes=3-2,416", "bytes=a-b,200",
        "bytes=,200", "bytes=-,200", "lines=1-2,200", "'bytes=0-1,3-4',200", "bytes=99999999999999999999-,200",
        "bytes=0-999999999,206", "bytes=-999999999,206"})
    void refuses_ranges_outside_the_file(String range, int status) throws Exception {
        Answer answer = target.call("GET", "default/files/kept/file", "", "Range", range);

        assertThat(answer.status()).isEqualTo(status);
        if (status == 416) {
            assertProblem(answer, 416);
        } else {
            assertThat(answer.text()).isEqualTo("hello");
        }
    }

    @Test
    void a_slow_client_does_not_delay_others() throws Exception {
        // More clients than bactrian.http.threads
        Socket[] slow = new Socket[40];
        try {
            for (int i = 0; i < slow.length; i++) {
                slow[i] = target.connect();
                slow[i].getOutputStream().write(("POST /v1/default/changes HTTP/1.1\r\n" + HOST
                        + "Content-Length: 1000\r\n\r\n{\"changes\"").getBytes(StandardCharsets.ISO_8859_1));
            }
            long start = System.nanoTime();
            assertThat(target.call("GET", "default/files/kept/file", "").text()).isEqualTo("hello");
            assertThat(target.batch().status()).isEqualTo(200);
            assertThat(System.nanoTime() - start).isLessThan(RunningTarget.PATIENCE.toNanos());
        } finally {
            for (Socket socket : slow) {
                if (socket != null) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void a_client_that_does_not_read_does_not_delay_others() throws Exception {
        Socket[] deaf = new Socket[40];
        try {
            for (int i = 0; i < deaf.length; i++) {
                deaf[i] = target.connect();
                deaf[i].setReceiveBufferSize(1024);
                deaf[i].getOutputStream().write(("GET /v1/default/files/kept/file HTTP/1.1\r\n" + HOST + "\r\n").repeat(500)
                        .getBytes(StandardCharsets.ISO_8859_1));
            }
            assertThat(target.batch().status()).isEqualTo(200);
        } finally {
            for (Socket socket : deaf) {
                if (socket != null) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void a_client_that_disconnects_within_its_body_changes_nothing() throws Exception {
        String lease = target.lease();
        for (int i = 0; i < 20; i++) {
            try (Socket socket = target.connect()) {
                socket.getOutputStream().write(("POST /v1/default/changes HTTP/1.1\r\n" + HOST + WireHeaders.LEASE + ": "
                        + lease + "\r\nIdempotency-Key: gone" + i + "\r\nContent-Length: 1000\r\n\r\n"
                        + "{\"changes\":[{\"op\":\"remove\",\"path\":\"kept/file\"}]}").getBytes(StandardCharsets.ISO_8859_1));
            }
        }
    }
}
