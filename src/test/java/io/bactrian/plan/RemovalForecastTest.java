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
import io.bactrian.change.TouchedPath;
import io.bactrian.compare.ObservedRemovals;
import io.bactrian.compare.Source;
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
        new RemovalForecast(source.root, source.filter, source.view, source.capabilities, GUARD, ObservedRemovals.NONE).check();
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
    void allows_a_few_whatever_their_share() {
        assertThat(GUARD.isExceeded(20, 20)).isFalse();
        assertThat(GUARD.isExceeded(21, 21)).isTrue();
        assertThat(GUARD.isExceeded(21, 42)).isFalse();
        assertThat(RemovalLimit.OFF.isExceeded(Long.MAX_VALUE, 1)).isFalse();
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
    }

    @Test
    void the_comparison_itself_holds_removals_above_the_limit() {
        source.limit = GUARD;
        source.remove("most").remove("kept/1").write("new", "n");

        source.compare();

        assertThat(source.waits).containsExactly(new RemovalSummary(52, 101, List.of("kept/1", "most")));
        assertThat(source.told()).contains("file new").noneMatch(change -> change.startsWith("remove"));
        assertThat(source.view.find("most/1")).as("what the target still holds").isPresent();
    }

    @Test
    void counts_each_entry_once_however_often_it_is_touched() {
        source.limit = GUARD;
        source.remove("most").remove("kept/1");

        source.compare(TouchedPath.entry("kept/1"), new TouchedPath("kept", TouchedPath.Scope.TREE), TouchedPath.entry("most"),
                TouchedPath.entry("most/1"), TouchedPath.entry("most/deep/f"));

        assertThat(source.waits).containsExactly(new RemovalSummary(52, 101, List.of("kept/1", "most")));
    }

    @Test
    void a_file_in_the_place_of_a_directory_waits_with_its_removal() {
        source.limit = new RemovalLimit(40, 20, false);
        source.remove("most").write("most", "a file").write("new", "n");

        source.compare();

        assertThat(source.told()).contains("file new").noneMatch(change -> change.contains("most"));
        assertThat(source.waits).isNotEmpty();
        assertThat(source.troubles.toString()).contains("most", "allow-removals");
    }

    @Test
    void does_not_count_observed_removals() {
        source.limit = GUARD;
        source.observed = seen("most");
        source.remove("most").remove("kept/1");

        source.compare();

        assertThat(source.waits).isEmpty();
        assertThat(source.told()).contains("remove most", "remove kept/1");
    }

    @Test
    void the_forecast_does_not_count_observed_removals() {
        source.remove("most").remove("kept/1");

        assertThatCode(() -> new RemovalForecast(source.root, source.filter, source.view, source.capabilities, GUARD, seen("most")).check())
                .doesNotThrowAnyException();
    }

    @Test
    void does_not_count_removals_in_a_directory_whose_events_overflowed() {
        source.limit = GUARD;
        ObservedRemovals.Period period = new ObservedRemovals.Period();
        period.overflowed("most");
        source.observed = new ObservedRemovals(List.of(period));
        for (int i = 0; i < 48; i++) {
            source.remove("most/" + i);
        }
        source.remove("most/deep");

        source.compare();

        assertThat(source.waits).isEmpty();
        assertThat(source.told()).contains("remove most/1", "remove most/deep");
    }

    @Test
    void counts_removals_in_a_replaced_directory() {
        source.limit = GUARD;
        ObservedRemovals.Period period = new ObservedRemovals.Period();
        period.overflowed("most");
        source.observed = new ObservedRemovals(List.of(period));
        source.directory("other").remove("most").rename("other", "most").remove("kept/1").remove("kept/2");

        source.compare();

        assertThat(source.waits).hasSize(1);
        assertThat(source.told()).noneMatch(change -> change.startsWith("remove"));
    }

    /** An unmount of which the watch has not told yet. */
    @Test
    void counts_them_after_the_view_has_the_replaced_directory() {
        source.limit = GUARD;
        source.prompt = true;
        source.backlog.add(new TouchedPath("most", TouchedPath.Scope.CHILDREN));
        source.backlog.take();
        source.directory("other").remove("most").rename("other", "most").remove("kept/1").remove("kept/2");

        for (int look = 0; look < 2; look++) {
            source.observed = source.backlog.observedRemovals();
            source.compare();

            assertThat(source.waits).hasSize(1);
            assertThat(source.told()).noneMatch(change -> change.startsWith("remove"));
        }
    }

    @Test
    void an_observed_emptying_of_the_source_is_intended() {
        source.limit = GUARD;
        source.observed = seen("most", "kept", "last");
        source.remove("most").remove("kept").remove("last");

        assertThatCode(() -> new RemovalForecast(source.root, source.filter, source.view, source.capabilities, GUARD, source.observed).check())
                .doesNotThrowAnyException();
        source.compare();

        assertThat(source.waits).isEmpty();
        assertThat(source.told()).contains("remove most", "remove kept", "remove last");
    }

    @Test
    void a_partly_observed_emptying_of_the_source_waits() {
        source.observed = seen("most", "last");
        source.remove("most").remove("kept").remove("last");

        assertThatThrownBy(() -> new RemovalForecast(source.root, source.filter, source.view, source.capabilities, GUARD, source.observed).check())
                .isInstanceOf(GuardTrippedException.class).hasMessageContaining("is empty");
        source.compare();

        assertThat(source.told()).noneMatch(change -> change.startsWith("remove"));
    }

    private static ObservedRemovals seen(String... names) {
        ObservedRemovals.Period period = new ObservedRemovals.Period();
        List.of(names).forEach(period::removed);
        return new ObservedRemovals(List.of(period));
    }
}
