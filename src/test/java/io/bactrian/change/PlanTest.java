package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.change.Work.Planned;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Time;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PlanTest {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final AtomicInteger found = new AtomicInteger();

    @AfterEach
    void stop() throws InterruptedException {
        executor.shutdownNow();
        assertThat(executor.awaitTermination(9, TimeUnit.SECONDS)).as("the comparison ended").isTrue();
    }

    @Test
    void what_is_found_is_packed_into_batches_of_bounded_number_and_weight() {
        Plan many = plan(findings -> find(findings, 25, 0), 10, 1_000_000);
        Plan heavy = plan(findings -> find(findings, 4, 600), 10, 1000);

        assertThat(sizes(many)).containsExactly(10, 10, 5);
        assertThat(sizes(heavy)).containsExactly(1, 1, 1, 1);
    }

    @Test
    void the_first_batches_are_small_so_that_the_target_begins_early() {
        Plan plan = plan(findings -> find(findings, 1000, 0), 300, 1_000_000_000, new Budget(1_000_000_000));

        assertThat(sizes(plan)).containsExactly(64, 128, 256, 300, 252);
    }

    @Test
    void removals_that_were_seen_and_others_travel_in_batches_of_their_own() {
        Plan plan = plan(findings -> {
            find(findings, 1, 0);
            for (int i = 0; i < 6; i++) {
                findings.change(new Planned(new Change.Remove("r" + i), Optional.empty(), i >= 4));
            }
        }, 100, 1_000_000);

        Work.Batch first = (Work.Batch) plan.next();
        assertThat(first.changes()).hasSize(5);
        assertThat(first.isWitnessed()).isFalse();
        Work.Batch second = (Work.Batch) plan.next();
        assertThat(second.changes()).hasSize(2);
        assertThat(second.isWitnessed()).isTrue();
    }

    @Test
    void the_comparison_waits_for_the_batches_to_be_taken() {
        Plan plan = plan(findings -> find(findings, 1000, 0), 1, 1000);

        Awaitility.await().atMost(Duration.ofSeconds(9)).until(() -> found.get() >= 3);
        plan.next();
        assertThat(found).hasValueLessThan(10);
        plan.close();
    }

    @Test
    void a_comparison_that_failed_says_so_after_what_it_found_before() {
        Plan plan = plan(findings -> {
            find(findings, 2, 0);
            throw new IOException("the disk is gone");
        }, 1, 1000);

        plan.next();
        plan.next();
        assertThatThrownBy(plan::hasNext).isInstanceOf(Plan.FailedException.class)
                .hasMessageContaining("the disk is gone").hasCauseInstanceOf(IOException.class);
    }

    @Test
    void also_one_that_failed_by_an_error_ends() {
        Plan plan = plan(findings -> {
            throw new StackOverflowError();
        }, 1, 1000);

        assertThatThrownBy(plan::hasNext).isInstanceOf(Plan.FailedException.class);
    }

    @Test
    @Timeout(20)
    void also_one_that_somebody_else_cancelled_ends_and_is_not_taken_for_whole() {
        Plan plan = plan(findings -> {
            throw new CancellationException("its thread is interrupted");
        }, 10, 1000, new Budget(1000));

        assertThatThrownBy(plan::hasNext).isInstanceOf(Plan.FailedException.class)
                .hasRootCauseInstanceOf(CancellationException.class);
    }

    @Test
    void closing_ends_the_comparison_and_there_is_no_more() throws Exception {
        Plan plan = plan(findings -> find(findings, Integer.MAX_VALUE, 0), 1, 1000);
        plan.next();
        plan.close();

        assertThat(plan.hasNext()).isFalse();
        Future<?> next = executor.submit(() -> { });
        next.get(9, TimeUnit.SECONDS);
    }

    @Test
    void a_batch_that_is_done_with_makes_room_for_another() {
        Budget three = new Budget(3 * 1024);
        Plan plan = plan(findings -> find(findings, 10, 0), 1, 1000, three);

        Awaitility.await().atMost(Duration.ofSeconds(9)).until(() -> found.get() >= 3);
        for (int i = 0; i < 10; i++) {
            assertThat(plan.hasNext()).as("batch " + i).isTrue();
            Work.Batch batch = (Work.Batch) plan.next();
            assertThat(batch.number()).isEqualTo(i);
            three.giveBack(batch.weight());
        }
        assertThat(plan.hasNext()).isFalse();
    }

    @Test
    void what_is_heavier_than_the_budget_is_found_alone() {
        Budget small = new Budget(1024);
        Plan plan = plan(findings -> find(findings, 2, 5000), 10, 1000, small);

        Work.Batch first = (Work.Batch) plan.next();
        small.giveBack(first.weight());
        assertThat(sizes(plan)).containsExactly(1);
    }

    private Plan plan(Plan.Finder finder, int entries, long bytes) {
        return plan(finder, entries, bytes, new Budget(5 * 1024));
    }

    private Plan plan(Plan.Finder finder, int entries, long bytes, Budget budget) {
        return new Plan(executor, finder, new NoNotices(), entries, bytes, budget);
    }

    private void find(Findings findings, int count, int size) {
        byte[] content = new byte[size];
        for (int i = 0; i < count; i++) {
            findings.change(new Planned(new Change.WriteFile("f" + i, 0644, Time.ofNanos(1), size, Digest.of(content),
                    Optional.of(content)), Optional.empty()));
            found.incrementAndGet();
        }
    }

    private static List<Integer> sizes(Plan plan) {
        List<Integer> sizes = new ArrayList<>();
        plan.forEachRemaining(work -> sizes.add(((Work.Batch) work).changes().size()));
        return sizes;
    }
}
