package io.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bactrian.Running;
import io.bactrian.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands in README.md and docs do what they say. Those of a page run one after the other in one shell, as its reader types
 * them, with a directory of the test in place of {@code /tmp}. A remark before a block says why it is only
 * checked for its syntax, which {@link DocumentationTest} does.
 */
class DocumentedCommandsIT {
    private static final Duration PATIENCE = Running.PATIENCE;

    /** The ports that the pages name are free in a network of their own. */
    private static final boolean OWN_NETWORK = Tools.succeeds("unshare", "-rn", "ip", "link", "set", "lo", "up");

    /** The build that runs this has made the jar; and what a server refuses is a failure here. */
    private static final String BEFORE = """
            set -e
            mvn() { :; }
            curl() { command curl --fail "$@"; }
            """;

    @TempDir
    Path dir;

    /** What the shell has started, which outlives one that a failure ends. */
    private final Set<ProcessHandle> started = new HashSet<>();

    private Process shell;
    private Writer typed;

    @BeforeEach
    void a_directory_to_send() throws IOException {
        Files.createDirectories(dir.resolve("photos/notes"));
        Files.writeString(dir.resolve("photos/one.txt"), "hello\n");
    }

    @AfterEach
    void end() throws Exception {
        if (shell == null) {
            return;
        }
        if (shell.isAlive()) {
            shell.descendants().forEach(started::add);
            // It buries what is killed below, or nobody might
            type("wait; exit\n");
        }
        started.forEach(ProcessHandle::destroyForcibly);
        shell.waitFor(10, TimeUnit.SECONDS);
        shell.destroyForcibly();
    }

    static Stream<Page> pages() throws IOException {
        return Page.all().stream().filter(page -> page.commands().stream().anyMatch(commands -> !commands.isForSyntaxOnly()));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void every_command_succeeds(Page page) throws Exception {
        Files.createDirectories(dir.resolve("copy/.bactrian/trash/2026-11-20T17-40-05Z/notes"));
        Files.writeString(dir.resolve("copy/.bactrian/trash/2026-11-20T17-40-05Z/notes/a.txt"), "a");

        run(page);

        assertThat(output()).doesNotContain("Exception", "urn:bactrian:problem");
    }

    @Test
    void mirroring_as_the_readme_does_prints_what_it_says() throws Exception {
        Page readme = Page.of(Path.of("README.md"));
        run(readme);

        List<String> promised = readme.text().lines().filter(line -> line.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:.*")).toList();
        assertThat(promised).hasSizeGreaterThan(3);
        assertThat(output().lines().map(this::withoutWhatDiffers)).containsAll(
                promised.stream().map(this::here).map(this::withoutWhatDiffers).toList());
        assertThat(dir.resolve("copy/one.txt")).hasContent("hello");
    }

    @Test
    void the_requests_of_the_wire_page_leave_what_they_say() throws Exception {
        run(Page.of(Path.of("docs/wire.md")));

        assertThat(Files.readSymbolicLink(dir.resolve("copy/latest"))).hasToString("notes/a.txt");
        assertThat(dir.resolve("copy/notes")).doesNotExist();
        assertThat(output()).contains("\"applied\":2", "\"applied\":3", "ell").doesNotContain("\"failures\":[{");
    }

    private void run(Page page) throws IOException {
        open();
        List<Page.Commands> blocks = page.commands();
        for (int i = 0; i < blocks.size(); i++) {
            Page.Commands commands = blocks.get(i);
            if (!commands.isForSyntaxOnly()) {
                String end = "end of block " + i;
                int before = output().length();
                type(here(commands.script()) + (commands.runUntilStopped() ? "" : "echo " + end + "\n"));
                awaitOutput(page, commands, commands.runUntilStopped() ? "in step: " : end, before);
                if (commands.script().endsWith("&\n")) {
                    // What serves the next block has begun to
                    awaitOutput(page, commands, commands.script().contains(" mirror ") ? "in step: " : "receives on", before);
                }
            }
        }
    }

    private void open() throws IOException {
        List<String> command = new ArrayList<>();
        if (OWN_NETWORK) {
            command.addAll(List.of("unshare", "-rn", "sh", "-c", "ip link set lo up && exec sh"));
        } else {
            assumeTrue(IntStream.rangeClosed(8480, 8482).allMatch(DocumentedCommandsIT::isFree),
                    "the ports that the pages name are taken, and there is no network of its own without them");
            command.add("sh");
        }
        ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true)
                .redirectOutput(dir.resolve("output.txt").toFile());
        Map<String, String> variables = builder.environment();
        variables.keySet().removeIf(name -> name.matches("(BACTRIAN|CAMEL|JAVA_TOOL).*"));
        variables.put("XDG_STATE_HOME", dir.resolve("state").toString());
        variables.put("PATH", Path.of(System.getProperty("java.home"), "bin") + ":" + variables.get("PATH"));
        shell = builder.start();
        typed = shell.outputWriter();
        type(BEFORE);
    }

    private void type(String script) throws IOException {
        typed.write(script);
        typed.flush();
    }

    /** Waits for text after what was there before: a block may start what an earlier one has, too. */
    private void awaitOutput(Page page, Page.Commands commands, String text, int before) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            shell.descendants().forEach(started::add);
            return output().indexOf(text, before) >= 0 || !shell.isAlive();
        });
        assertThat(output().substring(before)).as("what these commands of %s print:%n%s", page, commands.script()).contains(text);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** With this test's places in place of the reader's. */
    private String here(String text) {
        return text.replace("/tmp/", dir + "/").replace("target/bactrian.jar", System.getProperty("bactrian.jar"));
    }

    private String withoutWhatDiffers(String line) {
        return line.replaceAll("^\\S+ \\S+ ", "").replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:PORT")
                .replaceAll("pid \\d+", "pid PID");
    }

    private String output() {
        try {
            return Files.readString(dir.resolve("output.txt"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
