package io.bactrian.replica.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import io.bactrian.change.Change;
import io.bactrian.change.Guard;
import io.bactrian.change.GuardTripped;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica of 200 files in two directories, of which more than half and more than 100 must not go. */
class RemovalGuardTest {
    private final Index index = Index.inMemory();
    private long now;
    private RemovalGuard removalGuard;

    @TempDir
    Path own;


    @BeforeEach
    void nothing_lost() {
        removalGuard = removalGuard(Guard.USUAL, index);
    }

    private RemovalGuard removalGuard(Guard guard, Index memory) {
        return new RemovalGuard(guard, own.resolve("guard"), memory, () -> now);
    }

    @BeforeEach
    void a_replica() {
        directory("");
        directory("a");
        directory("b");
        for (int i = 0; i < 100; i++) {
            put("a/" + i);
            put("b/" + i);
        }
    }

    @AfterEach
    void close() {
        index.close();
    }

    private void directory(String path) {
        index.put(IndexEntry.unseen(new Entry.Directory(path, 0755, Time.ofNanos(1))));
    }

    private void put(String path) {
        index.put(IndexEntry.unseen(new Entry.File(path, 0644, Time.ofNanos(1), 0, Digest.EMPTY)));
    }

    private void create(String path) {
        put(path);
        removalGuard.create(path);
    }

    private void remove(String path) throws CannotApply {
        removalGuard.admit(List.of(new Change.Remove(path)), false);
        removalGuard.countRemoval(path);
        index.remove(path);
    }

    private void removeAll(String directory, int from, int to) throws CannotApply {
        for (int i = from; i < to; i++) {
            remove(directory + "/" + i);
        }
    }

    private void pass(long minutes) {
        now += minutes * 60_000_000_000L;
    }

    @Test
    void adds_up_what_goes_in_many_batches() throws CannotApply {
        removeAll("a", 0, 100);
        remove("b/0");

        assertThatThrownBy(() -> remove("b/1")).isInstanceOf(GuardTripped.class).hasMessageContaining("102 of 202");
        assertThatThrownBy(() -> removalGuard.admit(List.of(), false)).as("whatever it is").isInstanceOf(GuardTripped.class);
        assertThatThrownBy(() -> removalGuard.countRemoval("b/1")).isInstanceOf(CannotApply.class);
    }

    /** As {@code mv a/deep kept; rm -r a} is told. */
    @Test
    void what_the_same_batch_moves_out_of_a_directory_does_not_go_with_it() throws CannotApply {
        directory("a/deep");
        directory("a/deep/er");
        for (int i = 0; i < 100; i++) {
            put("a/deep/er/" + i);
        }
        Change out = new Change.Move("a/deep/er", "kept");
        Change further = new Change.Move("a/deep", "more");

        assertThatCode(() -> removalGuard.admit(List.of(out, further, new Change.Remove("a")), false)).doesNotThrowAnyException();
        assertThatThrownBy(() -> removalGuard.admit(List.of(out, further, new Change.Remove("a"), new Change.Remove("b")), false))
                .isInstanceOf(GuardTripped.class).hasMessageContaining("202 of 304");
    }

    /** As {@code mv a more; mv c a} is told; the other way round it loses what was there. */
    @Test
    void what_the_same_batch_has_moved_away_before_is_not_lost_where_something_else_comes() throws CannotApply {
        put("c");
        Change away = new Change.Move("a", "more");
        Change there = new Change.Move("c", "a");

        assertThatCode(() -> removalGuard.admit(List.of(away, there, new Change.Remove("b/0")), false)).doesNotThrowAnyException();
        assertThatThrownBy(() -> removalGuard.admit(List.of(there, away, new Change.Remove("b/0")), false)).isInstanceOf(GuardTripped.class);
    }

    @Test
    void counts_nothing_of_what_the_sender_says_was_seen_and_all_of_the_next_batch() throws CannotApply {
        removalGuard.admit(List.of(new Change.Remove("a")), true);
        removalGuard.countRemoval("a");
        removalGuard.batch();

        assertThatCode(() -> removeAll("b", 0, 100)).doesNotThrowAnyException();
        remove("a/0");
        assertThatThrownBy(() -> remove("a/1")).isInstanceOf(GuardTripped.class);
        assertThatThrownBy(() -> removalGuard.admit(List.of(new Change.Remove("a")), true)).as("once it has tripped")
                .isInstanceOf(GuardTripped.class);
    }

    @Test
    void refuses_a_batch_before_anything_of_it_is_done() {
        List<Change> batch = List.of(new Change.Remove("a/1"), new Change.Remove("a"), new Change.Remove("b/1"));

        assertThatThrownBy(() -> removalGuard.admit(batch, false)).isInstanceOf(GuardTripped.class).hasMessageContaining("102 of 202");
    }

    @Test
    void counts_nothing_twice_in_a_batch() {
        assertThatCode(() -> removalGuard.admit(List.of(new Change.Remove("a/1"), new Change.Remove("a"), new Change.Remove("a")), false))
                .doesNotThrowAnyException();
    }

    @Test
    void counts_what_a_move_replaces_and_not_what_moves() throws CannotApply {
        for (int i = 0; i < 100; i++) {
            index.move("a/" + i, "b/" + i + "-too");
            removalGuard.move("a/" + i, "b/" + i + "-too");
        }
        assertThatCode(() -> remove("a")).doesNotThrowAnyException();
        List<Change> onOne = IntStream.range(1, 102).<Change>mapToObj(i -> new Change.Move("b/0", "b/" + (i % 100)
                + (i > 99 ? "-too" : ""))).toList();

        assertThatThrownBy(() -> removalGuard.admit(onOne, false)).isInstanceOf(GuardTripped.class);
    }

    @Test
    void what_comes_and_goes_is_no_loss() throws CannotApply {
        remove("a/0");
        for (int i = 0; i < 1000; i++) {
            create("b/new" + i);
            remove("b/new" + i);
        }

        assertThat(removalGuard.tripped()).isEmpty();
    }

    @Test
    void what_is_new_hides_no_loss() throws CannotApply {
        remove("a/0");
        for (int i = 1; i < 101; i++) {
            create("junk" + i);
            remove((i < 100 ? "a/" : "b/") + i % 100);
        }
        create("junk");

        assertThatThrownBy(() -> remove("b/50")).isInstanceOf(GuardTripped.class);
    }

    @Test
    void what_is_new_stays_new_where_it_moves_and_what_is_old_stays_old() throws CannotApply {
        remove("a/0");
        directory("new");
        removalGuard.create("new");
        IntStream.range(0, 150).forEach(i -> create("new/" + i));
        index.move("new", "b/new");
        removalGuard.move("new", "b/new");
        remove("b/new");

        directory("c");
        removalGuard.create("c");
        index.move("a", "c/a");
        removalGuard.move("a", "c/a");

        assertThatThrownBy(() -> removalGuard.admit(List.of(new Change.Remove("c"), new Change.Remove("b/1"), new Change.Remove("b/2")), false))
                .isInstanceOf(GuardTripped.class);
    }

    @Test
    void what_changed_places_with_something_old_is_not_new() throws CannotApply {
        remove("a/0");
        create("b/x");
        index.turn(List.of("b/x", "b/1"));
        removalGuard.turn(List.of("b/x", "b/1"));
        removeAll("a", 1, 100);

        remove("b/x");

        assertThatThrownBy(() -> remove("b/2")).isInstanceOf(GuardTripped.class);
    }

    @Test
    void begins_anew_after_ten_minutes() throws CannotApply {
        removeAll("a", 0, 100);
        pass(11);

        removeAll("b", 0, 100);

        assertThat(removalGuard.tripped()).isEmpty();
    }

    @Test
    void a_restart_does_not_release_it() {
        assertThatThrownBy(() -> removalGuard.admit(List.of(new Change.Remove("a"), new Change.Remove("b")), false)).isInstanceOf(GuardTripped.class);

        removalGuard = removalGuard(Guard.USUAL, index);

        assertThat(removalGuard.tripped()).isPresent();
        assertThatThrownBy(() -> removalGuard.admit(List.of(), false)).isInstanceOf(GuardTripped.class);
    }

    @Test
    void an_index_that_is_lost_does_not_release_it() throws Exception {
        List<Change> all = List.of(new Change.Remove("a"), new Change.Remove("b"));
        assertThatThrownBy(() -> removalGuard.admit(all, false)).isInstanceOf(GuardTripped.class);
        String why = removalGuard.tripped().orElseThrow();

        try (Index fresh = Index.inMemory()) {
            RemovalGuard again = removalGuard(Guard.USUAL, fresh);
            assertThat(again.tripped()).contains(why);
            assertThatThrownBy(() -> again.admit(List.of(), false)).isInstanceOf(GuardTripped.class);
            assertThat(again.release()).contains(why);
        }
        try (Index another = Index.inMemory()) {
            assertThat(removalGuard(Guard.USUAL, another).tripped()).isEmpty();
        }
        assertThat(own).isEmptyDirectory();
    }

    @Test
    void what_cannot_be_read_says_that_it_has_tripped() throws Exception {
        Files.createDirectory(own.resolve("guard"));
        assertThat(removalGuard.tripped().orElseThrow()).contains("guard tripped", "bactrian allow-removals");
        Files.delete(own.resolve("guard"));

        Files.writeString(own.resolve("guard"), "");
        assertThat(removalGuard(Guard.USUAL, index).tripped()).isPresent();
        assertThat(removalGuard(Guard.OFF, index).tripped()).isEmpty();
    }

    @Test
    void a_word_lets_go_what_is_to_go_for_ten_minutes() throws CannotApply {
        assertThatThrownBy(() -> removalGuard.admit(List.of(new Change.Remove("a"), new Change.Remove("b")), false)).isInstanceOf(GuardTripped.class);

        assertThat(removalGuard.release()).isPresent();
        remove("a");
        remove("b");
        assertThat(removalGuard.tripped()).isEmpty();

        pass(11);
        a_replica();
        assertThatThrownBy(() -> removalGuard.admit(List.of(new Change.Remove("a"), new Change.Remove("b")), false)).isInstanceOf(GuardTripped.class);
    }

    @Test
    void there_may_be_none() {
        removalGuard = removalGuard(Guard.OFF, index);

        assertThatCode(() -> {
            remove("a");
            remove("b");
        }).doesNotThrowAnyException();
        assertThat(removalGuard.release()).isEmpty();
    }
}
