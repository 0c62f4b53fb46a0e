package io.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.change.TouchedPath;
import io.bactrian.change.TouchedPath.Scope;
import io.bactrian.compare.ObservedRemovals;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which removals count as reported, of the events that are added to the paths that wait. */
class BacklogObservationsTest {
    @TempDir
    Path root;

    private final Index view = Index.inMemory();
    private final AtomicLong now = new AtomicLong();
    private final Backlog backlog = new Backlog(now::get);

    @BeforeEach
    void a_directory_that_the_target_has() throws IOException {
        Path directory = Files.createDirectory(root.resolve("d"));
        view.put(IndexEntry.seen(new Entry.Directory("d", 0755, Time.ofNanos(1)), Stat.of(directory).orElseThrow()));
    }

    @AfterEach
    void close() {
        view.close();
    }

    private ObservedRemovals take(TouchedPath... touched) {
        backlog.add(List.of(touched));
        backlog.take();
        return backlog.observedRemovals();
    }

    private boolean explains(ObservedRemovals observed, String path) {
        return observed.explains(path, root, view);
    }

    @Test
    void writes_and_rescans_are_no_observed_removals() {
        ObservedRemovals observed = take(TouchedPath.entry("f"), TouchedPath.name("f"), TouchedPath.name("d/f"), new TouchedPath("d", Scope.TREE),
                TouchedPath.EVERYTHING);

        assertThat(List.of("f", "d", "d/f")).noneMatch(path -> explains(observed, path));
    }

    @Test
    void a_rescan_of_the_whole_tree_keeps_observed_removals() {
        ObservedRemovals observed = take(TouchedPath.gone("d/f"), TouchedPath.entry("d/f"), TouchedPath.EVERYTHING);
        assertThat(explains(observed, "d/f")).isTrue();
        assertThat(explains(observed, "d/g")).isFalse();

        ObservedRemovals lost = take(new TouchedPath("", Scope.CHILDREN), TouchedPath.EVERYTHING);
        assertThat(explains(lost, "g")).as("of more events in the root than were reported one by one").isTrue();
    }

    /** A mount or an unmount: what went from the directory before is no witness of what the other one lacks. */
    @Test
    void a_replaced_directory_keeps_only_its_own_name() {
        take(TouchedPath.gone("d/e"), new TouchedPath("d", Scope.CHILDREN), TouchedPath.gone("o/f"), TouchedPath.gone("o"));

        ObservedRemovals after = take(TouchedPath.gone("d/g"), new TouchedPath("d", Scope.TREE), new TouchedPath("o", Scope.TREE));

        assertThat(List.of("d/e", "d/g", "d/x")).noneMatch(path -> explains(after, path));
        assertThat(explains(after, "o")).isTrue();
    }

    @Test
    void who_compares_meanwhile_hears_of_a_replaced_directory() {
        ObservedRemovals before = take(TouchedPath.gone("d/e"));
        backlog.forget("d");

        assertThat(explains(before, "d/e")).isFalse();
    }

    @Test
    void a_directory_of_which_events_were_lost_counts_and_one_that_must_be_listed_does_not() {
        backlog.addListing("d");
        assertThat(backlog.take()).containsExactly(new TouchedPath("d", Scope.CHILDREN));
        assertThat(explains(backlog.observedRemovals(), "d/f")).isFalse();

        assertThat(explains(take(new TouchedPath("d", Scope.CHILDREN)), "d/f")).isTrue();
    }

    @Test
    void removals_in_a_new_directory_count_until_it_is_watched() {
        assertThat(explains(take(new TouchedPath("d", Scope.NEW)), "d/f")).isTrue();

        backlog.done();
        assertThat(explains(backlog.observedRemovals(), "d/f")).isFalse();
    }

    @Test
    void keeps_observed_removals_until_they_are_done() {
        take(TouchedPath.gone("f"));
        backlog.giveBack();
        now.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(explains(take(), "f")).isTrue();
    }

    @Test
    void forgets_observed_removals_ten_seconds_after_they_are_done() {
        take(TouchedPath.gone("f"));
        backlog.done();
        now.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(explains(take(TouchedPath.gone("g")), "f")).isTrue();
        backlog.done();
        now.incrementAndGet();

        assertThat(explains(take(), "f")).isFalse();
        assertThat(explains(take(), "g")).isTrue();
    }
}
