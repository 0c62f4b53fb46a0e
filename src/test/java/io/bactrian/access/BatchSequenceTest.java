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
    void each_batch_waits_for_the_earlier_ones() throws Exception {
        List<CompletableFuture<Void>> all = List.of(apply(3), apply(1), apply(2), apply(0));

        for (CompletableFuture<Void> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        assertThat(done).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void a_failed_batch_blocks_all_later_ones() throws Exception {
        CompletableFuture<Void> waiting = apply(1);
        sequence.await("a", 0, LONG);
        sequence.done("a", 0, false);

        assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(LeaseException.class);
        assertThatThrownBy(() -> sequence.await("a", 1, LONG)).isInstanceOf(LeaseException.class);
    }

    @Test
    void a_new_lease_restarts_the_numbers_and_ends_waiting_under_the_old_one() throws Exception {
        sequence.await("a", 0, LONG);
        sequence.done("a", 0, true);
        CompletableFuture<Void> waiting = apply(2);

        sequence.begin("b");

        assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(LeaseException.class);
        sequence.done("a", 0, true);
        sequence.begin("b");
        assertThatThrownBy(() -> sequence.await("b", 1, 1)).as("after a late word of the first")
                .isInstanceOf(LeaseException.class);
    }

    @Test
    void stopping_refuses_waiting_and_later_batches() throws Exception {
        CompletableFuture<Void> waiting = apply(1);

        sequence.stop();

        assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(LeaseException.class);
        assertThatThrownBy(() -> sequence.await("a", 0, LONG)).isInstanceOf(LeaseException.class);
    }

    @Test
    void refuses_a_number_that_was_used() throws Exception {
        sequence.await("a", 0, LONG);
        sequence.done("a", 0, true);

        assertThatThrownBy(() -> sequence.await("a", 0, LONG)).isInstanceOf(LeaseException.class);
    }

    @Test
    void gives_up_if_the_predecessor_never_arrives() {
        assertThatThrownBy(() -> sequence.await("a", 1, 1)).isInstanceOf(LeaseException.class)
                .hasMessageContaining("did not arrive");
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
    void a_batch_completed_twice_or_out_of_order_admits_one_batch_only() {
        sequence.done("a", 0, true);
        sequence.done("a", 0, true);
        sequence.done("a", 5, false);

        assertThatCode(() -> sequence.await("a", 1, LONG)).doesNotThrowAnyException();
        assertThatThrownBy(() -> sequence.await("a", 2, 1)).hasMessageContaining("did not arrive");
    }

    @Test
    void a_renewed_lease_keeps_its_position() throws Exception {
        sequence.done("a", 0, true);
        sequence.begin("a");

        assertThatCode(() -> sequence.await("a", 1, LONG)).doesNotThrowAnyException();
    }

    @Test
    void a_batch_that_failed_under_the_previous_lease_does_not_block_a_new_one() {
        sequence.done("a", 0, false);
        sequence.begin("b");

        assertThatCode(() -> sequence.await("b", 0, LONG)).doesNotThrowAnyException();
    }
}
