package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes of the runnable jar with small additional routes. */
@Timeout(600)
class ProcessIT {
    private static final String FINISH = """
            - beans:
                - name: finish
                  type: io.bactrian.host.Finish
            - route:
                id: end
                description: Ends the process
                from:
                  uri: timer:end
                  parameters:
                    repeatCount: 1
                    delay: 0
                  steps:
                    - to: "bean:finish?method=METHOD"
            """;

    private static final String LISTEN = """
            - route:
                id: listen
                description: Listens where a target does
                from:
                  uri: "netty-http:http://{{bactrian.http.host:127.0.0.1}}:{{bactrian.http.port:8480}}/"
                  steps:
                    - setBody:
                        constant: "hello"
            """;

    @TempDir
    Path dir;

    private Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"done, 0", "differences, 1", "'failed(''the disk is full: make room'')', 3"})
    void exits_with_the_outcome_that_a_route_reports(String method, int code) throws Exception {
        String text = run(Map.of(), "target", copy(), "--port", "0", routes(FINISH.replace("METHOD", method)));

        assertThat(process.exitValue()).as(text).isEqualTo(code);
        assertThat(text.contains("ERROR the disk is full: make room")).as(text).isEqualTo(code == 3);
        assertThat(text).doesNotContain("\tat ");
    }

    @Test
    void reports_a_port_in_use_in_one_line() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String text = run(Map.of(), "target", copy(), "--port", "" + taken.getLocalPort(), routes(LISTEN));

            assertThat(process.exitValue()).isEqualTo(3);
            assertThat(text).hasLineCount(1).startsWith("bactrian: port " + taken.getLocalPort()
                    + " on 127.0.0.1 is in use; choose another with --port");
        }
    }

    @Test
    void reports_a_beans_failure_in_one_line() throws Exception {
        String text = run(Map.of(), "target", copy(), routes("""
                - beans:
                    - name: broken
                      type: io.bactrian.host.SettingsReader
                      initMethod: read
                """), "--set", "bactrian.lease={{nowhere}}");

        assertThat(process.exitValue()).as(text).isNotZero();
        assertThat(text).hasLineCount(1).startsWith("bactrian: ").contains("bactrian.lease");
    }

    @Test
    void runs_until_stopped_and_logs_what_it_does() throws Exception {
        Path source = Files.createDirectory(dir.resolve("source"));
        start(Map.of(), "mirror", source.toString(), copy(), routes(LISTEN));
        await().atMost(Running.PATIENCE).until(() -> output().contains("press Ctrl-C to stop"));

        process.destroy();

        assertThat(process.waitFor(Running.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
        assertThat(output()).hasLineCount(1).contains("mirroring " + source + " to " + copy() + " (http on 127.0.0.1:");
    }

    @Test
    void runs_without_a_command_from_a_file_and_the_environment() throws Exception {
        Files.writeString(dir.resolve("application.properties"), """
                bactrian.target.photos.directory=wrong
                bactrian.http.port=0
                camel.main.routes-include-pattern=%s
                """.formatted(routeFile(FINISH.replace("METHOD", "done"))));

        String text = run(Map.of("BACTRIAN_TARGET_PHOTOS_DIRECTORY", copy()));

        assertThat(process.exitValue()).as(text).isZero();
        assertThat(text).contains("receiving into " + copy() + " (http on 127.0.0.1:");
    }

    @Test
    void a_command_ignores_roles_in_the_environment_of_a_container() throws Exception {
        String text = run(Map.of("BACTRIAN_TARGET_PHOTOS_DIRECTORY", dir.resolve("other").toString(),
                "BACTRIAN_HTTP_PORT", "1"), "target", copy(), "--port", "0", routes(FINISH.replace("METHOD", "done")));

        assertThat(process.exitValue()).as(text).isZero();
        assertThat(text).contains("receiving into " + copy()).doesNotContain("other", "127.0.0.1:1)");
    }

    @Test
    void logs_to_a_file_and_keeps_quiet() throws Exception {
        Path log = dir.resolve("bactrian.log");
        String text = run(Map.of(), "-q", "target", copy(), "--port", "0", "--log-file", log.toString(),
                routes(FINISH.replace("METHOD", "failed('no')")));

        assertThat(text).hasLineCount(1).endsWith("ERROR no\n");
        assertThat(log).content().endsWith("ERROR no\n");
    }

    @Test
    void replicates_names_in_any_script_without_a_locale() throws Exception {
        Path target = dir.resolve("h\u00e9 \u4f60\u597d");

        String text = run(null, "target", target.toString(), "--port", "0", routes(FINISH.replace("METHOD", "done")));

        assertThat(process.exitValue()).as(text).isZero();
        assertThat(target).isDirectory();
        assertThat(text).contains("receiving into " + target);
    }

    @Test
    void keeps_its_process_id_when_it_changes_the_locale() throws Exception {
        start(null, "target", copy(), "--port", "0", routes(LISTEN));
        await().atMost(Running.PATIENCE).until(() -> output().contains("press Ctrl-C to stop"));

        assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/environ"))).contains("BACTRIAN_RELAUNCHED=1");
    }

    @Test
    void warns_once_if_no_utf8_locale_is_available() throws Exception {
        String text = run(Map.of("BACTRIAN_RELAUNCHED", "1", "LC_ALL", "POSIX"), "--version");

        assertThat(process.exitValue()).isZero();
        assertThat(text).contains("start with LC_ALL=C.UTF-8", "bactrian ");
    }

    private String copy() {
        return dir.resolve("copy").toString();
    }

    private String routes(String yaml) throws IOException {
        return "--set=camel.main.routes-include-pattern=" + routeFile(yaml);
    }

    private String routeFile(String yaml) throws IOException {
        return "file:" + Files.writeString(dir.resolve("test-routes.yaml"), yaml);
    }

    private String run(Map<String, String> environment, String... arguments) throws Exception {
        start(environment, arguments);
        assertThat(process.waitFor(Running.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return output();
    }

    /** @param environment what to add to this one; null for none at all, not even a locale */
    private void start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1", "-Dbactrian.role.incomplete=true", "-jar", System.getProperty("bactrian.jar")));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true)
                .redirectOutput(dir.resolve("output").toFile());
        if (environment == null) {
            builder.environment().clear();
        } else {
            builder.environment().putAll(environment);
        }
        process = builder.start();
    }

    private String output() throws IOException {
        return Files.readString(dir.resolve("output"), StandardCharsets.UTF_8);
    }
}
