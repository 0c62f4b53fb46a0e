package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

import io.bactrian.Tools;
import io.bactrian.change.RemovalLimit;
import io.bactrian.change.TouchedPath;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class IncludedDirectoriesTest {
    @TempDir
    Path root;
    private Source source;

    @BeforeEach
    void only_pictures() {
        source = new Source(root);
        source.filter = Filter.of(List.of("**/*.jpg", "kept"), List.of(), false);
        source.write("a/b/1.jpg", "1").write("a/2.txt", "2").write("c/deep/3.txt", "3").directory("e/f").directory("kept");
    }

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void does_not_create_directories_without_included_entries() {
        assertThat(source.compare().told()).containsExactly("dir ", "dir a", "dir a/b", "file a/b/1.jpg", "dir kept");
    }

    @Test
    void creates_them_if_empty_directories_are_wanted() {
        source.filter = Filter.of(List.of("**/*.jpg"), List.of(), true);
        assertThat(source.compare().told()).contains("dir c/deep", "dir e/f");
    }

    @Test
    void creates_a_directory_with_its_first_included_entry_and_removes_it_after_the_last() {
        source.compare();
        source.rename("a/b/1.jpg", "c/deep/4.jpg").compare(TouchedPath.gone("a/b/1.jpg"), TouchedPath.name("c/deep/4.jpg"));
        assertThat(source.news()).contains("dir c", "dir c/deep", "move a/b/1.jpg c/deep/4.jpg", "remove a")
                .doesNotContain("file c/deep/4.jpg");
        source.remove("c/deep/4.jpg").compare(TouchedPath.gone("c/deep/4.jpg"));
        assertThat(source.told()).contains("remove c");
        assertThat(source.compare().later).isEmpty();
        assertThat(source.told()).isEmpty();
    }

    @Test
    void keeps_a_directory_with_excluded_entries_of_the_target() {
        source.compare();
        Source all = new Source(root);
        all.filter = Filter.of(List.of("**/*.jpg", "a/2.txt"), List.of(), false);
        all.compare();
        Index view = all.view;
        all.filter = source.filter;
        all.remove("a/b/1.jpg").compare();
        assertThat(all.told()).contains("remove a/b").doesNotContain("remove a");
        assertThat(view.find("a/2.txt")).isPresent();
        all.close();
    }

    @Test
    void the_removal_of_a_directory_waits_if_nobody_was_seen_emptying_it() {
        source.compare();
        source.limit = RemovalLimit.NONE_ALLOWED;
        source.remove("a/b/1.jpg").compare();
        assertThat(source.told()).noneMatch(told -> told.startsWith("remove"));
        assertThat(source.waits).isNotEmpty();
    }

    @Test
    void removes_a_directory_if_all_of_its_removals_were_observed() {
        source.compare();
        source.limit = RemovalLimit.NONE_ALLOWED;
        source.remove("a/b/1.jpg");
        source.backlog.add(TouchedPath.gone("a/b/1.jpg"));
        source.backlog.take();
        source.observed = source.backlog.observedRemovals();
        assertThat(source.compare(TouchedPath.gone("a/b/1.jpg")).told()).contains("remove a");
        assertThat(source.waits).isEmpty();
    }

    @Test
    void a_link_is_a_reason_for_its_directory_unless_the_target_leaves_it_out() {
        source.filter = Filter.of(List.of("**/*.jpg"), List.of(), false);
        source.link("e/f/l.jpg", "nowhere");
        source.capabilities = new TargetCapabilities(true, false);
        assertThat(source.compare().told()).doesNotContain("dir e", "dir e/f");

        source.capabilities = new TargetCapabilities(true, true);
        assertThat(source.compare().told()).contains("dir e", "dir e/f", "link e/f/l.jpg");
    }

    @Test
    void a_directory_stays_while_any_included_entry_is_left_in_it() {
        source.write("a/b/2.jpg", "2").compare();
        source.remove("a/b/1.jpg").compare();
        assertThat(source.told()).contains("remove a/b/1.jpg").doesNotContain("remove a/b", "remove a");

        assertThat(source.remove("a/b/2.jpg").compare().told()).contains("remove a");
    }

    @Test
    void an_excluded_directory_is_no_reason_for_the_one_above() {
        source.filter = Filter.of(List.of("**/*.jpg"), List.of("a/b"), false);
        assertThat(source.compare().told()).containsExactly("dir ");
    }

    @Test
    void a_directory_that_is_itself_included_is_a_reason_for_the_one_above() {
        source.filter = Filter.of(List.of("g/h"), List.of(), false);
        source.directory("g/h").directory("i");
        assertThat(directories().keeps("g")).isTrue();
        assertThat(directories().keeps("i")).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_directory_that_cannot_be_listed_or_has_a_name_that_cannot_be_read_may_hold_anything() {
        assertThat(directories().keeps("none")).isTrue();
        Tools.sh(root, "touch \"$(printf 'e/f/\\377')\"");
        assertThat(directories().keeps("e")).isTrue();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_file_that_the_target_holds_is_a_reason_as_long_as_it_is_a_file() {
        source.view.put(held("c/3.jpg"));
        assertThat(directories().keeps("c")).as("it is gone").isFalse();
        Tools.sh(root, "mkfifo c/3.jpg");
        assertThat(directories().keeps("c")).as("it is a FIFO").isFalse();
        source.remove("c/3.jpg").write("c/3.jpg", "3");
        assertThat(directories().keeps("c")).isTrue();
    }

    private IncludedDirectories directories() {
        return new IncludedDirectories(root, source.filter, source.view, source.capabilities);
    }

    private static IndexEntry held(String path) {
        return IndexEntry.unseen(new Entry.File(path, 0644, Time.ofNanos(1), 1, Digest.of(path.getBytes())));
    }
}
