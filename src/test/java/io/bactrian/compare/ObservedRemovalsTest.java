package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.bactrian.change.TouchedPath;
import io.bactrian.change.TouchedPath.Scope;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.plan.Backlog;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservedRemovalsTest {
    @TempDir
    Path root;

    private final Backlog backlog = new Backlog();

    private ObservedRemovals take(TouchedPath... touched) {
        backlog.add(List.of(touched));
        backlog.take();
        return backlog.observedRemovals();
    }

    @Test
    void knows_reported_removals_and_what_is_above_and_below_them() {
        ObservedRemovals witness = take(TouchedPath.gone("d/e"));

        assertThat(witness.explanation("d/e")).isPresent();
        assertThat(witness.explanation("d/e/f/g")).isPresent();
        assertThat(witness.explanation("d")).isPresent();
        assertThat(witness.explanation("d/e-f")).isEmpty();
        assertThat(witness.explanation("d/x")).isEmpty();
    }

    /** What an unmounted file system held nobody has removed, whatever went there before. */
    @Test
    void the_directory_must_be_the_one_in_the_view() throws IOException {
        Path directory = Files.createDirectories(root.resolve("d"));
        try (Index view = Index.inMemory()) {
            ObservedRemovals witness = take(TouchedPath.gone("d/e/f"));
            view.put(IndexEntry.seen(new Entry.Directory("d", 0755, Time.ofNanos(1)), Stat.of(directory).orElseThrow()));
            assertThat(witness.explains("d/e", root, view)).isTrue();

            view.put(new IndexEntry(new Entry.Directory("d", 0755, Time.ofNanos(1)), IndexEntry.UNSEEN, 1));
            assertThat(witness.explains("d/e", root, view)).isFalse();
        }
    }

    /** The target told of it after a connection broke: names that were seen to go are enough then, that much was seen is not. */
    @Test
    void without_an_inode_in_the_view_only_reported_names_count() throws IOException {
        Files.createDirectories(root.resolve("d"));
        try (Index view = Index.inMemory()) {
            view.put(IndexEntry.unseen(new Entry.Directory("d", 0755, Time.ofNanos(1))));
            ObservedRemovals witness = take(TouchedPath.gone("d/e"), new TouchedPath("d", Scope.CHILDREN), new TouchedPath("d", Scope.NEW));

            assertThat(witness.explains("d/e", root, view)).isTrue();
            assertThat(witness.explains("d/f", root, view)).isFalse();
        }
    }

    /** A mount or an unmount: what went from the directory before is no witness of what the other one lacks. */
    @Test
    void a_replaced_directory_keeps_only_its_own_name() {
        ObservedRemovals before = take(TouchedPath.gone("d/e/f"), new TouchedPath("d/c", Scope.CHILDREN), new TouchedPath("d/n", Scope.NEW),
                TouchedPath.gone("x/d"));

        ObservedRemovals witness = take(TouchedPath.gone("d/g"), new TouchedPath("d", Scope.TREE), new TouchedPath("x/d", Scope.TREE));

        assertThat(List.of("d/e", "d/g", "d/c")).noneMatch(path -> witness.explanation(path).isPresent());
        assertThat(before.explanation("d/e")).as("who compares meanwhile hears of it").isEmpty();
        assertThat(witness.explanation("x/d")).isPresent();
    }

    /** What a rescan has sent before it was watched, and was removed before that, too. */
    @Test
    void what_is_missing_in_a_new_directory_was_removed_before_it_was_watched() throws IOException {
        Path made = Files.createDirectories(root.resolve("d/made"));
        try (Index view = Index.inMemory()) {
            ObservedRemovals witness = take(new TouchedPath("d/made", Scope.NEW));

            assertThat(witness.explains("d/made/x/y", root, view)).as("in a directory that the target does not have").isFalse();
            view.put(IndexEntry.seen(new Entry.Directory("d/made", 0755, Time.ofNanos(1)), Stat.of(made).orElseThrow()));
            assertThat(witness.explains("d/made/x/y", root, view)).isTrue();
            assertThat(witness.explains("d/made", root, view)).isFalse();
            assertThat(witness.explains("d/x", root, view)).isFalse();
            backlog.giveBack();
            assertThat(take().explains("d/made/x", root, view)).as("when it was not done").isTrue();
            backlog.done();
            assertThat(backlog.observedRemovals().explains("d/made/x", root, view)).as("when it is watched").isFalse();
        }
    }

    @Test
    void keeps_only_the_directories_of_very_many_names() {
        ObservedRemovals.Period period = new ObservedRemovals.Period();
        for (int i = 0; i <= ObservedRemovals.LIMIT; i++) {
            period.removed("d/" + i);
        }
        ObservedRemovals witness = new ObservedRemovals(List.of(period));

        assertThat(witness.explanation("d/" + ObservedRemovals.LIMIT)).isPresent();
        assertThat(witness.explanation("d")).isPresent();
        assertThat(witness.explanation("e")).isEmpty();
    }

    @Test
    void a_period_forgets_what_was_observed_in_a_directory_but_not_its_own_name() {
        ObservedRemovals.Period period = new ObservedRemovals.Period();
        List.of("d/e", "d/e/f", "d-e", "d0", "own").forEach(period::removed);
        period.forget("d");
        period.forget("own");
        ObservedRemovals observed = new ObservedRemovals(List.of(period));

        assertThat(List.of("d", "d/e")).noneMatch(path -> observed.explanation(path).isPresent());
        assertThat(List.of("d-e", "d0", "own")).allMatch(path -> observed.explanation(path).isPresent());
        ObservedRemovals.Period lost = new ObservedRemovals.Period();
        lost.overflowed("d");
        lost.created("d");
        lost.overflowed("d/e");
        lost.forget("d");
        assertThat(lost.isEmpty()).isTrue();
    }

    @Test
    void a_period_takes_over_all_of_another() throws IOException {
        Path directory = Files.createDirectories(root.resolve("d/new"));
        ObservedRemovals.Period period = new ObservedRemovals.Period();
        assertThat(period.isEmpty()).isTrue();
        period.removed("f");
        assertThat(period.isEmpty()).isFalse();
        ObservedRemovals.Period overflow = new ObservedRemovals.Period();
        overflow.overflowed("");
        assertThat(overflow.isEmpty()).isFalse();
        ObservedRemovals.Period created = new ObservedRemovals.Period();
        created.created("d/new");
        assertThat(created.isEmpty()).isFalse();

        period.addAll(overflow);
        period.addAll(created);
        ObservedRemovals.Period all = new ObservedRemovals.Period();
        all.addAll(period);
        ObservedRemovals observed = new ObservedRemovals(List.of(all));
        try (Index view = Index.inMemory()) {
            view.put(IndexEntry.seen(new Entry.Directory("d/new", 0755, Time.ofNanos(1)), Stat.of(directory).orElseThrow()));
            assertThat(List.of("f", "g", "d/new/x")).allMatch(path -> observed.explains(path, root, view));
            assertThat(observed.explains("d/x", root, view)).isFalse();
        }
    }

    @Test
    void a_directory_of_which_events_were_lost_counts_with_those_above_it() {
        ObservedRemovals.Period period = new ObservedRemovals.Period();
        period.overflowed("d/e");
        ObservedRemovals observed = new ObservedRemovals(List.of(period));

        assertThat(List.of("d", "d/e")).allMatch(path -> observed.explanation(path).isPresent());
        assertThat(List.of("d/e/f", "d/f", "d-e")).noneMatch(path -> observed.explanation(path).isPresent());
    }
}
