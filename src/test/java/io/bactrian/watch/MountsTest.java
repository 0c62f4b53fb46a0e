package io.bactrian.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.Mount;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parsing Linux's mount table for mounts below a root. */
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
    void does_not_report_earlier_mounts() {
        assertThat(mounts.changed()).isEmpty();
    }

    @Test
    void reports_each_new_mount_below_the_root_once_parents_first() throws Exception {
        and(31, "/data/a/b");
        and(32, "/data/a");
        and(33, "/database");
        and(34, "/data");
        assertThat(mounts.changed()).containsExactly(Path.of("a"), Path.of("a/b"));
        assertThat(mounts.changed()).isEmpty();
    }

    @Test
    void reports_unmounts_and_replaced_mounts() throws Exception {
        Files.writeString(file, String.format(LINE, 41, 51, "/data/known"));
        assertThat(mounts.changed()).containsExactly(Path.of("known"));
        Files.writeString(file, "");
        assertThat(mounts.changed()).containsExactly(Path.of("known"));
    }

    @Test
    void distinguishes_stacked_mounts() throws Exception {
        and(31, "/data/known");
        assertThat(mounts.changed()).containsExactly(Path.of("known"));
    }

    @Test
    void reads_names_with_blanks_and_non_ascii_characters() throws Exception {
        and(31, "/data/a\\040b\\134ü");
        assertThat(mounts.changed()).containsExactly(Path.of("a b\\ü"));
    }

    @Test
    void reports_a_mount_that_was_undone_between_two_queries() throws Exception {
        assumeTrue(Mount.isPossible(), "mounting needs root");
        Path point = Files.createDirectory(dir.toRealPath().resolve("point"));
        AtomicInteger looks = new AtomicInteger();
        AtomicBoolean seen = new AtomicBoolean();
        Mounts real = new Mounts(new Registrar() {
            @Override
            public Path mounts() {
                Path table = Registrar.super.mounts();
                looks.incrementAndGet();
                try {
                    seen.compareAndSet(false, Files.readString(table).contains(point + " "));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return table;
            }
        });
        real.below(point.getParent());
        CompletableFuture<Void> following = CompletableFuture.runAsync(real::follow);
        try {
            // For the root, to open the file, and immediately afterwards
            await().atMost(Duration.ofSeconds(60)).until(() -> looks.get() >= 3);
            try (Mount mount = Mount.memory(point, "size=1m")) {
                // Others may mount something, too: what is awaited is a look that finds this one
                await().atMost(Duration.ofSeconds(60)).until(seen::get);
                synchronized (real) {
                    // That look is over
                    assertThat(seen).isTrue();
                }
            }
            assertThat(real.changed()).containsExactly(Path.of("point"));
        } finally {
            real.close();
        }
        await().atMost(Duration.ofSeconds(60)).until(following::isDone);
    }

    @Test
    void reports_nothing_without_the_mount_table() throws Exception {
        Files.delete(file);
        assertThat(mounts.changed()).isEmpty();
    }
}
