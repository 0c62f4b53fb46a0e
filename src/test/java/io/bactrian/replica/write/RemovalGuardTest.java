package io.bactrian.replica.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import io.bactrian.change.Change;
import io.bactrian.change.GuardTrippedException;
import io.bactrian.change.RemovalLimit;
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

/** A replica of 200 files in two directories; the guard trips at more than half and more than 100. */
class RemovalGuardTest {
    private final Index index = Index.inMemory();
    private long now;
    private RemovalGuard removalGuard;

    @TempDir
    Path own;


    @BeforeEach
    void nothing_lost() {
        removalGuard = removalGuard(RemovalLimit.DEFAULT, index);
    }

    private RemovalGuard removalGuard(RemovalLimit guard, Index memory) {
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
    void adds_up_removals_of_many_batches() throws CannotApply {
        removeAll("a", 0, 100);
        remove("b/0");

        assertThatThrownBy(() -> remove("b/1")).isInstanceOf(GuardTrippedException.class).hasMessageContaining("102 of 202");
        assertThatThrownBy(() -> removalGuard.admit(List.of(), false)).as("whatever it is").isInstanceOf(GuardTrippedException.class);
        assertThatThrownBy(() -> removalGuard.countRemoval("b/1")).isInstanceOf(CannotApply.class);
    }

    /** The changes of {@code mv a/deep kept; rm -r a}. */
    @Test
    void entries_moved_out_of_a_removed_directory_do_not_count() throws CannotApply {
        directory("a/deep");
        directory("a/deep/er");
        for (int i = 0; i < 100; i++) {
            put("a/deep/er/" + i);
        }
        Change out = new Change.Move("a/deep/er", "kept");
        Change further = new Change.Move("a/deep", "more");

        assertThatCode(() -> removalGuard.admit(List.of(out, further, new Change.Remove("a")), false)).doesNotThrowAnyException();
        assertThatThrownBy(() -> removalGuard.admit(List.of(out, further, new Change.Remove("a"), new Change.Remove("b")), false))
                .isInstanceOf(GuardTrippedException.class).hasMessageContaining("202 of 304");
    }

    /** The changes of {@code mv a more; mv c a}; in the other order the content of a would be lost. */
    @Test
    void entries_moved_away_before_their_path_is_replaced_do_not_count() throws CannotApply {
        put("c");
        Change away = new Change.Move("a", "more");
        Change there = new Change.Move("c", "a");

        assertThatCode(() -> removalGuard.admit(List.of(away, there, new Change.Remove("b/0")), false)).doesNotThrowAnyException();
        assertThatThrownBy(() -> removalGuard.admit(List.of(there, away, new Change.Remove("b/0")), false)).isInstanceOf(GuardTrippedException.class);
    }

    @Test
    void does_not_count_witnessed_removals_but_all_of_the_next_batch() throws CannotApply {
        removalGuard.admit(List.of(new Change.Remove("a")), true);
        removalGuard.countRemoval("a");
        removalGuard.batch();

        assertThatCode(() -> removeAll("b", 0, 100)).doesNotThrowAnyException();
        remove("a/0");
        assertThatThrownBy(() -> remove("a/1")).isInstanceOf(GuardTrippedException.class);
        assertThatThrownBy(() -> removalGuard.admit(List.of(new Change.Remove("a")), true)).as("once it has tripped")
                .isInstanceOf(GuardTrippedException.class);
    }

    @Test
    void refuses_a_batch_before_applying_any_of_it() {
        List<Change> batch = List.of(new Change.Remove("a/1"), new Change.Remove("a"), new Change.Remove("b/1"));

        assertThatThrownBy(() -> removalGuard.admit(batch, false)).isInstanceOf(GuardTrippedException.class).hasMessageContaining("102 of 202");
    }

    @Test
    void counts_each_removal_of_a_batch_once() {
        assertThatCode(() -> removalGuard.admit(List.of(new Change.Remove("a/1"), new Change.Remove("a"), new Change.Remove("a")), false))
                .doesNotThrowAnyException();
    }

    @Test
    void counts_entries_replaced_by_a_move_but_not_moved_ones() throws CannotApply {
        for (int i = 0; i < 100; i++) {
            index.move("a/" + i, "b/" + i + "-too");
            removalGuard.move("a/" + i, "b/" + i + "-too");
        }
        assertThatCode(() -> remove("a")).doesNotThrowAnyException();
        List<Change> onOne = IntStream.range(1, 102).<Change>mapToObj(i -> new Change.Move("b/0", "b/" + (i % 100)
                + (i > 99 ? "-too" : ""))).toList();

        assertThatThrownBy(() -> removalGuard.admit(onOne, false)).isInstanceOf(GuardTrippedException.class);
    }

    @Test
    void new_entries_that_are_removed_again_do_not_count() throws CannotApply {
        remove("a/0");
        for (int i = 0; i < 1000; i++) {
            create("b/new" + i);
            remove("b/new" + i);
        }

        assertThat(removalGuard.tripped()).isEmpty();
    }

    @Test
    void new_entries_do_not_offset_removals() throws CannotApply {
        remove("a/0");
        for (int i = 1; i < 101; i++) {
            create("junk" + i);
            remove((i < 100 ? "a/" : "b/") + i % 100);
        }
        create("junk");

        assertThatThrownBy(() -> remove("b/50")).isInstanceOf(GuardTrippedException.class);
    }

    @Test
    void new_entries_stay_new_and_old_ones_old_when_moved() throws CannotApply {
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
                .isInstanceOf(GuardTrippedException.class);
    }

    @Test
    void an_entry_swapped_with_an_old_one_is_not_new() throws CannotApply {
        remove("a/0");
        create("b/x");
        index.turn(List.of("b/x", "b/1"));
        removalGuard.turn(List.of("b/x", "b/1"));
        removeAll("a", 1, 100);

        remove("b/x");

        assertThatThrownBy(() -> remove("b/2")).isInstanceOf(GuardTrippedException.class);
    }

    @Test
    void starts_counting_again_after_ten_minutes() throws CannotApply {
        removeAll("a", 0, 100);
        pass(11);

        removeAll("b", 0, 100);

        assertThat(removalGuard.tripped()).isEmpty();
    }

    @Test
    void a_restart_does_not_release_it() {
        assertThatThrownBy(() -> removalGuard.admit(List.of(new Change.Remove("a"), new Change.Remove("b")), false)).isInstanceOf(GuardTrippedException.class);

        removalGuard = removalGuard(RemovalLimit.DEFAULT, index);

        assertThat(removalGuard.tripped()).isPresent();
        assertThatThrownBy(() -> removalGuard.admit(List.of(), false)).isInstanceOf(GuardTrippedException.class);
    }

    @Test
    void losing_the_index_does_not_release_it() throws Exception {
        List<Change> all = List.of(new Change.Remove("a"), new Change.Remove("b"));
        assertThatThrownBy(() -> removalGuard.admit(all, false)).isInstanceOf(GuardTrippedException.class);
        String why = removalGuard.tripped().orElseThrow();

        try (Index fresh = Index.inMemory()) {
            RemovalGuard again = removalGuard(RemovalLimit.DEFAULT, fresh);
            assertThat(again.tripped()).contains(why);
            assertThatThrownBy(() -> again.admit(List.of(), false)).isInstanceOf(GuardTrippedException.class);
            assertThat(again.release()).contains(why);
        }
        try (Index another = Index.inMemory()) {
            assertThat(removalGuard(RemovalLimit.DEFAULT, another).tripped()).isEmpty();
        }
        assertThat(own).isEmptyDirectory();
    }

    @Test
    void an_unreadable_marker_counts_as_tripped() throws Exception {
        Files.createDirectory(own.resolve("guard"));
        assertThat(removalGuard.tripped().orElseThrow()).contains("guard tripped", "bactrian allow-removals");
        Files.delete(own.resolve("guard"));

        Files.writeString(own.resolve("guard"), "");
        assertThat(removalGuard(RemovalLimit.DEFAULT, index).tripped()).isPresent();
        assertThat(removalGuard(RemovalLimit.OFF, index).tripped()).isEmpty();
    }

    @Test
    void a_release_permits_removals_for_ten_minutes() throws CannotApply {
        assertThatThrownBy(() -> removalGuard.admit(List.of(new Change.Remove("a"), new Change.Remove("b")), false)).isInstanceOf(GuardTrippedException.class);

        assertThat(removalGuard.release()).isPresent();
        remove("a");
        remove("b");
        assertThat(removalGuard.tripped()).isEmpty();

        pass(11);
        a_replica();
        assertThatThrownBy(() -> removalGuard.admit(List.of(new Change.Remove("a"), new Change.Remove("b")), false)).isInstanceOf(GuardTrippedException.class);
    }

    @Test
    void can_be_disabled() {
        removalGuard = removalGuard(RemovalLimit.OFF, index);

        assertThatCode(() -> {
            remove("a");
            remove("b");
        }).doesNotThrowAnyException();
        assertThat(removalGuard.release()).isEmpty();
    }
}
