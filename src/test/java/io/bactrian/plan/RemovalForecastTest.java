package io.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.bactrian.change.GuardTrippedException;
import io.bactrian.change.RemovalLimit;
import io.bactrian.change.RemovalSummary;
import io.bactrian.compare.ObservedRemovals;
import io.bactrian.compare.Source;
import io.bactrian.compare.TargetCapabilities;
import io.bactrian.tree.Filter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree of 100 entries, of which more than half and more than 20 must not go at once. */
class RemovalForecastTest {
    private static final RemovalLimit GUARD = new RemovalLimit(50, 20, false);

    @TempDir
    Path directory;
    private Source source;

    @BeforeEach
    void a_source_that_was_compared() {
        source = new Source(directory);
        for (int i = 0; i < 48; i++) {
            source.write("kept/" + i, "kept " + i).write("most/" + i, "most " + i);
        }
        source.write("most/deep/f", "f").write("last", "l").compare();
        // Once more, for what was so young that its stat said nothing.
        source.compare();
        assertThat(source.view.count() - 1).isEqualTo(101);
    }

    @AfterEach
    void close() {
        source.close();
    }

    private void check() throws IOException {
        forecast(GUARD).check();
    }

    private RemovalSummary loss() {
        return catchThrowableOfType(GuardTrippedException.class, this::check).removals();
    }

    @Test
    void trips_above_its_share_and_names_the_paths() {
        source.remove("most").remove("kept/1");

        assertThat(loss()).isEqualTo(new RemovalSummary(52, 101, List.of("kept/1", "most")));
        assertThat(loss()).hasToString("52 of 101 entries (51 %), among them kept/1, most");
    }

    @Test
    void allows_half() {
        source.remove("most/deep").remove("most/1");

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void does_not_count_moved_entries() {
        source.directory("a").rename("most", "a/b").rename("kept", "c").rename("a/b/deep", "d");

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void counts_entries_that_were_replaced_by_new_ones() {
        source.remove("most").remove("kept");
        for (int i = 0; i < 48; i++) {
            source.write("kept2/" + i, "others " + i).write("most2/" + i, "others " + i);
        }

        // A file system may give the new directories the inodes of the old ones.
        assertThat(loss().count()).isBetween(98L, 100L);
    }

    @Test
    void counts_what_was_below_a_directory_that_became_a_file_or_a_link() {
        source.remove("most").write("most", "now a file").remove("kept").link("kept", "last");

        assertThat(loss().count()).isEqualTo(100);
    }

    @Test
    void counts_an_entry_once_that_is_gone_behind_a_link_in_place_of_its_directory() {
        source.directory("else/deep").remove("most").link("most", "else");

        assertThat(loss().count()).isEqualTo(51);
    }

    @Test
    void does_not_count_moved_files_in_a_directory_that_is_not_included_itself() {
        source.filter = Filter.of(List.of("**/?", "**/??"), List.of());
        source.rename("most", "moved").remove("kept/1").remove("kept/2");

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void does_not_count_excluded_entries() {
        source.filter = Filter.of(List.of(), List.of("most/**"));
        source.remove("most").remove("kept/1");

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void does_not_count_a_directory_that_cannot_be_listed() throws IOException {
        source.mode("most", "---------");
        try {
            assertThatCode(this::check).doesNotThrowAnyException();
        } finally {
            source.mode("most", "rwxr-xr-x");
        }
    }

    @Test
    void trips_for_an_empty_source_however_little_the_target_holds() {
        source.remove("most").remove("kept").remove("last");

        assertThatThrownBy(this::check).hasMessageContaining("is empty but the target holds 101 entries");
        assertThatCode(() -> new RemovalForecast(source.root, Filter.ALL, source.view, source.capabilities, GUARD.allowing(101), ObservedRemovals.NONE).check())
                .doesNotThrowAnyException();
    }

    @Test
    void leaves_a_missing_source_to_the_comparison(@TempDir Path elsewhere) throws IOException {
        Files.move(source.root, elsewhere.resolve("gone"));
        assertThatCode(this::check).doesNotThrowAnyException();

        Files.writeString(source.root, "a file in its place");
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void the_forecast_does_not_count_observed_removals() {
        source.remove("most").remove("kept/1");

        assertThatCode(() -> forecast(GUARD, seen("most")).check()).doesNotThrowAnyException();
    }

    @Test
    void an_observed_emptying_of_the_source_is_intended() {
        source.remove("most").remove("kept").remove("last");

        assertThatCode(() -> forecast(GUARD, seen("most", "kept", "last")).check()).doesNotThrowAnyException();
    }

    @Test
    void a_partly_observed_emptying_of_the_source_waits() {
        source.remove("most").remove("kept").remove("last");

        assertThatThrownBy(() -> forecast(GUARD, seen("most", "last")).check())
                .isInstanceOf(GuardTrippedException.class).hasMessageContaining("is empty");
    }

    @Test
    void tells_whether_removals_must_wait_and_how_much_the_target_holds() throws IOException {
        source.remove("most");
        RemovalForecast allowed = forecast(RemovalLimit.DEFAULT);
        assertThat(allowed.mustWait()).isFalse();
        assertThat(allowed.held()).isEqualTo(101);
        assertThat(forecast(GUARD).mustWait()).as("51 of 101").isTrue();

        source.remove("kept").remove("last");
        assertThatThrownBy(() -> forecast(GUARD).mustWait()).as("there is nothing to send").isInstanceOf(GuardTrippedException.class)
                .satisfies(is -> assertThat(((GuardTrippedException) is).removals())
                        .isEqualTo(new RemovalSummary(101, 101, List.of("kept", "last", "most"))));
    }

    @Test
    void an_empty_target_has_nothing_to_lose() throws IOException {
        for (String name : source.actual().keySet().stream().filter(path -> !path.contains("/")).toList()) {
            source.remove(name).view.remove(name);
        }

        assertThat(forecast(RemovalLimit.NONE_ALLOWED).mustWait()).isFalse();
    }

    @Test
    void counts_only_what_the_filter_admits_in_a_directory_that_is_gone() {
        source.filter = Filter.of(List.of(), List.of("most/4*", "most/deep"));
        source.remove("most").remove("kept");

        // The directories, 48 files of the one, and 39 of the other.
        assertThat(loss().count()).isEqualTo(2 + 48 + 39);
    }

    @Test
    void does_not_count_links_that_the_target_leaves_out() {
        source.directory("links/deep");
        for (int i = 0; i < 60; i++) {
            source.link("l" + i, "last").link("links/deep/" + i, "last");
        }
        source.compare().compare();
        source.remove("links");
        for (int i = 0; i < 60; i++) {
            source.remove("l" + i);
        }
        assertThat(loss().count()).isEqualTo(122);

        source.capabilities = new TargetCapabilities(true, false);
        assertThatCode(this::check).doesNotThrowAnyException();
        source.remove("most").remove("kept");
        assertThatThrownBy(forecast(new RemovalLimit(40, 20, false))::check).as("files and directories")
                .hasMessageContaining(" 102 of 223 entries");
    }

    @Test
    void does_not_count_moved_links() {
        source.directory("links");
        for (int i = 0; i < 120; i++) {
            source.link("links/" + i, "last");
        }
        source.compare().compare();
        source.directory("other");
        for (int i = 0; i < 120; i++) {
            source.rename("links/" + i, "other/" + i);
        }

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void counts_files_that_were_written_after_they_had_moved() {
        source.rename("most", "others").remove("kept/1").remove("kept/2").remove("kept/3");
        for (int i = 0; i < 48; i++) {
            source.write("others/" + i, "other content of another size " + i);
        }

        assertThat(loss().count()).isEqualTo(48 + 3);
    }

    @Test
    void counts_what_has_moved_to_where_the_filter_excludes_it() {
        source.filter = Filter.of(List.of(), List.of("others"));
        source.rename("most", "others").remove("kept/1");

        assertThat(loss().count()).isEqualTo(52);
    }

    @Test
    void does_not_count_what_is_gone_from_an_excluded_directory() {
        source.filter = Filter.of(List.of(), List.of("most"));
        for (int i = 0; i < 48; i++) {
            source.remove("most/" + i);
        }
        source.remove("most/deep").remove("kept/1");

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    private RemovalForecast forecast(RemovalLimit limit) {
        return forecast(limit, ObservedRemovals.NONE);
    }

    private RemovalForecast forecast(RemovalLimit limit, ObservedRemovals observed) {
        return new RemovalForecast(source.root, source.filter, source.view, source.capabilities, limit, observed);
    }

    private static ObservedRemovals seen(String... names) {
        ObservedRemovals.Period period = new ObservedRemovals.Period();
        List.of(names).forEach(period::removed);
        return new ObservedRemovals(List.of(period));
    }
}
