package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

import io.bactrian.index.Index;
import io.bactrian.tree.Filter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncludedTest {
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
    void directories_that_hold_nothing_included_are_not_made() {
        assertThat(source.compare().told()).containsExactly("dir ", "dir a", "dir a/b", "file a/b/1.jpg", "dir kept");
    }

    @Test
    void they_are_made_for_who_wants_them() {
        source.filter = Filter.of(List.of("**/*.jpg"), List.of(), true);
        assertThat(source.compare().told()).contains("dir c/deep", "dir e/f");
    }

    @Test
    void one_that_begins_to_hold_something_is_made_and_one_that_ends_is_removed() {
        source.compare();
        source.rename("a/b/1.jpg", "c/deep/4.jpg").compare(Touched.gone("a/b/1.jpg"), Touched.name("c/deep/4.jpg"));
        assertThat(source.news()).contains("dir c", "dir c/deep", "move a/b/1.jpg c/deep/4.jpg", "remove a")
                .doesNotContain("file c/deep/4.jpg");
        source.remove("c/deep/4.jpg").compare(Touched.gone("c/deep/4.jpg"));
        assertThat(source.told()).contains("remove c");
        assertThat(source.compare().later).isEmpty();
        assertThat(source.told()).isEmpty();
    }

    @Test
    void what_the_target_has_of_its_own_stays_with_its_directory() {
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
    void a_directory_that_nobody_was_seen_to_empty_waits_for_a_word() {
        source.compare();
        source.guard = Guard.SHUT;
        source.remove("a/b/1.jpg").compare();
        assertThat(source.told()).noneMatch(told -> told.startsWith("remove"));
        assertThat(source.waits).isNotEmpty();
    }

    @Test
    void a_directory_goes_unasked_if_all_that_it_held_was_seen_to_go() {
        source.compare();
        source.guard = Guard.SHUT;
        source.remove("a/b/1.jpg");
        source.backlog.add(Touched.gone("a/b/1.jpg"));
        source.backlog.take();
        source.witness = source.backlog.witness();
        assertThat(source.compare(Touched.gone("a/b/1.jpg")).told()).contains("remove a");
        assertThat(source.waits).isEmpty();
    }
}
