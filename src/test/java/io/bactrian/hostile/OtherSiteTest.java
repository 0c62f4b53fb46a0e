package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

import io.bactrian.Exposition;
import io.bactrian.hostile.RunningTarget.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of a web page on behalf of a local user are refused by the target and its management port. */
@HostileTest.With({"bactrian.management.port=FREE", "bactrian.names=nas.example.org"})
class OtherSiteTest extends HostileTest {
    private static Answer get(String path, String fields) throws Exception {
        return target.raw("GET /v1/default/" + path + " HTTP/1.1\r\n" + fields + "Connection: close\r\n\r\n");
    }

    /** Sends a request to the management port; returns the complete answer. */
    private static String manage(String line, String fields) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), target.management())) {
            socket.setSoTimeout((int) RunningTarget.PATIENCE.toMillis());
            socket.getOutputStream().write((line + " HTTP/1.1\r\n" + fields + "Content-Length: 0\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            return RunningTarget.readAnswer(socket.getInputStream()).replaceFirst("^HTTP/1.1 ", "");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8480", "127.0.0.1.evil.example", "10.1.2.3"})
    void refuses_a_request_for_another_host(String host) throws Exception {
        assertProblem(get("files/kept/file", "Host: " + host + "\r\n"), 421);
        for (String line : new String[] {"GET /status", "GET /health", "GET /health/ready", "GET /health/live", "GET /metrics",
            "POST /mirrors/default/removals", "GET /mirrors/default/scrub"}) {
            assertThat(manage(line, "Host: " + host + "\r\n")).startsWith("421").contains("bactrian.names")
                    .doesNotContain(base.toString(), "evil");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "http://localhost:1", "https://127.0.0.1"})
    void refuses_requests_of_other_sites(String origin) throws Exception {
        String fields = "Host: localhost\r\nOrigin: " + origin + "\r\n";
        assertProblem(get("files/kept/file", fields), 403);
        assertProblem(target.raw("POST /v1/default/session HTTP/1.1\r\n" + fields + "Content-Type: text/plain\r\nContent-Length: 34\r\n"
                + "\r\n{\"sender\":\"page\",\"instance\":\"evil\"}"), 403);
        assertThat(manage("POST /mirrors/default/removals", fields)).startsWith("403");
        assertThat(manage("GET /status", fields)).startsWith("403");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8480", "127.0.0.1", "[::1]:8480", "nas.example.org", "Nas.Example.Org:80"})
    void accepts_requests_to_its_own_names(String host) throws Exception {
        assertThat(get("files/kept/file", "Host: " + host + "\r\n").text()).isEqualTo("hello");
        assertThat(get("files/kept/file", "Host: " + host + "\r\nOrigin: http://" + host + "\r\n").text()).isEqualTo("hello");
        for (String path : new String[] {"/status", "/health", "/health/live", "/metrics"}) {
            assertThat(manage("GET " + path, "Host: " + host + "\r\n")).startsWith("200");
        }
    }

    @Test
    void counts_refused_requests_by_kind() throws Exception {
        Exposition before = metrics();
        get("files/kept/file", "Host: evil.example\r\n");
        get("files/kept/file", "Host: localhost\r\nOrigin: null\r\n");
        get("files/kept/file", "");
        get("files/kept/file", "Host: localhost\r\nContent-Length: 99999999\r\n");
        manage("GET /status", "Host: evil.example\r\n");
        Exposition after = metrics();

        for (String kind : new String[] {"misdirected", "other-site", "bad-request", "too-large"}) {
            assertThat(refused(after, "target", kind) - refused(before, "target", kind)).as(kind).isEqualTo(1);
        }
        assertThat(refused(after, "management", "misdirected") - refused(before, "management", "misdirected")).isEqualTo(1);
    }

    private static double refused(Exposition metrics, String where, String kind) {
        return metrics.value("bactrian_" + where + "_refused_total", "kind=" + kind);
    }

    private static Exposition metrics() throws Exception {
        return new Exposition(new String(URI.create("http://127.0.0.1:" + target.management() + "/metrics").toURL().openStream().readAllBytes(),
                StandardCharsets.UTF_8));
    }
}
