package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bactrian.settings.Property;
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

/** The command line, as far as no routes run. */
@Timeout(600)
class CommandLineTest {
    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"", "mirror", "target", "source", "verify", "status"})
    void every_command_has_help_with_exit_codes(String command) {
        assertThat(run((command + " --help").trim().split(" "))).isZero();
        assertThat(out.toString()).startsWith("Usage: bactrian " + command).contains("--log-file", "the reason is on stderr");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "mirror --version", "status -V"})
    void every_command_prints_the_version(String arguments) {
        assertThat(run(arguments.split(" "))).isZero();
        assertThat(out.toString()).startsWith("bactrian ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mirror", "mirror a", "mirror a b c", "target", "target a b", "source", "source a", "verify a",
        "target a --port x", "target a --prot 1", "nonsense", "--set a", "--log-level loud", "status not-a-url"})
    void wrong_usage_exits_with_two_and_points_to_the_help(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("bactrian: ").hasLineCount(2);
    }

    @Test
    void options_name_the_defaults_of_their_properties() {
        run("target", "--help");
        assertThat(out.toString().replaceAll("\\s+", " ")).contains(Property.HTTP_HOST.defaultValue() + " by default",
                Property.HTTP_PORT.defaultValue() + " by default", Property.MANAGEMENT_PORT.defaultValue() + " by default");
        run("mirror", "--help");
        assertThat(out.toString().replaceAll("\\s+", " ")).contains(Property.WAIT.defaultValue() + " by default");
    }

    @Test
    void prints_the_usage_if_nothing_is_configured() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).startsWith("Usage: bactrian");
    }

    @Test
    void a_missing_source_is_a_wrong_configuration() {
        assertThat(run("mirror", dir.resolve("gone").toString(), dir.resolve("copy").toString())).isEqualTo(2);
        assertThat(err.toString()).startsWith("bactrian: ").contains(dir.resolve("gone").toString(), "none at this path")
                .hasLineCount(1);
        assertThat(dir.resolve("copy")).doesNotExist();
    }

    @Test
    void explains_a_pattern_that_matches_only_in_the_root() {
        run("mirror", dir.resolve("gone").toString(), dir.resolve("copy").toString(), "--include", "*.jpg,**/*.png,a/*.gif",
                "--exclude", "tmp");
        assertThat(err.toString()).contains("--include '*.jpg' matches only directly in the directory", "--include '**/*.jpg'",
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
    void a_target_that_cannot_be_created_is_a_failure() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));

        assertThat(run("target", file.resolve("below").toString())).isEqualTo(3);
        assertThat(err.toString()).contains("cannot be created").hasLineCount(1);
    }

    @Test
    void a_property_overrides_a_command() {
        assertThat(run("target", dir.toString(), "--port", "1", "--set", "bactrian.http.port=x")).isEqualTo(2);
        assertThat(err.toString()).contains("bactrian.http.port=x");
    }

    @Test
    void status_shows_what_a_process_does() throws IOException {
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
    void status_reports_what_needs_attention_and_fails() throws IOException {
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
                "  unhealthy: d/e: No space left on device", "  2 uploads in progress, 4.0 KiB in staging",
                "  .bactrian uses 9.0 KiB: index 5.0 KiB, staging 4.0 KiB")
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
    void status_without_a_process_is_a_failure() throws IOException {
        int port = PortCheck.free("127.0.0.1");

        assertThat(run("status", "http://127.0.0.1:" + port)).isEqualTo(3);
        assertThat(err.toString()).contains("no answer from http://127.0.0.1:" + port).hasLineCount(1);
    }

    @Test
    void names_a_port_in_use() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(PortCheck.trouble("127.0.0.1", taken.getLocalPort(), "--port")).contains("port "
                    + taken.getLocalPort() + " on 127.0.0.1 is in use; choose another with --port");
        }
    }

    @Test
    void each_pair_of_directories_has_its_own_state() {
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
