package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the commands answer before, or instead of, running routes. */
@Timeout(90)
class CommandLineTest {
    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"", "mirror", "target", "source", "verify", "status"})
    void every_command_explains_itself_and_the_exit_codes(String command) {
        assertThat(run((command + " --help").trim().split(" "))).isZero();
        assertThat(out.toString()).startsWith("Usage: bactrian " + command).contains("--log-file", "could not finish");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "mirror --version", "status -V"})
    void every_command_says_its_version(String arguments) {
        assertThat(run(arguments.split(" "))).isZero();
        assertThat(out.toString()).startsWith("bactrian ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mirror", "mirror a", "mirror a b c", "target", "target a b", "source", "source a", "verify a",
        "target a --port x", "target a --prot 1", "nonsense", "--set a", "--log-level loud", "status not-a-url"})
    void wrong_usage_is_two_and_a_line_that_says_where_help_is(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("bactrian: ").hasLineCount(2);
    }

    @Test
    void nothing_to_do_prints_the_usage() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).startsWith("Usage: bactrian");
    }

    @Test
    void a_source_that_is_not_there_is_a_wrong_configuration() {
        assertThat(run("mirror", dir.resolve("gone").toString(), dir.resolve("copy").toString())).isEqualTo(2);
        assertThat(err.toString()).startsWith("bactrian: ").contains(dir.resolve("gone").toString(), "none at this path")
                .hasLineCount(1);
        assertThat(dir.resolve("copy")).doesNotExist();
    }

    @Test
    void a_pattern_that_matches_in_the_root_only_is_explained() {
        run("mirror", dir.resolve("gone").toString(), dir.resolve("copy").toString(), "--include", "*.jpg,**/*.png,a/*.gif",
                "--exclude", "tmp");
        assertThat(err.toString()).contains("--include '*.jpg' matches in the directory itself only", "--include '**/*.jpg'",
                "--exclude 'tmp' matches").doesNotContain("png", "gif");
    }

    @Test
    void a_mirror_into_itself_is_a_wrong_configuration() {
        assertThat(run("mirror", dir.toString(), dir.resolve("copy").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("lies in the directory of source default").hasLineCount(1);
    }

    @Test
    void a_misspelt_property_is_a_wrong_configuration() {
        assertThat(run("target", dir.toString(), "--set", "bactrian.lese=1s")).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean bactrian.lease?").hasLineCount(1);
    }

    @Test
    void a_target_that_cannot_be_made_is_a_failure() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));

        assertThat(run("target", file.resolve("below").toString())).isEqualTo(3);
        assertThat(err.toString()).contains("cannot be made").hasLineCount(1);
    }

    @Test
    void a_command_may_be_overruled_by_a_property() {
        assertThat(run("target", dir.toString(), "--port", "1", "--set", "bactrian.http.port=x")).isEqualTo(2);
        assertThat(err.toString()).contains("bactrian.http.port=x");
    }

    @Test
    void status_tells_what_a_process_does() throws IOException {
        String url = served("""
                {"version": "0.1.0", "pid": 7, "targets": [], "sources": [{"name": "photos", "directory": "/p",
                 "target": "http://nas:8480/v1/photos", "state": "in step", "inStep": true, "pending": 0, "watched": 12,
                 "sent": {"changes": 1200, "files": 1100, "bytes": 1572864},
                 "wire": {"plain": 1600000, "sent": 524288}, "lastError": null,
                 "held": [{"at": "2026-11-20T00:00:00Z", "path": "a\\u001b[2Jb", "what": "no permission"}]}]}
                """);
        assertThat(run("status", url)).isZero();
        assertThat(out.toString().lines()).containsExactly(
                "bactrian 0.1.0, process 7, at " + url,
                "source photos: /p -> http://nas:8480/v1/photos",
                "  in step, 0 paths pending, 12 directories watched",
                "  sent 1,200 changes, 1,100 files, 1.5 MiB in 512.0 KiB",
                "  held back, 2026-11-20T00:00:00Z: a\uFFFD[2Jb: no permission");
    }

    @Test
    void status_says_what_needs_attention_and_fails_then() throws IOException {
        String url = served("""
                {"version": "0.1.0", "pid": 7, "sources": [{"name": "a", "directory": "/a", "target": "http://t/v1/a",
                 "state": "waiting", "pending": 1, "lag": 300.4, "watched": 1, "guard": "guard tripped: 5 of 6 entries",
                 "unhealthy": ["guard tripped: 5 of 6 entries"], "saved": {"delta": 1024, "move": 0, "copy": 2048,
                 "compression": 0}}],
                 "targets": [{"name": "b", "directory": "/b", "ready": true, "unhealthy": ["d/e: No space left on device"],
                 "uploads": 2, "staging": 4096,
                 "space": {"all": 9216, "staging": 4096, "index": 5120, "reserve": 0, "trash": 0}}]}
                """);
        assertThat(run("status", url)).isEqualTo(1);
        assertThat(out.toString().lines()).contains("  waiting, behind by 5 min, 1 path pending, 1 directory watched",
                "  guard tripped: 5 of 6 entries", "  saved 1.0 KiB by delta, 2.0 KiB by copy",
                "  unhealthy: d/e: No space left on device", "  2 uploads under way, 4.0 KiB in staging",
                "  .bactrian takes 9.0 KiB: index 5.0 KiB, staging 4.0 KiB")
                .filteredOn(line -> line.contains("5 of 6")).as("once").hasSize(1);
    }

    private static String served(String status) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] body = status.getBytes(StandardCharsets.UTF_8);
        server.createContext("/status", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
            server.stop(0);
        });
        server.start();
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Test
    void status_of_nobody_is_a_failure() throws IOException {
        int port = PortCheck.free("127.0.0.1");

        assertThat(run("status", "http://127.0.0.1:" + port)).isEqualTo(3);
        assertThat(err.toString()).contains("nobody answers at http://127.0.0.1:" + port).hasLineCount(1);
    }

    @Test
    void a_port_that_is_taken_is_named() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(PortCheck.trouble("127.0.0.1", taken.getLocalPort(), "--port")).contains("port "
                    + taken.getLocalPort() + " on 127.0.0.1 is taken; choose another with --port");
        }
    }

    @Test
    void each_pair_of_directories_has_its_own_memory() {
        CommonOptions options = new CommonOptions();
        options.set.put("bactrian.state", "/state");

        assertThat(options.stateOf(Path.of("/a"))).startsWith("/state/").isEqualTo(options.stateOf(Path.of("/b/../a")))
                .isNotEqualTo(options.stateOf(Path.of("/a"), Path.of("/b")));
    }

    private int run(String... arguments) {
        CommandLine line = Bactrian.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
