package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.bactrian.change.TouchedPath;
import io.bactrian.index.IndexEntry;
import io.bactrian.plan.Work;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Stat;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {
    @TempDir
    Path dir;

    @TempDir
    Path elsewhere;

    private Source source;

    @BeforeEach
    void make() {
        source = new Source(dir);
        source.directory("d/deep").write("d/deep/f", "content").link("l", "d").write("stays", "");
    }

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void reports_a_new_tree_from_the_top() {
        source.compare();

        assertThat(source.told()).containsExactly("dir ", "dir d", "dir d/deep", "file d/deep/f", "link l", "file stays");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void a_rename_of_a_directory_is_one_move_and_no_content() {
        source.compare().rename("d", "e").compare();

        assertThat(source.told()).containsExactly("dir ", "move d e");
    }

    @Test
    void removes_what_is_gone_from_a_renamed_directory_after_the_rename_was_acknowledged() {
        source.prompt = true;
        source.write("d/stays", "").compare().rename("d", "e").remove("e/deep/f").compare();

        assertThat(source.told()).containsSubsequence("move d e", "remove e/deep/f");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void moves_what_occupies_the_new_path_first() {
        source.compare().rename("d", "e").write("d", "now a file").compare();

        assertThat(source.news()).containsExactly("dir ", "move d e", "file d");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void reports_a_file_for_all_of_its_hard_links() throws IOException {
        source.write("a", "A");
        Files.createLink(dir.resolve("d/a"), dir.resolve("a"));
        source.compare().write("a", "longer").compare(entries("", "a"));

        assertThat(source.news()).containsExactlyInAnyOrder("file a", "file d/a");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void reports_a_write_through_a_removed_hard_link_for_the_other_links() throws IOException {
        source.write("a", "A");
        Files.createLink(dir.resolve("d/a"), dir.resolve("a"));
        source.compare().write("a", "longer").remove("a").compare(entries("", "a"));

        assertThat(source.later).contains("d/a");
    }

    /** What is written by one name is told by that name only, and by then that name may be another file's. */
    @Test
    void reports_a_write_through_a_replaced_hard_link_for_the_other_links() throws IOException {
        source.write("a", "before").write("new", "another");
        Files.createLink(dir.resolve("d/a"), dir.resolve("a"));
        source.settle();
        source.write("a", "after");
        Files.move(dir.resolve("new"), dir.resolve("a"), StandardCopyOption.REPLACE_EXISTING);

        source.compare(TouchedPath.entry("a"), TouchedPath.gone("new"));

        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void reports_a_write_through_a_hard_link_that_became_a_directory() throws IOException {
        source.write("a", "before");
        Files.createLink(dir.resolve("d/a"), dir.resolve("a"));
        source.settle();
        source.write("a", "after").remove("a").directory("a");

        source.compare(TouchedPath.entry("a"));

        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void reports_a_write_through_a_hard_link_that_was_removed_with_its_directory() throws IOException {
        Files.createLink(dir.resolve("a"), dir.resolve("d/deep/f"));
        source.settle();
        source.write("d/deep/f", "after").remove("d");

        source.compare(TouchedPath.gone("d"), TouchedPath.entry("d/deep/f"));

        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void compares_two_hard_links_once_that_both_went_with_their_directories() throws IOException {
        source.directory("e");
        Files.createLink(dir.resolve("e/f"), dir.resolve("d/deep/f"));
        source.settle().remove("d").remove("e");

        source.compare(TouchedPath.entry("d/deep/f"));

        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void a_chain_of_renames_is_reported_from_its_end() {
        source.write("a", "A").write("b", "B").write("c", "C").compare();
        source.rename("c", "z").rename("b", "c").rename("a", "b");
        source.compare(entries("", "a", "b", "c", "z"));

        assertThat(source.news()).containsExactly("dir ", "move c z", "move b c", "move a b");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void a_file_that_gave_its_name_to_a_new_one_is_moved_before_that_is_written() {
        source.write("log", "of yesterday").compare();
        source.rename("log", "log.1").write("log", "of today").compare(entries("", "log", "log.1"));

        assertThat(source.news()).containsExactly("dir ", "move log log.1", "file log");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void a_file_moves_into_a_new_directory_before_its_place_is_taken() {
        source.write("a", "A").write("b", "B").compare();
        source.directory("new/deep").rename("b", "new/deep/b").rename("a", "b").compare();

        assertThat(source.news()).containsExactly("dir ", "dir new", "dir new/deep", "move b new/deep/b", "move a b");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void a_long_chain_is_followed() {
        for (int i = 0; i < 3000; i++) {
            source.write("f%04d".formatted(i), "x" + i);
        }
        source.compare();
        for (int i = 2999; i >= 0; i--) {
            source.rename("f%04d".formatted(i), "f%04d".formatted(i + 1));
        }
        source.compare();

        assertThat(source.news()).hasSize(3001).filteredOn(told -> told.startsWith("move")).hasSize(3000);
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void two_that_changed_places_are_exchanged(boolean everything) {
        source.write("a", "A").write("d/x/f", "F").directory("e").compare();
        source.rename("a", "t").rename("d/x", "a").rename("t", "d/x");
        source.compare(everything ? new TouchedPath[] {TouchedPath.EVERYTHING} : entries("", "a", "d", "d/x", "t"));

        assertThat(source.news()).containsExactly("dir ", "turn a d/x", "dir d");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_circle_of_three_is_turned_at_once(boolean everything) {
        source.write("a", "A").write("b/f", "B").write("c", "C").compare();
        source.rename("c", "t").rename("b", "c").rename("a", "b").rename("t", "a");
        source.compare(everything ? new TouchedPath[] {TouchedPath.EVERYTHING} : entries("", "a", "b", "c", "t"));

        assertThat(source.news()).containsExactly("dir ", "turn a b c");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101})
    void a_circle_is_turned_at_once_unless_it_is_too_long_for_one_change(int paths) {
        for (int i = 0; i < paths; i++) {
            source.write("f" + i, "x" + i);
        }
        source.compare().rename("f" + (paths - 1), "t");
        for (int i = paths - 1; i > 0; i--) {
            source.rename("f" + (i - 1), "f" + i);
        }
        source.rename("t", "f0").compare();

        assertThat(source.news().stream().anyMatch(told -> told.startsWith("turn"))).isEqualTo(paths == 100);
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void a_renamed_link_is_moved() {
        source.compare().rename("l", "m").compare();

        assertThat(source.told()).contains("move l m");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    /** Its inode alone proves nothing. */
    @Test
    void an_empty_directory_is_made_anew_where_it_was_renamed_to() {
        source.directory("empty").compare().rename("empty", "other").compare();

        assertThat(source.told()).contains("dir other", "remove empty").noneMatch(told -> told.startsWith("move"));
    }

    @Test
    void a_file_that_replaces_another_by_a_rename_is_moved() {
        source.write("a", "A").write("b", "B").compare().remove("b").rename("a", "b").compare();

        assertThat(source.news()).containsExactly("dir ", "move a b");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    /** As after a clock that was ahead has been set right. */
    @Test
    void reads_a_file_with_a_future_change_time_again_but_not_for_ever() {
        Clock behind = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
        source.files = new FileReader(source.root, 1000, source.uploads, RereadRenamed.NOW, behind);
        source.write("a", "A").compare();
        assertThat(source.later).as("looked at again").contains("a");

        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> source.compare().later.isEmpty());
    }

    @Test
    void reads_a_renamed_file_again_as_configured() {
        for (RereadRenamed reread : RereadRenamed.values()) {
            source.files = new FileReader(source.root, 1000, source.uploads, reread);
            source.write("d/a", "before").time("d/a", 1_000).settle();

            source.rename("d/a", "d/b").forge("d/b").compare(TouchedPath.name("d/a"), TouchedPath.name("d/b"));
            assertThat(source.told()).contains("move d/a d/b");
            boolean now = source.told().contains("file d/b");
            boolean later = !now && source.compare().told().contains("file d/b");

            assertThat(now).as("%s: read at once", reread).isEqualTo(reread == RereadRenamed.NOW);
            assertThat(later).as("%s: read at the rescan", reread).isEqualTo(reread == RereadRenamed.RESCAN);
            source.remove("d").compare();
        }
    }

    @Test
    void reads_a_renamed_file_in_the_next_comparison_of_the_whole_tree() {
        source.write("d/a", "before").time("d/a", 1_000).settle();
        source.forge("d/a").rename("d/a", "d/b");

        source.compare(TouchedPath.entry("d"), TouchedPath.name("d/a"), TouchedPath.name("d/b"));
        assertThat(source.news()).contains("move d/a d/b").doesNotContain("file d/b");
        source.compare(TouchedPath.entry("d"), TouchedPath.name("d/b"));
        assertThat(source.news()).isEmpty();

        source.compare();
        assertThat(source.news()).contains("file d/b");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void reads_a_file_that_was_renamed_twice_in_the_next_comparison_of_the_whole_tree() {
        source.write("d/a", "before").time("d/a", 1_000).settle();
        source.forge("d/a").rename("d/a", "d/b").compare(TouchedPath.name("d/a"), TouchedPath.name("d/b"));
        source.rename("d/b", "d/c").compare(TouchedPath.name("d/b"), TouchedPath.name("d/c"));
        assertThat(source.news()).contains("move d/b d/c").doesNotContain("file d/c");

        assertThat(source.compare().news()).contains("file d/c");
    }

    @Test
    void reads_a_renamed_file_at_once_if_there_were_other_events_or_lost_ones() {
        source.directory("d").settle();
        Map<String, TouchedPath[]> reported = Map.of(
                "a write by the old name", new TouchedPath[] {TouchedPath.entry("d/a"), TouchedPath.name("d/b")},
                "a write by the new name", new TouchedPath[] {TouchedPath.name("d/a"), TouchedPath.entry("d/b")},
                "a write by a name that is gone", new TouchedPath[] {TouchedPath.name("d/a"), TouchedPath.name("d/b"), TouchedPath.entry("gone")},
                "nothing of the old name", new TouchedPath[] {TouchedPath.name("d/b")},
                "lost events", new TouchedPath[] {new TouchedPath("d", TouchedPath.Scope.CHILDREN), TouchedPath.name("d/a"), TouchedPath.name("d/b")});
        reported.forEach((what, touched) -> {
            source.write("d/a", "before").time("d/a", 1_000).settle();
            source.forge("d/a").rename("d/a", "d/b").compare(touched);

            assertThat(source.news()).as(what).contains("file d/b");
            assertThat(source.held()).as(what).isEqualTo(source.actual());
            source.remove("d/b").compare();
        });
    }

    @Test
    void reads_a_renamed_file_with_hard_links_at_once() throws IOException {
        source.write("a", "before").time("a", 1_000).settle();
        Files.createLink(elsewhere.resolve("outside"), source.root.resolve("a"));
        source.forge("a").rename("a", "b").compare(TouchedPath.name("a"), TouchedPath.name("b"));

        assertThat(source.news()).contains("file b");
    }

    @Test
    void reads_a_renamed_file_at_once_if_it_is_written_in_the_same_tick() throws IOException {
        source.write("a", "before").time("a", 1_000).settle();
        source.rename("a", "b").compare(TouchedPath.name("a"), TouchedPath.name("b"));
        source.forge("b");
        // As if the clock of the file system had not gone on since.
        Entry.File entry = (Entry.File) source.view.find("b").orElseThrow().entry();
        source.view.put(IndexEntry.renamed(entry, Stat.of(source.root.resolve("b")).orElseThrow()));

        assertThat(source.compare(TouchedPath.name("b")).news()).isEmpty();
        assertThat(source.compare(TouchedPath.entry("b")).news()).contains("file b");
    }

    @Test
    void a_file_that_was_renamed_in_a_renamed_directory_is_moved_twice() {
        source.compare().rename("d/deep", "d/other").rename("d/other/f", "d/other/g").rename("d", "e").compare();

        assertThat(source.news()).containsExactly("dir ", "move d e", "dir e", "move e/deep e/other", "dir e/other",
                "move e/other/f e/other/g");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void follows_a_changed_filter() {
        source.filter = Filter.of(List.of(), List.of("**/*.tmp", "*.tmp"));
        source.write("in.tmp", "i").write("out", "o").compare();
        source.rename("in.tmp", "in").rename("out", "out.tmp").compare();

        assertThat(source.news()).containsExactly("dir ", "file in", "remove out");
        assertThat(source.held()).isEqualTo(actualBut("out.tmp"));
    }

    @Test
    void reports_a_file_that_was_edited_after_its_rename() {
        source.compare().rename("d/deep/f", "g").write("g", "edited").compare();

        assertThat(source.news()).contains("file g");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void moves_nothing_for_which_a_change_is_unanswered() {
        source.write("a", "A").compare().mode("a", "rwx------");
        source.after("file a", () -> source.rename("a", "b"));
        source.compare(entries("a", "b"));

        assertThat(source.told()).contains("file a", "file b").noneMatch(told -> told.startsWith("move"));
        source.compare(entries("", "a", "b"));
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void sends_no_content_that_the_target_holds_under_another_path() {
        String content = "c".repeat(600);
        source.write("a", content).write("small", "s").compare();
        source.write("b", content).write("small2", "s").compare();

        assertThat(source.told()).contains("file b", "file small2");
        assertThat(source.news()).contains("file small2").doesNotContain("file b");
    }

    @Test
    void sends_no_content_that_was_read_again_and_is_unchanged_at_the_target() {
        String content = "c".repeat(600);
        source.write("a", content).compare();
        // To this clock its change is long past, so that its stat is remembered
        source.files = new FileReader(source.root, 1000, source.uploads, RereadRenamed.NOW, Clock.offset(Clock.systemUTC(), Duration.ofHours(1)));
        source.mode("a", "rw-r-----").mode("a", "rw-r--r--").write("b", content).compare();

        assertThat(source.news()).as("with content").doesNotContain("file b");
    }

    @Test
    void sends_the_same_content_of_many_new_files_once() {
        for (int i = 0; i < 20; i++) {
            source.write("d/copy" + i, "c".repeat(600));
        }
        source.compare();

        assertThat(source.told()).filteredOn(told -> told.startsWith("file d/copy")).hasSize(20);
        assertThat(source.news()).filteredOn(told -> told.startsWith("file d/copy")).hasSize(1);
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void sends_content_that_the_target_holds_only_where_it_is_being_replaced() {
        source.write("a", "c".repeat(600)).compare();
        source.write("a", "other").write("b", "c".repeat(600)).compare();

        assertThat(source.news()).contains("file a", "file b");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void sends_content_that_the_target_turned_out_to_lack() {
        source.write("a", "c".repeat(600)).compare().write("b", "c".repeat(600));
        source.uploads.sendWhole("b");
        source.compare();

        assertThat(source.news()).contains("file b");
    }

    private TreeMap<String, Entry> actualBut(String path) {
        TreeMap<String, Entry> actual = source.actual();
        actual.remove(path);
        return actual;
    }

    private static TouchedPath[] entries(String... paths) {
        return Arrays.stream(paths).map(TouchedPath::entry).toArray(TouchedPath[]::new);
    }

    @Test
    void a_rename_of_a_file_is_a_move() {
        source.compare().rename("d/deep/f", "g").compare();

        assertThat(source.news()).contains("move d/deep/f g").noneMatch(told -> told.startsWith("file"));
    }

    @Test
    void records_nothing_at_the_new_path_of_a_move_before_it_is_acknowledged() {
        source.compare().rename("d", "e").compare();

        assertThat(source.remembered).extracting("path").doesNotContain("e");
    }

    @Test
    void removes_a_directory_that_a_file_replaces() {
        source.compare().remove("d").write("d", "now a file").compare();

        assertThat(source.told()).containsSubsequence("remove d", "file d");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void sends_a_file_that_reverts_to_its_earlier_content() {
        source.compare().write("stays", "B").compare();
        source.write("stays", "").compare();

        assertThat(source.told()).contains("file stays");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void an_emptied_source_removes_nothing() {
        source.compare().remove("d").remove("l").remove("stays").compare();

        assertThat(source.told()).noneMatch(told -> told.startsWith("remove"));
        assertThat(source.troubles.get("")).contains("mount");
    }

    @Test
    void a_source_that_is_gone_removes_nothing() throws IOException {
        Path away = elsewhere.resolve("moved");
        source.compare();
        Files.move(dir, away);
        try {
            source.compare();

            assertThat(source.told()).isEmpty();
            assertThat(source.troubles.get("")).contains("is gone");
        } finally {
            Files.move(away, dir);
        }
    }

    @Test
    void nothing_is_removed_while_a_directory_cannot_be_listed() {
        source.compare().remove("stays").mode("d/deep", "---------");
        try {
            assumeThat(Files.isReadable(dir.resolve("d/deep"))).as("run by root").isFalse();
            source.compare();

            assertThat(source.told()).noneMatch(told -> told.startsWith("remove"));
            assertThat(source.troubles).containsKey("d/deep");
        } finally {
            source.mode("d/deep", "rwxr-xr-x");
        }
        source.compare();
        assertThat(source.told()).contains("remove stays");
    }

    @Test
    void what_is_excluded_is_neither_sent_nor_removed() {
        source.write("d/x.tmp", "").compare();
        source.filter = Filter.of(List.of(), List.of("**/*.tmp"));
        source.write("d/y.tmp", "").remove("d").compare();

        assertThat(source.told()).contains("remove d/deep").doesNotContain("remove d", "remove d/x.tmp");
        assertThat(source.held()).containsKeys("d", "d/x.tmp").doesNotContainKeys("d/deep", "d/y.tmp");
    }

    @Test
    void links_that_the_target_cannot_hold_are_left_out() {
        source.capabilities = new TargetCapabilities(true, false);
        source.compare();

        assertThat(source.told()).doesNotContain("link l");
        assertThat(source.skipped).containsKey("l");
    }

    @Test
    void uploads_a_large_file_and_reports_it_once_it_is_staged() throws IOException {
        source.write("large", "x".repeat(2000)).time("large", 1);
        for (int look = 0; look < 5 && !source.large.contains("large"); look++) {
            source.compare();
        }
        io.bactrian.tree.Stat stat = io.bactrian.tree.Stat.of(dir.resolve("large")).orElseThrow();
        assertThat(source.told()).doesNotContain("file large");
        source.uploads.queue(new Work.Upload("large", stat));
        source.uploads.staged("large", source.files.digest("large", stat).orElseThrow());
        source.compare();

        assertThat(source.told()).contains("file large");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void reports_the_staged_version_of_a_changed_file_and_compares_it_again() throws IOException {
        source.write("large", "x".repeat(2000)).time("large", 1);
        io.bactrian.tree.Stat stat = io.bactrian.tree.Stat.of(dir.resolve("large")).orElseThrow();
        source.uploads.staged("large", source.files.digest("large", stat).orElseThrow());
        source.write("large", "y".repeat(3000)).time("large", 2);
        source.compare();

        assertThat(source.told()).contains("file large");
        assertThat(source.large).isEmpty();
        assertThat(source.later).contains("large");
        assertThat(source.held().get("large")).isInstanceOfSatisfying(io.bactrian.tree.Entry.File.class, file ->
                assertThat(file.size()).isEqualTo(2000));
    }

    @Test
    void compares_a_file_again_that_changed_after_its_stat_was_read() throws IOException {
        io.bactrian.tree.Stat before = io.bactrian.tree.Stat.of(dir.resolve("stays")).orElseThrow();
        source.write("stays", "more");

        for (int patience = 0; patience < 3; patience++) {
            source.files.compare("stays", before, java.util.Optional.empty(), false, 0644, source);
        }
        assertThat(source.told()).isEmpty();
        assertThat(source.later).containsOnly("stays");

        source.files.compare("stays", before, java.util.Optional.empty(), false, 0644, source);
        assertThat(source.told()).as("sent as it was read, after some patience").containsExactly("file stays");
    }
}
