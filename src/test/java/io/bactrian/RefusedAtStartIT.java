package io.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What only a person can mend, and is known at the start, ends the start. */
@Timeout(600)
@EnabledOnOs(OS.LINUX)
class RefusedAtStartIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path dir;

    @Test
    void a_state_directory_that_cannot_be_created_fails_the_start() throws IOException {
        Path source = Files.createDirectory(dir.resolve("s"));
        Running mirror = processes.start(dir, Map.of("XDG_STATE_HOME", "/proc/1"), "mirror", source, dir.resolve("d"));
        assertThat(mirror.awaitExit()).as(mirror.output()).isEqualTo(3);
        assertThat(mirror.output()).contains("the state directory /proc/1/bactrian/", "cannot be created (cannot create anything in /proc/1)", "bactrian.state");
    }

    @Test
    void a_directory_is_not_mirrored_to_itself_or_into_itself_through_a_bind_mount() throws IOException {
        Path source = Files.createDirectory(dir.resolve("s"));
        Path bound = Files.createDirectory(dir.resolve("b"));
        assumeTrue(Tools.succeeds("mount", "--bind", source.toString(), bound.toString()), "no right to mount");
        try {
            for (Path target : new Path[] {bound, bound.resolve("in/it")}) {
                Running mirror = processes.start("mirror", source, target, "--once");
                assertThat(mirror.awaitExit()).as(mirror.output()).isEqualTo(2);
                assertThat(mirror.output()).contains("lies in the directory of source default");
            }
            assertThat(source).isEmptyDirectory();
        } finally {
            Tools.run("umount", bound.toString());
        }
    }
}
