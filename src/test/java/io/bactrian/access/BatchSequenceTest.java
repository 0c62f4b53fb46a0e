package io.bactrian.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchSequenceTest {
    private static final long LONG = 60_000;

    private final BatchSequence sequence = new BatchSequence();
    private final List<Long> done = new CopyOnWriteArrayList<>();

    @BeforeEach
    void begin() {
        sequence.begin("a");
    }

    @Test
    void each_waits_for_those_before_it() throws Exception {
        List<CompletableFuture<Void>> all = List.of(apply(3), apply(1), apply(2), apply(0));

        for (CompletableFuture<Void> one : all) {
            one.get(9, TimeUnit.SECONDS);
        }
        assertThat(done).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void one_that_failed_lets_none_after_it_through() throws Exception {
        CompletableFuture<Void> waiting = apply(1);
        sequence.await("a", 0, LONG);
        sequence.done("a", 0, false);

        assertThatThrownBy(() -> waiting.get(9, TimeUnit.SECONDS)).hasRootCauseInstanceOf(LeaseException.class);
        assertThatThrownBy(() -> sequence.await("a", 1, LONG)).isInstanceOf(LeaseException.class);
    }

    @Test
    void another_lease_begins_anew_and_ends_the_waiting_under_the_one_before() throws Exception {
        sequence.await("a", 0, LONG);
        sequence.done("a", 0, true);
        CompletableFuture<Void> waiting = apply(2);

        sequence.begin("b");

        assertThatThrownBy(() -> waiting.get(9, TimeUnit.SECONDS)).hasRootCauseInstanceOf(LeaseException.class);
        sequence.done("a", 0, true);
        sequence.begin("b");
        assertThatThrownBy(() -> sequence.await("b", 1, 1)).as("after a late word of the first")
                .isInstanceOf(LeaseException.class);
    }

    @Test
    void when_it_is_stopped_those_that_wait_are_told_and_none_comes_through_any_more() throws Exception {
        CompletableFuture<Void> waiting = apply(1);

        sequence.stop();

        assertThatThrownBy(() -> waiting.get(9, TimeUnit.SECONDS)).hasRootCauseInstanceOf(LeaseException.class);
        assertThatThrownBy(() -> sequence.await("a", 0, LONG)).isInstanceOf(LeaseException.class);
    }

    @Test
    void a_number_that_was_used_is_refused() throws Exception {
        sequence.await("a", 0, LONG);
        sequence.done("a", 0, true);

        assertThatThrownBy(() -> sequence.await("a", 0, LONG)).isInstanceOf(LeaseException.class);
    }

    @Test
    void one_whose_predecessor_never_comes_gives_up() {
        assertThatThrownBy(() -> sequence.await("a", 1, 1)).isInstanceOf(LeaseException.class)
                .hasMessageContaining("did not come");
    }

    private CompletableFuture<Void> apply(long number) {
        return CompletableFuture.runAsync(() -> {
            try {
                sequence.await("a", number, LONG);
                done.add(number);
                sequence.done("a", number, true);
            } catch (LeaseException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }, runnable -> {
            Thread thread = new Thread(runnable);
            thread.setDaemon(true);
            thread.start();
        });
    }

    @Test
    void a_batch_that_is_reported_twice_or_out_of_turn_lets_one_batch_through() {
        sequence.done("a", 0, true);
        sequence.done("a", 0, true);
        sequence.done("a", 5, false);

        assertThatCode(() -> sequence.await("a", 1, LONG)).doesNotThrowAnyException();
        assertThatThrownBy(() -> sequence.await("a", 2, 1)).hasMessageContaining("did not come");
    }

    @Test
    void a_lease_that_is_renewed_keeps_its_place() throws Exception {
        sequence.done("a", 0, true);
        sequence.begin("a");

        assertThatCode(() -> sequence.await("a", 1, LONG)).doesNotThrowAnyException();
    }

    @Test
    void a_new_lease_is_not_held_back_by_a_batch_that_failed_under_the_one_before() {
        sequence.done("a", 0, false);
        sequence.begin("b");

        assertThatCode(() -> sequence.await("b", 0, LONG)).doesNotThrowAnyException();
    }
}
