package io.bactrian.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.plan.Batches;
import io.bactrian.plan.ComparisonRun;
import io.bactrian.plan.MemoryBudget;
import io.bactrian.change.Change;
import io.bactrian.plan.Work;
import io.bactrian.change.PlannedChange;
import io.bactrian.index.IndexEntry;
import io.bactrian.routes.RouteBench;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowTest {
    private final AtomicLong sequence = new AtomicLong();
    private final List<Long> answered = new ArrayList<>();

    @Test
    void answers_are_taken_in_the_order_in_which_the_batches_were_sent() {
        Window window = window(3, 3);
        Work.Batch first = batch(window);
        Work.Batch second = batch(window);
        Work.Batch third = batch(window);

        answer(window, third);
        answer(window, second);
        assertThat(answered).isEmpty();
        answer(window, first);

        assertThat(answered).containsExactly(0L, 1L, 2L);
        assertThat(window.isUnanswered()).isFalse();
        assertThat(window.hasNext()).isFalse();
    }

    @Test
    void no_more_batches_than_places_are_on_their_way() throws Exception {
        Window window = window(3, 2);
        Work.Batch first = batch(window);
        batch(window);
        CompletableFuture<Work.Batch> third = CompletableFuture.supplyAsync(window::next);

        RouteBench.await().during(Duration.ofMillis(100)).until(() -> !third.isDone());
        answer(window, first);

        assertThat(third.get(60, TimeUnit.SECONDS).number()).isEqualTo(2);
    }

    @Test
    void who_waits_for_a_place_when_all_ends_gets_nothing_to_do() throws Exception {
        Window window = window(2, 1);
        Work.Batch first = batch(window);
        CompletableFuture<Work.Batch> second = CompletableFuture.supplyAsync(window::next);

        window.close();
        answer(window, first);

        assertThat(second.get(60, TimeUnit.SECONDS)).isEqualTo(Work.Batch.NONE);
        assertThat(window.hasNext()).isFalse();
        assertThat(answered).as("what is remembered of a turn that failed").isEmpty();
        assertThat(window.isUnanswered()).isTrue();
    }

    @Test
    void only_batches_with_changes_are_numbered_for_the_target() {
        List<IndexEntry> held = IntStream.range(0, 10).mapToObj(i ->
                IndexEntry.unseen(new Entry.Link("l" + i, Time.ofNanos(1), "x"))).toList();
        Window window = window(List.of(change(0), change(1)), held, 4);
        Work.Batch remembered = batch(window);
        Work.Batch first = batch(window);
        Work.Batch second = batch(window);

        assertThat(remembered.planned()).isEmpty();
        assertThat(window.sequence(first)).isZero();
        assertThat(window.sequence(second)).isEqualTo(1);
    }

    @Test
    void a_comparison_that_a_drain_cancelled_is_no_fault_and_batches_in_flight_are_answered() throws Throwable {
        Window window = window(2, 2);
        Work.Batch first = batch(window);

        window.drain();
        window.abort(new ComparisonRun.FailedException(new CancellationException("cancelled")));

        assertThat(window.hasNext()).isFalse();
        answer(window, first);
        assertThat(answered).containsExactly(0L);
        window.check();
    }

    private void answer(Window window, Work.Batch batch) {
        window.answered(batch, () -> answered.add(batch.number()));
    }

    private static Work.Batch batch(Window window) {
        assertThat(window.hasNext()).isTrue();
        return window.next();
    }

    private Window window(int batches, int places) {
        return window(IntStream.range(0, batches).mapToObj(WindowTest::change).toList(), List.of(), places);
    }

    private Window window(List<PlannedChange> changes, List<IndexEntry> remembered, int places) {
        Batches batches = new Batches(1, 1 << 20, new MemoryBudget(1 << 20));
        remembered.forEach(batches::remember);
        changes.forEach(batches::add);
        batches.end();
        return new Window(batches, sequence::getAndIncrement, places);
    }

    private static PlannedChange change(int number) {
        return new PlannedChange(new Change.WriteFile("f" + number, 0644, Time.ofNanos(1), 0, Digest.EMPTY, Optional.of(new byte[0])),
                Optional.empty());
    }
}
