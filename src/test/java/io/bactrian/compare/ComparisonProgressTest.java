package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.tree.Filter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonProgressTest {
    @TempDir
    Path root;

    private final AtomicLong now = new AtomicLong(-7);
    private ComparisonProgress progress;

    @BeforeEach
    void three_files_and_others_that_are_excluded() throws IOException {
        Files.createDirectories(root.resolve("d/deep"));
        Files.createDirectories(root.resolve("d/out"));
        for (String file : List.of("a", "d/b", "d/deep/c", "d/out/no", "no.tmp")) {
            Files.writeString(root.resolve(file), "12345");
        }
        Files.createSymbolicLink(root.resolve("link"), Path.of("a"));
        progress = new ComparisonProgress(root, Filter.of(List.of(), List.of("*.tmp", "d/out")), now::get);
    }

    private void counted() {
        now.addAndGet(Duration.ofSeconds(6).toNanos());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            progress.requested();
            return progress.files() > 0;
        });
    }

    @Test
    void counts_the_files_that_are_still_to_be_compared_once_it_takes_long() {
        counted();
        assertThat(progress.files()).isEqualTo(3);
        assertThat(progress.bytes()).isEqualTo(15);

        progress.compared(5);
        progress.requested();
        assertThat(progress.files()).as("they are counted once").isEqualTo(2);
        assertThat(progress.bytes()).isEqualTo(10);
    }

    @Test
    void what_was_compared_before_is_not_counted() {
        progress.compared(5);
        counted();

        assertThat(progress.files()).isEqualTo(2);
        assertThat(progress.bytes()).isEqualTo(10);
    }

    @Test
    void shows_nothing_until_all_are_counted_and_never_less_than_nothing() {
        assertThat(progress.files()).isZero();
        assertThat(progress.bytes()).isZero();

        counted();
        for (int i = 0; i < 4; i++) {
            progress.compared(9);
        }
        assertThat(progress.files()).isZero();
        assertThat(progress.bytes()).isZero();
    }

    @Test
    void does_not_count_while_the_comparison_is_young() throws IOException {
        now.addAndGet(Duration.ofSeconds(5).toNanos());
        progress.requested();
        for (int i = 0; i < 300; i++) {
            Files.writeString(root.resolve("later" + i), "");
        }

        counted();
        assertThat(progress.files()).as("counted since").isEqualTo(303);
    }
}
