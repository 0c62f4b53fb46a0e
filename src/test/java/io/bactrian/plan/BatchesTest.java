package io.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class BatchesTest {
    private final AtomicInteger added = new AtomicInteger();

    @Test
    void changes_are_packed_into_batches_of_bounded_number_and_weight() {
        Batches many = new Batches(10, 1_000_000, new MemoryBudget(1_000_000));
        add(many, 25, 0);
        many.end();
        Batches heavy = new Batches(10, 1000, new MemoryBudget(1_000_000));
        add(heavy, 4, 600);
        heavy.end();

        assertThat(sizes(many)).containsExactly(10, 10, 5);
        assertThat(sizes(heavy)).containsExactly(1, 1, 1, 1);
    }

    @Test
    void the_first_batches_are_small_so_that_the_target_begins_early() {
        Batches batches = new Batches(300, 1_000_000_000, new MemoryBudget(1_000_000_000));
        add(batches, 1000, 0);
        batches.end();

        assertThat(sizes(batches)).containsExactly(64, 128, 256, 300, 252);
    }

    @Test
    void witnessed_removals_and_others_travel_in_batches_of_their_own() {
        Batches batches = new Batches(100, 1_000_000, new MemoryBudget(1_000_000));
        add(batches, 1, 0);
        for (int i = 0; i < 6; i++) {
            batches.add(new PlannedChange(new Change.Remove("r" + i), Optional.empty(), i >= 4));
        }
        batches.end();

        Work.Batch first = batches.next();
        assertThat(first.changes()).hasSize(5);
        assertThat(first.isWitnessed()).isFalse();
        Work.Batch second = batches.next();
        assertThat(second.changes()).hasSize(2);
        assertThat(second.isWitnessed()).isTrue();
    }

    @Test
    void a_write_between_removals_stays_with_those_before_and_after_it() {
        Batches batches = new Batches(100, 1_000_000, new MemoryBudget(1_000_000));
        batches.add(new PlannedChange(new Change.Remove("unseen"), Optional.empty(), false));
        batches.add(new PlannedChange(new Change.Remove("seen"), Optional.empty(), true));
        add(batches, 1, 0);
        batches.add(new PlannedChange(new Change.Remove("seen-too"), Optional.empty(), true));
        batches.end();

        assertThat(sizes(batches)).containsExactly(1, 3);
    }

    @Test
    void adding_waits_for_the_budget_and_goes_on_as_batches_are_done() throws Exception {
        Batches batches = new Batches(1, 1000, new MemoryBudget(3 * 1024));
        CompletableFuture<Void> adding = CompletableFuture.runAsync(() -> {
            add(batches, 10, 0);
            batches.end();
        });

        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> added.get() >= 3);
        assertThat(added).hasValueLessThan(10);
        for (int i = 0; i < 10; i++) {
            assertThat(batches.hasNext()).as("batch " + i).isTrue();
            Work.Batch batch = batches.next();
            assertThat(batch.number()).isEqualTo(i);
            batches.done(batch);
        }
        assertThat(batches.hasNext()).isFalse();
        adding.get(60, TimeUnit.SECONDS);
    }

    @Test
    void a_batch_that_is_heavier_than_the_budget_is_alone_in_it() {
        Batches batches = new Batches(10, 1000, new MemoryBudget(1024));
        CompletableFuture<Void> adding = CompletableFuture.runAsync(() -> {
            add(batches, 2, 5000);
            batches.end();
        });

        batches.done(batches.next());
        assertThat(sizes(batches)).containsExactly(1);
        assertThat(adding).succeedsWithin(Duration.ofSeconds(60));
    }

    @Test
    void a_failure_follows_the_batches_before_it() {
        Batches batches = new Batches(1, 1000, new MemoryBudget(1_000_000));
        add(batches, 2, 0);
        IOException why = new IOException("the disk is gone");
        batches.fail(why);

        assertThat(sizes(batches)).containsExactly(1, 1);
        assertThat(batches.failure()).contains(why);
    }

    @Test
    void closing_ends_the_taker_and_whoever_waits_to_add() {
        Batches batches = new Batches(1, 1000, new MemoryBudget(1024));
        CompletableFuture<Void> adding = CompletableFuture.runAsync(() -> add(batches, Integer.MAX_VALUE, 0));
        batches.next();

        batches.close();

        assertThat(batches.hasNext()).isFalse();
        assertThatThrownBy(() -> adding.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(CancellationException.class);
    }

    @Test
    void a_batch_may_weigh_what_it_is_allowed_to() {
        PlannedChange change = new PlannedChange(new Change.Remove("a"), Optional.empty());
        for (int less : new int[] {0, 1}) {
            Batches batches = new Batches(10, 2 * Batches.weight(change) - less, new MemoryBudget(1_000_000));
            batches.add(change);
            batches.add(change);
            batches.end();

            assertThat(sizes(batches)).hasSize(1 + less);
        }
    }

    @Test
    void a_change_weighs_its_content_and_its_path_whatever_its_characters() {
        byte[] content = new byte[600];
        Change.WriteFile file = new Change.WriteFile("f", 0644, Time.ofNanos(1), 600, Digest.of(content), Optional.of(content));
        PlannedChange planned = new PlannedChange(file, Optional.empty());

        assertThat(Batches.weight(planned)).isEqualTo(600 + Batches.weight(planned.withoutContent()));
        assertThat(Batches.weight(new PlannedChange(new Change.Remove("x".repeat(200)), Optional.empty()))).isGreaterThan(600);
    }

    @Test
    void the_weight_of_a_batch_is_that_of_all_it_brings() {
        Batches batches = new Batches(2, 1_000_000, new MemoryBudget(1_000_000));
        PlannedChange change = new PlannedChange(new Change.Remove("a"), Optional.empty());
        batches.remember(held("b"));
        batches.add(change);
        batches.add(change);
        batches.add(change);
        batches.end();

        assertThat(batches.next().weight()).isEqualTo(3 * Batches.weight(change));
        assertThat(batches.next().weight()).isEqualTo(Batches.weight(change));
    }

    @Test
    void what_the_target_holds_already_travels_in_batches_of_bounded_number_too() {
        Batches batches = new Batches(2, 1_000_000, new MemoryBudget(1_000_000));
        for (int i = 0; i < 25; i++) {
            batches.remember(held("f" + i));
        }
        batches.end();

        Work.Batch first = batches.next();
        assertThat(first.remembered()).hasSize(20);
        assertThat(first.changes()).isEmpty();
        assertThat(batches.next().remembered()).hasSize(5);
        assertThat(batches.hasNext()).isFalse();
    }

    @Test
    void there_is_nothing_behind_the_last_batch() {
        Batches batches = new Batches(1, 1000, new MemoryBudget(1_000_000));
        batches.end();

        assertThat(batches.hasNext()).isFalse();
        assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
        assertThat(batches.failure()).isEmpty();
    }

    @Test
    void nothing_can_be_added_once_closed() {
        Batches batches = new Batches(1, 1000, new MemoryBudget(1_000_000));
        batches.close();

        assertThatThrownBy(() -> add(batches, 1, 0)).isInstanceOf(CancellationException.class);
    }

    @Test
    void who_is_interrupted_neither_waits_for_a_batch_nor_for_the_budget() {
        Batches batches = new Batches(1, 1000, new MemoryBudget(1024));
        for (ThrowingCallable waits : List.<ThrowingCallable>of(batches::hasNext, () -> add(batches, 2, 0))) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(waits).isInstanceOf(CancellationException.class);
            assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
        }
    }

    private static IndexEntry held(String path) {
        return IndexEntry.unseen(new Entry.Directory(path, 0755, Time.ofNanos(1)));
    }

    private void add(Batches batches, int count, int size) {
        byte[] content = new byte[size];
        for (int i = 0; i < count; i++) {
            batches.add(new PlannedChange(new Change.WriteFile("f" + i, 0644, Time.ofNanos(1), size, Digest.of(content),
                    Optional.of(content)), Optional.empty()));
            added.incrementAndGet();
        }
    }

    private static List<Integer> sizes(Batches batches) {
        List<Integer> sizes = new ArrayList<>();
        batches.forEachRemaining(batch -> sizes.add(batch.changes().size()));
        return sizes;
    }
}
