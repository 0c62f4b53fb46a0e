package io.bactrian.cli;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.Running;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar with what makes it start fast, with none of it, and with what does not fit. */
@Timeout(600)
@EnabledOnOs(OS.LINUX)
class StartIT {
    private static final Path JAR = Path.of(System.getProperty("bactrian.jar", "target/bactrian.jar"));
    private static final Duration PATIENCE = Running.PATIENCE;

    @TempDir
    Path dir;
    private Process process;
    private Path source;
    private Path target;

    @BeforeEach
    void a_tree() throws IOException {
        source = Files.createDirectories(dir.resolve("so urce \u4f60"));
        target = dir.resolve("ta rget h\u00e9");
        Files.writeString(source.resolve("f"), "content");
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void the_build_prepared_it_and_it_is_used_in_the_same_process() throws Exception {
        assumeThat(Prepared.find(JAR.toString())).isPresent();
        start(JAR, Map.of(), "-Xmx200m", "target", "--port", "0", target.toString());
        await().atMost(PATIENCE).until(() -> text("out").contains("receives on"));

        assertThat(commandLine()).startsWith("-XX:SharedArchiveFile=").contains("-Xmx200m -jar ")
                .endsWith(" target --port 0 " + target);
        assertThat(text("maps")).contains("classes.jsa", "libsqlitejdbc").doesNotContain("/tmp/sqlite");
        assertThat(text("out").lines()).as("only its own lines").allMatch(line -> line.contains("receiv"));

        process.destroy();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
    }

    @Test
    void the_options_of_the_environment_survive() throws Exception {
        assumeThat(Prepared.find(JAR.toString())).isPresent();
        mirrorsWith(JAR, Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseG1GC"));
        assertThat(text("out").lines().filter(line -> !line.startsWith("Picked up"))).allMatch(StartIT::isOwn);
    }

    @Test
    void the_exit_code_is_that_of_the_second_start() throws Exception {
        start(JAR, Map.of(), "", "verify", source.toString(), "http://127.0.0.1:1");
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text("out")).isEqualTo(3);
    }

    @Test
    void a_user_who_decides_about_the_archive_is_left_alone() throws Exception {
        start(JAR, Map.of(), "-Xshare:off", "target", "--port", "0", target.toString());
        await().atMost(PATIENCE).until(() -> text("out").contains("receives on"));
        assertThat(commandLine()).startsWith("-Xshare:off -jar ");
    }

    @Test
    void a_jar_that_was_copied_alone_works() throws Exception {
        mirrorsWith(Files.copy(JAR, dir.resolve("alone.jar")), Map.of());
        assertThat(text("out").lines()).allMatch(StartIT::isOwn);
    }

    @Test
    void half_an_archive_is_not_used() throws Exception {
        Path jar = copyWithArchive();
        Prepared prepared = Prepared.beside(jar);
        byte[] archive = Files.readAllBytes(prepared.archive());
        Files.delete(prepared.archive());
        Files.write(prepared.archive(), Arrays.copyOf(archive, archive.length / 3));
        mirrorsWith(jar, Map.of());
        assertThat(text("out").lines()).allMatch(StartIT::isOwn);
    }

    @Test
    void an_archive_that_the_jvm_refuses_is_done_without_and_nothing_is_said() throws Exception {
        Path jar = copyWithArchive();
        Prepared prepared = Prepared.beside(jar);
        Files.delete(prepared.archive());
        Files.writeString(prepared.archive(), "of another JDK".repeat(1000));
        try (OutputStream notes = Files.newOutputStream(prepared.directory().resolve(Prepared.NOTES))) {
            prepared.identity(jar).store(notes, null);
        }
        mirrorsWith(jar, Map.of());
        assertThat(text("out").lines()).allMatch(StartIT::isOwn);
    }

    @Test
    void a_moved_jar_and_its_archive_work_and_say_nothing() throws Exception {
        mirrorsWith(copyWithArchive(), Map.of());
        assertThat(text("out").lines()).allMatch(StartIT::isOwn);
    }

    /** Copies like {@code cp -pr}. */
    private Path copyWithArchive() throws IOException {
        assumeThat(Prepared.find(JAR.toString())).isPresent();
        Path jar = Files.copy(JAR, dir.resolve("copy.jar"));
        Prepared from = Prepared.beside(JAR);
        Prepared to = Prepared.beside(jar);
        Files.createDirectory(to.directory());
        Files.copy(from.archive(), to.archive());
        Properties identity = to.identity(jar);
        try (OutputStream notes = Files.newOutputStream(to.directory().resolve(Prepared.NOTES))) {
            identity.store(notes, null);
        }
        return jar;
    }

    private void mirrorsWith(Path jar, Map<String, String> environment) throws Exception {
        start(jar, environment, "", "mirror", "--once", source.toString(), target.toString());
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text("out")).isZero();
        assertThatTree(target).equalsTree(source);
    }

    private static boolean isOwn(String line) {
        return line.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d .*") && !line.contains("WARN");
    }

    /** @param option one for the JVM, or an empty string */
    private void start(Path jar, Map<String, String> environment, String option, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        command.add(option);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        command.removeIf(String::isEmpty);
        ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true)
                .redirectOutput(dir.resolve("out").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BACTRIAN_") || name.startsWith("JAVA_TOOL"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("XDG_STATE_HOME", dir.resolve("state").toString());
        builder.environment().put("BACTRIAN_MANAGEMENT_PORT", "0");
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /** Everything except the first word. */
    private String commandLine() throws IOException {
        String line = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.UTF_8);
        return line.substring(line.indexOf('\0') + 1).replace('\0', ' ').strip();
    }

    private String text(String of) throws IOException {
        return Files.readString(of.equals("maps") ? Path.of("/proc/" + process.pid() + "/maps") : dir.resolve(of));
    }
}
