package io.bactrian.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.change.Budget;
import io.bactrian.change.Change;
import io.bactrian.change.Findings;
import io.bactrian.change.NoNotices;
import io.bactrian.change.Plan;
import io.bactrian.change.Work;
import io.bactrian.index.IndexEntry;
import io.bactrian.routes.RouteBench;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WindowTest {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final AtomicLong sequence = new AtomicLong();
    private final List<Long> answered = new ArrayList<>();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

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
        CompletableFuture<Work> third = CompletableFuture.supplyAsync(window::next);

        RouteBench.await().during(Duration.ofMillis(100)).until(() -> !third.isDone());
        answer(window, first);

        assertThat(((Work.Batch) third.get(9, TimeUnit.SECONDS)).number()).isEqualTo(2);
    }

    @Test
    void who_waits_for_a_place_when_all_ends_gets_nothing_to_do() throws Exception {
        Window window = window(2, 1);
        Work.Batch first = batch(window);
        CompletableFuture<Work> second = CompletableFuture.supplyAsync(window::next);

        window.close();
        answer(window, first);

        assertThat(second.get(9, TimeUnit.SECONDS)).isEqualTo(Work.Batch.NONE);
        assertThat(window.hasNext()).isFalse();
        assertThat(answered).as("what is remembered of a turn that failed").isEmpty();
        assertThat(window.isUnanswered()).isTrue();
    }

    @Test
    void only_batches_with_changes_are_numbered_for_the_target() {
        Window window = window(findings -> {
            for (int i = 0; i < 10; i++) {
                findings.remember(IndexEntry.unseen(new Entry.Link("l" + i, Time.ofNanos(1), "x")));
            }
            change(findings, 0);
            change(findings, 1);
        }, 4);
        Work.Batch remembered = batch(window);
        Work.Batch first = batch(window);
        Work.Batch second = batch(window);

        assertThat(remembered.planned()).isEmpty();
        assertThat(window.sequence(first)).isZero();
        assertThat(window.sequence(second)).isEqualTo(1);
    }

    private void answer(Window window, Work.Batch batch) {
        window.answered(batch, () -> answered.add(batch.number()));
    }

    private static Work.Batch batch(Window window) {
        assertThat(window.hasNext()).isTrue();
        return (Work.Batch) window.next();
    }

    private Window window(int batches, int places) {
        return window(findings -> {
            for (int i = 0; i < batches; i++) {
                change(findings, i);
            }
        }, places);
    }

    private Window window(Plan.Finder finder, int places) {
        Budget budget = new Budget(1 << 20);
        return new Window(new Plan(executor, finder, new NoNotices(), 1, 1 << 20, budget), budget,
                sequence::getAndIncrement, places);
    }

    private static void change(Findings findings, int number) {
        findings.change(new Work.Planned(new Change.WriteFile("f" + number, 0644, Time.ofNanos(1), 0, Digest.EMPTY,
                Optional.of(new byte[0])), Optional.empty()));
    }
}
