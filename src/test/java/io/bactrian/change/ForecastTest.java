package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.bactrian.tree.Filter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree of 100 entries, of which more than half and more than 20 must not go at once. */
class ForecastTest {
    private static final Guard GUARD = new Guard(50, 20, false);

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
        new Forecast(source.root, source.filter, source.view, source.rules, GUARD, Witness.NONE).check();
    }

    private Loss loss() {
        return catchThrowableOfType(GuardTripped.class, this::check).loss();
    }

    @Test
    void stops_what_would_remove_more_than_its_share_and_says_what() {
        source.remove("most").remove("kept/1");

        assertThat(loss()).isEqualTo(new Loss(52, 101, List.of("kept/1", "most")));
        assertThat(loss()).hasToString("52 of 101 entries (51 %), among them kept/1, most");
    }

    @Test
    void lets_half_go() {
        source.remove("most/deep").remove("most/1");

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void lets_a_few_go_whatever_their_share() {
        assertThat(GUARD.stops(20, 20)).isFalse();
        assertThat(GUARD.stops(21, 21)).isTrue();
        assertThat(GUARD.stops(21, 42)).isFalse();
        assertThat(Guard.OFF.stops(Long.MAX_VALUE, 1)).isFalse();
    }

    @Test
    void what_moved_is_not_lost_wherever_it_is_now() {
        source.directory("a").rename("most", "a/b").rename("kept", "c").rename("a/b/deep", "d");

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void what_was_made_anew_is_lost_though_it_is_as_much_as_before() {
        source.remove("most").remove("kept");
        for (int i = 0; i < 48; i++) {
            source.write("kept2/" + i, "others " + i).write("most2/" + i, "others " + i);
        }

        // A file system may give the new directories the inodes of the old ones.
        assertThat(loss().count()).isBetween(98L, 100L);
    }

    @Test
    void what_is_below_a_directory_that_became_a_file_or_a_link_is_lost() {
        source.remove("most").write("most", "now a file").remove("kept").link("kept", "last");

        assertThat(loss().count()).isEqualTo(100);
    }

    @Test
    void what_is_excluded_is_not_lost() {
        source.filter = Filter.of(List.of(), List.of("most/**"));
        source.remove("most").remove("kept/1");

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void a_directory_that_cannot_be_listed_is_not_lost() throws IOException {
        source.mode("most", "---------");
        try {
            assertThatCode(this::check).doesNotThrowAnyException();
        } finally {
            source.mode("most", "rwxr-xr-x");
        }
    }

    @Test
    void an_empty_source_empties_nothing_however_little_there_is() {
        source.remove("most").remove("kept").remove("last");

        assertThatThrownBy(this::check).hasMessageContaining("is empty but the target holds 101 entries");
        assertThatCode(() -> new Forecast(source.root, Filter.ALL, source.view, source.rules, GUARD.allowing(101), Witness.NONE).check())
                .doesNotThrowAnyException();
    }

    @Test
    void a_source_that_is_gone_is_the_comparisons_business(@TempDir Path elsewhere) throws IOException {
        Files.move(source.root, elsewhere.resolve("gone"));

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void the_comparison_itself_tells_all_but_removals_that_are_too_many() {
        source.guard = GUARD;
        source.remove("most").remove("kept/1").write("new", "n");

        source.compare();

        assertThat(source.waits).containsExactly(new Loss(52, 101, List.of("kept/1", "most")));
        assertThat(source.told()).contains("file new").noneMatch(change -> change.startsWith("remove"));
        assertThat(source.view.find("most/1")).as("what the target still holds").isPresent();
    }

    @Test
    void each_entry_counts_once_however_often_it_is_touched() {
        source.guard = GUARD;
        source.remove("most").remove("kept/1");

        source.compare(Touched.entry("kept/1"), new Touched("kept", Touched.Scope.TREE), Touched.entry("most"),
                Touched.entry("most/1"), Touched.entry("most/deep/f"));

        assertThat(source.waits).containsExactly(new Loss(52, 101, List.of("kept/1", "most")));
    }

    @Test
    void a_file_in_the_place_of_a_directory_waits_with_the_removal_that_makes_its_room() {
        source.guard = new Guard(40, 20, false);
        source.remove("most").write("most", "a file").write("new", "n");

        source.compare();

        assertThat(source.told()).contains("file new").noneMatch(change -> change.contains("most"));
        assertThat(source.waits).isNotEmpty();
        assertThat(source.troubles.toString()).contains("most", "allow-removals");
    }

    @Test
    void what_was_seen_to_be_removed_is_not_counted() {
        source.guard = GUARD;
        source.witness = seen("most");
        source.remove("most").remove("kept/1");

        source.compare();

        assertThat(source.waits).isEmpty();
        assertThat(source.told()).contains("remove most", "remove kept/1");
    }

    @Test
    void a_forecast_does_not_count_it_either() {
        source.remove("most").remove("kept/1");

        assertThatCode(() -> new Forecast(source.root, source.filter, source.view, source.rules, GUARD, seen("most")).check())
                .doesNotThrowAnyException();
    }

    @Test
    void what_went_from_a_directory_of_which_more_was_seen_than_is_known_by_name_is_not_counted() {
        source.guard = GUARD;
        Witness.Period period = new Witness.Period();
        period.crowd("most");
        source.witness = new Witness(List.of(period));
        for (int i = 0; i < 48; i++) {
            source.remove("most/" + i);
        }
        source.remove("most/deep");

        source.compare();

        assertThat(source.waits).isEmpty();
        assertThat(source.told()).contains("remove most/1", "remove most/deep");
    }

    @Test
    void another_directory_in_its_place_has_no_such_witness() {
        source.guard = GUARD;
        Witness.Period period = new Witness.Period();
        period.crowd("most");
        source.witness = new Witness(List.of(period));
        source.directory("other").remove("most").rename("other", "most").remove("kept/1").remove("kept/2");

        source.compare();

        assertThat(source.waits).hasSize(1);
        assertThat(source.told()).noneMatch(change -> change.startsWith("remove"));
    }

    /** An unmount of which the watch has not told yet. */
    @Test
    void nor_has_it_after_the_target_was_told_of_that_directory() {
        source.guard = GUARD;
        source.prompt = true;
        source.backlog.add(new Touched("most", Touched.Scope.CHILDREN));
        source.backlog.take();
        source.directory("other").remove("most").rename("other", "most").remove("kept/1").remove("kept/2");

        for (int look = 0; look < 2; look++) {
            source.witness = source.backlog.witness();
            source.compare();

            assertThat(source.waits).hasSize(1);
            assertThat(source.told()).noneMatch(change -> change.startsWith("remove"));
        }
    }

    @Test
    void who_empties_a_source_before_all_eyes_means_it() {
        source.guard = GUARD;
        source.witness = seen("most", "kept", "last");
        source.remove("most").remove("kept").remove("last");

        assertThatCode(() -> new Forecast(source.root, source.filter, source.view, source.rules, GUARD, source.witness).check())
                .doesNotThrowAnyException();
        source.compare();

        assertThat(source.waits).isEmpty();
        assertThat(source.told()).contains("remove most", "remove kept", "remove last");
    }

    @Test
    void who_was_not_seen_to_remove_all_of_it_is_asked() {
        source.witness = seen("most", "last");
        source.remove("most").remove("kept").remove("last");

        assertThatThrownBy(() -> new Forecast(source.root, source.filter, source.view, source.rules, GUARD, source.witness).check())
                .isInstanceOf(GuardTripped.class).hasMessageContaining("is empty");
        source.compare();

        assertThat(source.told()).noneMatch(change -> change.startsWith("remove"));
    }

    private static Witness seen(String... names) {
        Witness.Period period = new Witness.Period();
        List.of(names).forEach(period::name);
        return new Witness(List.of(period));
    }
}
