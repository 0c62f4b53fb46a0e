package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.bactrian.change.TouchedPath;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Shell;
import io.bactrian.tree.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be replicated, or not now, is told, and holds up nothing else. */
class UnusualEntriesTest {
    @TempDir
    Path dir;

    private Source source;

    @BeforeEach
    void make() {
        source = new Source(dir).write("d/f", "content").link("l", "d").write("stays", "").compare();
    }

    @AfterEach
    void close() {
        source.close();
    }

    private void shell(String script) throws InterruptedException {
        assumeTrue(Shell.runs("cd '" + dir + "' && " + script), "such entries cannot be made here");
    }

    @Test
    void a_fifo_is_skipped_and_what_was_in_its_place_is_removed() throws InterruptedException {
        source.remove("stays");
        shell("mkfifo stays new");
        source.write("d/g", "").compare();

        assertThat(source.told()).contains("remove stays", "file d/g");
        assertThat(source.skipped).containsOnlyKeys("new", "stays");
        assertThat(source.compare().told()).isEmpty();
    }

    @Test
    void a_name_that_is_not_utf8_is_told_and_keeps_nothing_else_from_the_target() throws InterruptedException {
        shell("touch \"d/$(printf 'x\\377')\" && mkdir \"out$(printf '\\377')\"");
        source.filter = Filter.of(List.of(), List.of("out*"));
        source.write("d/g", "").remove("stays").compare();

        assertThat(source.told()).contains("file d/g", "remove stays");
        assertThat(source.troubles).containsOnlyKeys("d/x%FF");
    }

    @Test
    void a_link_to_a_name_that_is_not_utf8_is_told() throws InterruptedException {
        shell("ln -s \"$(printf 'x\\377')\" odd");
        source.compare();

        assertThat(source.told()).noneMatch(told -> told.contains("odd"));
        assertThat(source.troubles.get("odd")).contains("not valid UTF-8");
    }

    @Test
    void a_link_that_was_made_again_is_sent_only_if_its_target_or_its_time_is_another() throws IOException {
        source.remove("l").link("l", "stays").compare();
        assertThat(source.told()).contains("link l");
        assertThat(source.held()).isEqualTo(source.actual());

        BasicFileAttributeView link = Files.getFileAttributeView(dir.resolve("l"), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        link.setTimes(FileTime.fromMillis(5_000), null, null);
        assertThat(source.compare().told()).containsExactly("link l");
        source.link("l2", "stays");
        Files.getFileAttributeView(dir.resolve("l2"), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(FileTime.fromMillis(5_000), null, null);
        Files.move(dir.resolve("l2"), dir.resolve("l"), StandardCopyOption.REPLACE_EXISTING);
        source.compare();
        assertThat(source.told()).doesNotContain("link l");
        assertThat(source.remembered).extracting("path").contains("l");
        assertThat(source.compare().remembered).as("what is remembered").isEmpty();
    }

    @Test
    void a_link_that_became_something_else_before_it_was_read_is_compared_again() throws IOException {
        Stat link = Stat.of(dir.resolve("l")).orElseThrow();
        source.remove("l").write("l", "now a file");
        source.later.clear();
        new LinkReader(dir, source.files.kindChanges()).compare("l", link, Optional.empty(), source);
        assertThat(source.later).containsExactly("l");
        assertThat(source.troubles).isEmpty();
    }

    @Test
    void a_file_or_link_that_was_read_in_between_may_become_something_else_again() throws IOException {
        Stat file = Stat.of(dir.resolve("stays")).orElseThrow();
        Stat link = Stat.of(dir.resolve("l")).orElseThrow();
        LinkReader links = new LinkReader(dir, source.files.kindChanges());
        for (int round = 0; round < 2; round++) {
            source.remove("stays").directory("stays").remove("l").directory("l");
            for (int i = 0; i < 15; i++) {
                source.files.compare("stays", file, Optional.empty(), false, 0644, source);
                links.compare("l", link, Optional.empty(), source);
            }
            source.remove("stays").write("stays", "").remove("l").link("l", "d");
            source.files.compare("stays", Stat.of(dir.resolve("stays")).orElseThrow(), Optional.empty(), false, 0644, source);
            links.compare("l", Stat.of(dir.resolve("l")).orElseThrow(), Optional.empty(), source);
        }

        assertThat(source.troubles).isEmpty();
    }

    @Test
    void what_is_removed_is_compared_again_if_the_tree_changed_while_it_was_read() {
        source.remove("stays").mode("d", "rwx------");
        source.after("dir d", () -> source.remove("d"));
        source.compare();

        assertThat(source.told()).noneMatch(told -> told.startsWith("remove"));
        assertThat(source.later).contains("d", "stays");
        assertThat(source.troubles).isEmpty();
        assertThat(source.compare().told()).contains("remove d", "remove stays");
    }

    @Test
    void a_small_file_that_never_stands_still_is_sent_as_it_was_read() throws IOException {
        for (boolean once : new boolean[] {false, true}) {
            source.files = new FileReader(dir, 1000, source.uploads, RereadRenamed.NOW, Optional.of(FileReader.UNSETTLED), once);
            source.write("log", "");
            Stat before = Stat.of(dir.resolve("log")).orElseThrow();
            source.write("log", "a line").compare(new TouchedPath[0]);
            for (int i = 0; i < 3; i++) {
                source.files.compare("log", before, Optional.empty(), false, 0644, source);
                assertThat(source.told()).isEmpty();
            }
            assertThat(source.later).hasSize(3);
            source.files.compare("log", before, Optional.empty(), false, 0644, source);

            assertThat(source.told()).containsExactly("file log");
            assertThat(source.later).as("a run that ends by itself does not come back").hasSize(once ? 3 : 4);
            assertThat(source.written).hasSize(once ? 1 : 0);
        }
    }

    @Test
    void a_large_file_that_was_just_written_is_uploaded_a_moment_later() {
        source.files = new FileReader(dir, 1000, source.uploads, RereadRenamed.NOW, Clock.offset(Clock.systemUTC(), Duration.ofHours(-1)));
        source.write("large", "x".repeat(1001)).compare();

        assertThat(source.large).isEmpty();
        assertThat(source.later).contains("large");
    }

    @Test
    void a_large_file_whose_stat_does_not_tell_of_its_changes_is_sent_in_one_pass() {
        source.files.largeFileTiming().readInOnePass("large");
        source.write("large", "x".repeat(1001)).compare();

        assertThat(source.onePass).containsExactly("large");
        assertThat(source.large).isEmpty();
    }

    @Test
    void a_run_that_ends_by_itself_does_not_come_back_to_a_file_that_was_staged_and_has_changed() throws IOException {
        for (boolean once : new boolean[] {false, true}) {
            source.files = new FileReader(dir, 1000, source.uploads, RereadRenamed.NOW, Optional.of(FileReader.UNSETTLED), once);
            source.write("large", "x".repeat(2000)).time("large", once ? 1 : 2);
            Stat stat = Stat.of(dir.resolve("large")).orElseThrow();
            source.uploads.staged("large", source.files.digest("large", stat).orElseThrow());
            source.write("large", "y".repeat(3000)).compare(TouchedPath.entry("large"));

            assertThat(source.told()).contains("file large");
            assertThat(source.later.contains("large")).isEqualTo(!once);
        }
    }

    @Test
    void each_file_is_counted_with_its_size() {
        source.write("d/g", "12345");

        assertThat(source.compare().compared).containsExactlyInAnyOrder(7L, 5L, 0L);
    }
}
