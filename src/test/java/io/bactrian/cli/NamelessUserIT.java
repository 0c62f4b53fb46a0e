package io.bactrian.cli;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bactrian.Processes;
import io.bactrian.Running;
import io.bactrian.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A container as some platforms run it: the user has no name, no home and no locale, and only the replica and the state are
 * writable, or the temporary directory is mounted noexec.
 */
class NamelessUserIT {
    private static final String USER = "12345";

    /** Makes every mount read-only except those of these two directories. */
    private static final String READ_ONLY = """
            mount --make-rprivate / && mount --bind replica replica && mount --bind state state || exit 99
            cut -d ' ' -f 5 /proc/self/mountinfo | while read -r place; do
              case "$place" in */replica|*/state|/proc*|/sys*) ;; *) mount -o remount,bind,ro "$place" 2> /dev/null ;; esac
            done
            ! touch /tmp/x 2> /dev/null || exit 99
            """;

    /** Mounts the temporary directory noexec, but not the working directory. */
    private static final String NOEXEC = """
            mount --make-rprivate / && mount --bind /tmp /tmp && mount -o remount,bind,noexec /tmp || exit 99
            for each in replica state; do mount --bind $each $each && mount -o remount,bind,exec $each || exit 99; done
            """;

    @TempDir
    Path dir;

    private final List<Process> processes = new ArrayList<>();
    private Path source;
    private Path replica;
    private Path state;
    private Path work;

    @BeforeEach
    void makeDirectories() throws IOException {
        assumeTrue(Tools.succeeds("unshare", "-m", "true") && Tools.succeeds("setpriv", "--reuid=" + USER, "true"),
                "needs root, for a mount namespace and another user");
        source = Files.createDirectories(dir.resolve("source/sub")).getParent();
        Files.writeString(source.resolve("sub/a.txt"), "a".repeat(10_000));
        replica = Files.createDirectory(dir.resolve("replica"));
        state = Files.createDirectory(dir.resolve("state"));
        work = Files.createDirectory(dir.resolve("work"));
        // Without the files for a fast start, which contain the libraries, too
        Files.copy(Path.of(System.getProperty("bactrian.jar")), dir.resolve("b.jar"));
        Tools.sh(dir, "chmod 755 . && chown " + USER + ":" + USER + " replica state work");
    }

    @AfterEach
    void end() {
        processes.forEach(process -> process.destroyForcibly().onExit().join());
    }

    @Test
    void mirrors_if_no_library_can_be_loaded_from_the_temporary_directory() throws Exception {
        Process process = start(NOEXEC, "mirror", source, replica, "--once", "--state", state);

        assertThat(exit(process)).as(output()).isZero();
        assertThatTree(replica).equalsTree(source);
        assertThat(output()).doesNotContain("WARN", "ERROR", "native", "locale");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void mirrors_if_only_replica_and_state_are_writable() throws Exception {
        Process process = start(READ_ONLY, "mirror", source, replica, "--once", "--state", state);

        assertThat(exit(process)).as(output()).isZero();
        assertThatTree(replica).equalsTree(source);
        assertThat(output()).doesNotContain("WARN", "ERROR", "native", "locale");
    }

    @Test
    void receives_if_only_the_replica_is_writable() throws Exception {
        int port = Processes.freePort();
        Process target = start(READ_ONLY, "target", replica, "--port", port, "--management-port", "0");
        await().atMost(Running.PATIENCE).until(() -> output().contains("receives on") || !target.isAlive());
        assertThat(target.isAlive()).as(output()).isTrue();

        Process sender = start("", "source", source, Processes.url(port), "--once", "--state", state);

        assertThat(exit(sender)).as(output()).isZero();
        assertThatTree(replica).equalsTree(source);
        assertThat(output()).doesNotContain("ERROR", "native", "locale");
    }

    @Test
    void a_source_without_a_home_says_that_it_needs_a_state_directory() throws Exception {
        Process process = start("", "mirror", source, replica, "--once");

        assertThat(exit(process)).as(output()).isEqualTo(2);
        assertThat(output()).hasLineCount(1).contains("there is no home directory", "--state DIR", "bactrian.state=DIR");
        assertThat(work).isEmptyDirectory();
    }

    /** Runs as that user in the directory {@code work}, after this script has changed the mounts of its namespace. */
    private Process start(String mounts, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", mounts + "cd work && exec setpriv --reuid=" + USER
                + " --regid=" + USER + " --clear-groups env -i PATH=/usr/bin:/bin \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:TieredStopAtLevel=1", "-jar",
                dir.resolve("b.jar").toString()));
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        Process process = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("output").toFile())).start();
        processes.add(process);
        return process;
    }

    private int exit(Process process) throws Exception {
        assertThat(process.waitFor(Running.PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
        return process.exitValue();
    }

    private String output() throws IOException {
        return Files.readString(dir.resolve("output"));
    }
}
