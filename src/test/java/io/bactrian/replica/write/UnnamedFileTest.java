package io.bactrian.replica.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

import io.bactrian.replica.disk.Posix;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnnamedFileTest {
    private static final Time TIME = Time.ofNanos(1_700_000_000_123_456_789L);

    @TempDir
    Path directory;
    private DirectoryHandle handle;

    @BeforeEach
    void open() throws Exception {
        handle = DirectoryHandle.of(directory);
        assumeThat(UnnamedFile.isPossible(handle)).isTrue();
        try {
            UnnamedFile.make(handle, "try", new byte[0], 0600, TIME);
            Files.delete(directory.resolve("try"));
        } catch (UnnamedFile.NotMadeException e) {
            assumeThat(e).as("this file system knows how").isNull();
        }
    }

    @AfterEach
    void close() {
        handle.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0644, 0600, 0777, 0, 04755, 02070, 0400})
    void creates_a_file_with_content_mode_and_time_and_returns_its_stat(int mode) throws Exception {
        byte[] content = bytes(130_000);

        Stat stat = UnnamedFile.make(handle, "naïve name", content, mode, TIME);

        Path file = directory.resolve("naïve name");
        assertThat(stat).isEqualTo(Stat.of(file).orElseThrow());
        assertThat(stat.mode()).isEqualTo(mode);
        assertThat(stat.modified()).isEqualTo(TIME);
        Posix.mode(file, 0600);
        assertThat(file).hasBinaryContent(content);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, -5_000_000_001L})
    void keeps_a_time_of_before_1970(long time) throws Exception {
        assertThat(UnnamedFile.make(handle, "old", new byte[0], 0644, Time.ofNanos(time))).isEqualTo(Stat.of(directory.resolve("old")).orElseThrow())
                .extracting(Stat::modified).isEqualTo(Time.ofNanos(time));
    }

    @Test
    void does_not_replace_an_existing_file() throws Exception {
        Files.writeString(directory.resolve("there"), "before");

        assertThatThrownBy(() -> UnnamedFile.make(handle, "there", bytes(10), 0644, TIME))
                .isInstanceOfSatisfying(UnnamedFile.NotMadeException.class, e -> assertThat(e.isForGood()).isFalse());

        assertThat(directory.resolve("there")).hasContent("before");
    }

    @Test
    void does_not_follow_a_link_at_the_name() throws Exception {
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("outside"));

        assertThatThrownBy(() -> UnnamedFile.make(handle, "link", bytes(10), 0644, TIME))
                .isInstanceOf(UnnamedFile.NotMadeException.class);

        assertThat(Files.exists(directory.resolve("outside"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void creates_it_in_the_open_directory_even_if_a_link_replaced_its_path() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path inside = Files.createDirectory(directory.resolve("inside"));
        try (DirectoryHandle held = DirectoryHandle.of(inside)) {
            Files.move(inside, directory.resolve("moved"));
            Files.createSymbolicLink(inside, outside);

            UnnamedFile.make(held, "file", bytes(10), 0644, TIME);
        }
        assertThat(outside).isEmptyDirectory();
        assertThat(directory.resolve("moved/file")).hasBinaryContent(bytes(10));
    }

    @Test
    void leaves_nothing_open() throws Exception {
        for (int i = 0; i < 50; i++) {
            UnnamedFile.make(handle, "file" + i, bytes(i), 0644, TIME);
            try {
                UnnamedFile.make(handle, "file" + i, bytes(i), 0644, TIME);
            } catch (UnnamedFile.NotMadeException e) {
                // Expected.
            }
        }
        assertThat(openIn(directory)).isEqualTo(1);
    }

    private static long openIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(file -> leadsInto(file, directory)).count();
        }
    }

    private static boolean leadsInto(Path file, Path directory) {
        try {
            return Files.readSymbolicLink(file).startsWith(directory);
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
