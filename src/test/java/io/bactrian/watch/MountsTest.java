package io.bactrian.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.Mount;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is mounted below a root, from the lines in which Linux says so. */
class MountsTest {
    private static final String LINE = "%d 22 0:%d / %s rw,relatime shared:1 - tmpfs tmpfs rw\n";

    @TempDir
    Path dir;

    private Path file;
    private Mounts mounts;

    @BeforeEach
    void make() throws IOException {
        file = dir.resolve("mountinfo");
        mounts = new Mounts(new Registrar() {
            @Override
            public Path mounts() {
                return file;
            }
        });
        Files.writeString(file, "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n" + String.format(LINE, 30, 40, "/data/known"));
        mounts.below(Path.of("/data"));
    }

    private void and(int id, String point) throws IOException {
        Files.writeString(file, Files.readString(file) + String.format(LINE, id, id, point));
    }

    @Test
    void what_was_mounted_before_is_no_news() {
        assertThat(mounts.changed()).isEmpty();
    }

    @Test
    void tells_of_what_is_mounted_below_the_root_once_and_what_is_above_first() throws Exception {
        and(31, "/data/a/b");
        and(32, "/data/a");
        and(33, "/database");
        and(34, "/data");
        assertThat(mounts.changed()).containsExactly(Path.of("a"), Path.of("a/b"));
        assertThat(mounts.changed()).isEmpty();
    }

    @Test
    void tells_of_what_is_unmounted_and_of_what_takes_its_place() throws Exception {
        Files.writeString(file, String.format(LINE, 41, 51, "/data/known"));
        assertThat(mounts.changed()).containsExactly(Path.of("known"));
        Files.writeString(file, "");
        assertThat(mounts.changed()).containsExactly(Path.of("known"));
    }

    @Test
    void two_on_top_of_each_other_are_not_one() throws Exception {
        and(31, "/data/known");
        assertThat(mounts.changed()).containsExactly(Path.of("known"));
    }

    @Test
    void reads_names_with_blanks_and_letters_of_all_countries() throws Exception {
        and(31, "/data/a\\040b\\134ü");
        assertThat(mounts.changed()).containsExactly(Path.of("a b\\ü"));
    }

    @Test
    void what_is_mounted_and_unmounted_between_two_questions_has_changed() throws Exception {
        assumeTrue(Mount.isPossible(), "mounting needs root");
        AtomicInteger looks = new AtomicInteger();
        Mounts real = new Mounts(new Registrar() {
            @Override
            public Path mounts() {
                looks.incrementAndGet();
                return Registrar.super.mounts();
            }
        });
        Path point = Files.createDirectory(dir.toRealPath().resolve("point"));
        real.below(point.getParent());
        CompletableFuture<Void> following = CompletableFuture.runAsync(real::follow);
        try {
            // For the root, to open the file, and at once after that
            await().until(() -> looks.get() >= 3);
            try (Mount mount = Mount.memory(point, "size=1m")) {
                await().until(() -> looks.get() >= 4);
            }
            assertThat(real.changed()).containsExactly(Path.of("point"));
        } finally {
            real.close();
        }
        await().until(following::isDone);
    }

    @Test
    void without_the_file_nothing_changes() throws Exception {
        Files.delete(file);
        assertThat(mounts.changed()).isEmpty();
    }
}
