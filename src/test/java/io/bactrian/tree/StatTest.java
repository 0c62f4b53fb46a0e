package io.bactrian.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatTest {
    @TempDir
    Path temporary;

    @Test
    void distinguishes_files_directories_and_links_without_following() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "12345");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), Path.of("file"));
        Path broken = Files.createSymbolicLink(temporary.resolve("broken"), Path.of("nowhere"));
        assertThat(of(file).kind()).isEqualTo(Stat.Kind.FILE);
        assertThat(of(file).size()).isEqualTo(5);
        assertThat(of(temporary).kind()).isEqualTo(Stat.Kind.DIRECTORY);
        assertThat(of(link).kind()).isEqualTo(Stat.Kind.LINK);
        assertThat(of(broken).kind()).isEqualTo(Stat.Kind.LINK);
        assertThat(of(link).inode()).isNotEqualTo(of(file).inode());
    }

    @Test
    void an_unreadable_path_is_not_taken_for_missing() throws Exception {
        List<String> paths = LongPaths.make(temporary.resolve("t"), 20, 250);
        Path below = temporary.resolve(paths.get(19)).resolve("f");
        assertThatThrownBy(() -> Stat.of(below)).isInstanceOf(IOException.class).hasMessageContaining("too long");
        Shell.runs("rm -rf '" + temporary.resolve("t") + "'");
        assertThat(Stat.of(below)).isEmpty();
        Path file = Files.writeString(temporary.resolve("file"), "");
        Path loop = Files.createSymbolicLink(temporary.resolve("loop"), Path.of("loop"));
        assertThat(Stat.of(file.resolve("below/it"))).isEmpty();
        assertThat(Stat.of(loop.resolve("below/it"))).isEmpty();
        assertThat(Stat.of(temporary.resolve("none/below/it"))).isEmpty();
    }

    @Test
    void a_fifo_is_of_another_type() throws Exception {
        Path fifo = temporary.resolve("fifo");
        Assumptions.assumeTrue(Shell.runs("mkfifo '" + fifo + "'"), "there is no mkfifo here");
        assertThat(of(fifo).kind()).isEqualTo(Stat.Kind.OTHER);
    }

    @Test
    void has_all_twelve_permission_bits() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        for (int mode : new int[] {0, 0644, 01777, 02755, 04711, 07777}) {
            Files.setAttribute(file, "unix:mode", mode);
            assertThat(of(file).mode()).isEqualTo(mode);
        }
    }

    @Test
    void has_times_to_the_nanosecond() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        Files.setLastModifiedTime(file, FileTime.from(1_700_000_000_123_456_789L, TimeUnit.NANOSECONDS));
        assertThat(of(file).modified()).isEqualTo(Time.ofNanos(1_700_000_000_123_456_789L));
    }

    @Test
    void has_times_before_1970() throws Exception {
        Path file = temporary.resolve("file");
        // Java 17 silently sets such a time to 1970.
        Assumptions.assumeTrue(Shell.runs("touch -d @-1.000000001 '" + file + "'"), "there is no such touch here");
        assertThat(of(file).modified()).isEqualTo(Time.ofNanos(-1_000_000_001L));
    }

    @Test
    void a_changed_mode_or_a_time_set_back_changes_the_change_time() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        Stat before = of(file);
        assertThat(of(file).sameContent(before)).isTrue();
        // Change times have a granularity of a few milliseconds.
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            Files.setLastModifiedTime(file, FileTime.from(before.modified().nanosSinceEpoch(), TimeUnit.NANOSECONDS));
            return !of(file).sameContent(before);
        });
        assertThat(of(file).modified()).isEqualTo(before.modified());
    }

    @Test
    void a_path_below_a_file_does_not_exist() throws IOException {
        Files.createFile(temporary.resolve("file"));
        assertThat(Stat.of(temporary.resolve("absent"))).isEmpty();
        assertThat(Stat.of(temporary.resolve("absent/below"))).isEmpty();
        assertThat(Stat.of(temporary.resolve("file/below"))).isEmpty();
        assertThat(Stat.of(temporary.resolve("file/below/deeper"))).isEmpty();
    }

    private static Stat of(Path path) throws IOException {
        return Stat.of(path).orElseThrow();
    }
}
