package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.change.TouchedPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source directory that is not there, or not the one it was, never takes anything from the target. */
class VanishedRootTest {
    @TempDir
    Path directory;

    private Source source;

    @BeforeEach
    void a_source_that_was_compared_whole() throws IOException {
        source = new Source(Files.createDirectory(directory.resolve("source"))).write("a/f", "x").write("b", "y");
        source.compare();
        assertThat(source.view.find("a/f")).isPresent();
    }

    private void unmount() throws IOException {
        Files.move(source.root, directory.resolve("elsewhere"));
        Files.createDirectory(source.root);
    }

    @Test
    void removes_nothing_when_events_come_from_a_mount_that_vanished() throws IOException {
        unmount();

        source.compare(TouchedPath.entry("a/f"), TouchedPath.entry("b"));

        assertThat(source.told()).noneMatch(change -> change.startsWith("remove"));
        assertThat(source.troubles.get("")).containsAnyOf("not mounted", "is empty");
    }

    @Test
    void removes_nothing_when_an_emptied_directory_is_compared_whole() throws IOException {
        source.remove("a").remove("b");

        source.compare();

        assertThat(source.told()).noneMatch(change -> change.startsWith("remove"));
        assertThat(source.troubles.get("")).contains("is empty");
    }

    @Test
    void removes_nothing_when_the_directory_is_gone() throws IOException {
        Files.move(source.root, directory.resolve("elsewhere"));

        source.compare(TouchedPath.EVERYTHING, TouchedPath.entry("a/f"));

        assertThat(source.told()).isEmpty();
        assertThat(source.troubles.get("")).contains("is gone");
    }

    @Test
    void removes_the_last_entry_of_a_directory_that_is_the_same_as_before() {
        source.remove("a").compare(TouchedPath.entry("a"));
        source.remove("b").compare(TouchedPath.entry("b"));

        assertThat(source.told()).contains("remove b");
    }

    @Test
    void follows_a_replaced_root_once_it_was_compared_whole() throws IOException {
        unmount();
        source.write("b", "y");

        source.compare();
        assertThat(source.told()).contains("remove a");

        source.remove("b").write("c", "z").compare(TouchedPath.entry("b"), TouchedPath.entry("c"));
        assertThat(source.told()).contains("file c", "remove b");
    }

    @Test
    void removes_nothing_unobserved_before_all_was_compared_once() {
        try (Source first = new Source(source.root)) {
            first.compare(TouchedPath.entry("b"), TouchedPath.entry("a/f"));
            assertThat(first.later).contains("");
            assertThat(first.troubles).isEmpty();

            first.remove("b").compare(TouchedPath.entry("b"));
            assertThat(first.told()).doesNotContain("remove b");
            first.backlog.add(TouchedPath.gone("b"));
            first.backlog.take();
            first.observed = first.backlog.observedRemovals();
            assertThat(first.compare(TouchedPath.entry("b")).told()).contains("remove b");
        }
    }

    @Test
    void a_first_comparison_is_enough_in_which_only_something_changed_meanwhile() {
        try (Source first = new Source(source.root)) {
            first.after("dir a", () -> first.remove("a"));
            first.compare();
            assertThat(first.later).contains("a");

            first.remove("b").compare(TouchedPath.entry("b"));
            assertThat(first.told()).contains("remove b");
            assertThat(first.later).doesNotContain("");
        }
    }
}
