package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

import io.bactrian.change.RemovalLimit;
import io.bactrian.change.RemovalSummary;
import io.bactrian.change.TouchedPath;
import io.bactrian.tree.Filter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree of 101 entries, of which more than half and more than 20 must not go in one comparison unless somebody saw it. */
class GuardedRemovalsTest {
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
        source.write("most/deep/f", "f").write("last", "l").compare().compare();
    }

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void holds_removals_above_the_limit() {
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
    void an_emptied_source_empties_the_target_if_all_of_it_was_observed() {
        source.limit = GUARD;
        source.remove("most").remove("kept").remove("last");
        source.observed = seen("most", "last");
        assertThat(source.compare().told()).noneMatch(change -> change.startsWith("remove"));

        source.observed = seen("most", "kept", "last");
        source.compare();
        assertThat(source.told()).contains("remove most", "remove kept", "remove last");
    }

    @Test
    void a_file_in_the_place_of_a_directory_with_excluded_content_waits_until_that_is_moved() {
        source.filter = Filter.of(List.of(), List.of("**/f"));
        source.remove("most/deep").write("most/deep", "a file").compare();

        assertThat(source.told()).noneMatch(told -> told.contains("most/deep"));
        assertThat(source.troubles.get("most/deep")).contains("excluded content");
    }

    private static ObservedRemovals seen(String... names) {
        ObservedRemovals.Period period = new ObservedRemovals.Period();
        List.of(names).forEach(period::removed);
        return new ObservedRemovals(List.of(period));
    }
}
