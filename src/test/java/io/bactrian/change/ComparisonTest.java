package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.bactrian.tree.Filter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    @TempDir
    Path dir;

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
    void a_new_tree_is_told_from_the_top() {
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
    void what_is_gone_from_a_renamed_directory_is_removed_although_the_rename_is_answered_already() {
        source.prompt = true;
        source.compare().rename("d", "e").remove("e/deep/f").compare();

        assertThat(source.told()).containsSubsequence("move d e", "remove e/deep/f");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void nothing_moves_out_of_a_directory_that_was_removed_to_make_room() {
        source.compare().rename("d", "e").write("d", "now a file").compare();

        assertThat(source.told()).contains("remove d").noneMatch(told -> told.startsWith("move"));
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void a_rename_of_a_file_is_a_move() {
        source.compare().rename("d/deep/f", "g").compare();

        assertThat(source.told()).contains("move d/deep/f g").noneMatch(told -> told.startsWith("file"));
    }

    @Test
    void nothing_is_held_at_the_new_place_of_a_move_before_the_target_has_made_it() {
        source.compare().rename("d", "e").compare();

        assertThat(source.remembered).extracting("path").doesNotContain("e");
    }

    @Test
    void a_file_that_takes_the_place_of_a_directory_finds_room() {
        source.compare().remove("d").write("d", "now a file").compare();

        assertThat(source.told()).containsSubsequence("remove d", "file d");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void what_reverts_to_its_earlier_content_is_sent_again() {
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
        Path away = Files.createTempDirectory("away").resolve("moved");
        source.compare();
        Files.move(dir, away);
        try {
            source.compare();

            assertThat(source.told()).isEmpty();
            assertThat(source.troubles.get("")).contains("is gone");
        } finally {
            Files.move(away, dir);
            Files.delete(away.getParent());
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
        source.rules = new Rules(true, false);
        source.compare();

        assertThat(source.told()).doesNotContain("link l");
        assertThat(source.skipped).containsKey("l");
    }

    @Test
    void a_large_file_asks_for_its_content_and_is_told_once_that_is_staged() throws IOException {
        source.write("large", "x".repeat(2000)).time("large", 1);
        for (int look = 0; look < 5 && !source.large.contains("large"); look++) {
            source.compare();
        }
        io.bactrian.tree.Stat stat = io.bactrian.tree.Stat.of(dir.resolve("large")).orElseThrow();
        assertThat(source.told()).doesNotContain("file large");
        source.uploads.queue(new Work.Upload("large", stat));
        source.uploads.done("large", source.files.digest("large", stat).orElseThrow());
        source.compare();

        assertThat(source.told()).contains("file large");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void a_file_that_changed_after_it_was_looked_at_is_looked_at_again() throws IOException {
        io.bactrian.tree.Stat before = io.bactrian.tree.Stat.of(dir.resolve("stays")).orElseThrow();
        source.write("stays", "more");

        for (int patience = 0; patience < 3; patience++) {
            source.files.compare("stays", before, java.util.Optional.empty(), 0644, source);
        }
        assertThat(source.told()).isEmpty();
        assertThat(source.later).containsOnly("stays");

        source.files.compare("stays", before, java.util.Optional.empty(), 0644, source);
        assertThat(source.told()).as("sent as it was read, after some patience").containsExactly("file stays");
    }
}
