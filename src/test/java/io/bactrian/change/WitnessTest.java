package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.change.Touched.Scope;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WitnessTest {
    @TempDir
    Path root;

    private final AtomicLong now = new AtomicLong();
    private final Backlog backlog = new Backlog(now::get);

    private Witness take(Touched... touched) {
        backlog.add(List.of(touched));
        backlog.take();
        return backlog.witness();
    }

    @Test
    void knows_what_was_seen_to_go_what_is_below_and_what_is_above_that_is_gone_with_it() {
        Witness witness = take(Touched.gone("d/e"));

        assertThat(witness.saw("d/e")).isTrue();
        assertThat(witness.saw("d/e/f/g")).isTrue();
        assertThat(witness.saw("d")).isTrue();
        assertThat(witness.saw("d/e-f")).isFalse();
        assertThat(witness.saw("d/x")).isFalse();
    }

    @Test
    void what_was_written_or_is_compared_for_another_reason_was_not_seen_to_go() {
        Witness witness = take(Touched.entry("f"), Touched.name("f"), Touched.name("d/f"), new Touched("d", Scope.TREE),
                Touched.EVERYTHING);

        assertThat(witness.saw("f")).isFalse();
        assertThat(witness.saw("d")).isFalse();
        assertThat(witness.saw("d/f")).isFalse();
    }

    /** What an unmounted file system held nobody has removed, whatever went there before. */
    @Test
    void the_directory_must_be_the_one_that_is_known() throws IOException {
        Path directory = Files.createDirectories(root.resolve("d"));
        try (Index view = Index.inMemory()) {
            Witness witness = take(Touched.gone("d/e/f"));
            view.put(IndexEntry.seen(new Entry.Directory("d", 0755, Time.ofNanos(1)), Stat.of(directory).orElseThrow()));
            assertThat(witness.explains("d/e", root, view)).isTrue();

            view.put(new IndexEntry(new Entry.Directory("d", 0755, Time.ofNanos(1)), IndexEntry.UNSEEN, 1));
            assertThat(witness.explains("d/e", root, view)).isFalse();
        }
    }

    /** The target told of it after a connection broke: names that were seen to go are enough then, that much was seen is not. */
    @Test
    void of_a_directory_that_is_known_from_the_target_only_names_must_have_been_seen() throws IOException {
        Files.createDirectories(root.resolve("d"));
        try (Index view = Index.inMemory()) {
            view.put(IndexEntry.unseen(new Entry.Directory("d", 0755, Time.ofNanos(1))));
            Witness witness = take(Touched.gone("d/e"), new Touched("d", Scope.CHILDREN), new Touched("d", Scope.NEW));

            assertThat(witness.explains("d/e", root, view)).isTrue();
            assertThat(witness.explains("d/f", root, view)).isFalse();
        }
    }

    @Test
    void a_rescan_of_what_is_above_covers_no_witness() {
        Witness witness = take(Touched.gone("d/f"), Touched.entry("d/f"), Touched.EVERYTHING);

        assertThat(witness.saw("d/f")).isTrue();
        assertThat(witness.saw("d/g")).isFalse();
    }

    /** A mount or an unmount: what went from the directory before is no witness of what the other one lacks. */
    @Test
    void of_a_directory_in_the_place_of_another_only_its_own_name_was_seen() {
        Witness before = take(Touched.gone("d/e/f"), new Touched("d/c", Scope.CHILDREN), new Touched("d/n", Scope.NEW),
                Touched.gone("x/d"));

        Witness witness = take(Touched.gone("d/g"), new Touched("d", Scope.TREE), new Touched("x/d", Scope.TREE));

        assertThat(List.of("d/e", "d/g", "d/c")).noneMatch(witness::saw);
        assertThat(before.saw("d/e")).as("who compares meanwhile hears of it").isFalse();
        assertThat(witness.saw("x/d")).isTrue();
    }

    @Test
    void what_could_not_be_done_was_seen_however_long_it_takes() {
        take(Touched.gone("f"));
        backlog.giveBack();
        now.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(take().saw("f")).isTrue();
    }

    @Test
    void what_was_done_is_remembered_for_a_while_and_no_longer() {
        take(Touched.gone("f"));
        backlog.done();
        now.addAndGet(Duration.ofSeconds(9).toNanos());
        assertThat(take(Touched.gone("g")).saw("f")).isTrue();
        backlog.done();
        now.addAndGet(Duration.ofSeconds(9).toNanos());

        assertThat(take().saw("f")).isFalse();
    }

    /** What a rescan has sent before it was watched, and was removed before that, too. */
    @Test
    void what_is_missing_in_a_new_directory_was_removed_before_it_was_watched() throws IOException {
        Path made = Files.createDirectories(root.resolve("d/made"));
        try (Index view = Index.inMemory()) {
            Witness witness = take(new Touched("d/made", Scope.NEW));

            assertThat(witness.explains("d/made/x/y", root, view)).as("in a directory that the target does not have").isFalse();
            view.put(IndexEntry.seen(new Entry.Directory("d/made", 0755, Time.ofNanos(1)), Stat.of(made).orElseThrow()));
            assertThat(witness.explains("d/made/x/y", root, view)).isTrue();
            assertThat(witness.explains("d/made", root, view)).isFalse();
            assertThat(witness.explains("d/x", root, view)).isFalse();
            backlog.giveBack();
            assertThat(take().explains("d/made/x", root, view)).as("when it was not done").isTrue();
            backlog.done();
            assertThat(backlog.witness().explains("d/made/x", root, view)).as("when it is watched").isFalse();
        }
    }

    @Test
    void of_very_many_names_their_directories_are_kept() {
        Witness.Period period = new Witness.Period();
        for (int i = 0; i <= Witness.LIMIT; i++) {
            period.name("d/" + i);
        }
        Witness witness = new Witness(List.of(period));

        assertThat(witness.saw("d/" + Witness.LIMIT)).isTrue();
        assertThat(witness.saw("d")).isTrue();
        assertThat(witness.saw("e")).isFalse();
    }
}
