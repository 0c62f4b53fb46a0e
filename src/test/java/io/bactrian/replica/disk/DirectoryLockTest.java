package io.bactrian.replica.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("lock");
    }

    @Test
    void excludes_a_second_lock_in_the_same_process_until_it_is_released() throws Exception {
        try (DirectoryLock lock = DirectoryLock.take(directory, file, 4711)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> DirectoryLock.take(directory, file, 4712)).isInstanceOf(DirectoryLock.InUseException.class)
                    .hasMessageContaining("pid " + ProcessHandle.current().pid()).hasMessageContaining("port 4711")
                    .hasMessageContaining(directory.toString());
            assertThat(other()).contains("port 4711");
        }
        assertThat(file).doesNotExist();
        DirectoryLock.take(directory, file, 4712).close();
    }

    @Test
    void is_free_again_when_its_process_was_killed() throws Exception {
        Process other = start();
        try (BufferedReader output = other.inputReader()) {
            assertThat(output.readLine()).isEqualTo("taken");
            assertThatThrownBy(() -> DirectoryLock.take(directory, file, 1)).isInstanceOf(DirectoryLock.InUseException.class)
                    .hasMessageContaining("pid " + other.pid()).hasMessageContaining("port 9");
        } finally {
            other.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
        assertThat(file).exists();
        DirectoryLock.take(directory, file, 1).close();
        assertThat(file).doesNotExist();
    }

    /** The output of another process that tries to take the lock. */
    private String other() throws IOException {
        Process process = start();
        try (BufferedReader output = process.inputReader()) {
            return output.readLine();
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
                System.getProperty("java.class.path"), Holder.class.getName(), directory.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    /** The other process: takes the lock, reports it, and waits to be killed. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            try (DirectoryLock lock = DirectoryLock.take(directory, directory.resolve("lock"), 9)) {
                System.out.println("taken");
                while (System.in.read() >= 0) {
                    assertThat(lock).isNotNull();
                }
            } catch (DirectoryLock.InUseException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
