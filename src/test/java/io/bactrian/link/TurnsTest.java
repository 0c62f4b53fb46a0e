package io.bactrian.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class TurnsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Turns turns = new Turns(Duration.ofSeconds(1), Duration.ofSeconds(3), now::get);

    @Test
    void a_turn_that_did_not_begin_is_taken_again_and_made_once() {
        assertThat(turns.take(true)).isTrue();
        now.addAndGet(Duration.ofSeconds(9).toNanos());
        assertThat(turns.take(true)).isFalse();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(turns.take(true)).as("whatever was to make it may have died").isTrue();

        assertThat(turns.begin("a")).isTrue();
        assertThat(turns.begin("b")).as("it was only late").isFalse();
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(turns.take(true)).as("it is being made").isFalse();
        turns.done();
        assertThat(turns.take(true)).isTrue();
        assertThat(turns.begin("a")).isTrue();
    }

    /** A turn that is over takes the next one, and fails in doing so. */
    @Test
    void a_fault_of_another_exchange_does_not_end_the_current_turn() {
        turns.take(true);
        turns.begin("first");
        turns.done();
        turns.take(true);
        assertThat(turns.begin("second")).isTrue();

        assertThat(turns.isEndedBy("first")).isFalse();
        assertThat(turns.isEndedBy("second")).isTrue();
        turns.failed("why", "kind");
        assertThat(turns.isEndedBy("second")).as("ended").isFalse();
    }

    @Test
    void a_turn_that_was_ended_before_it_began_does_not_begin() {
        turns.take(true);
        assertThat(turns.isEndedBy("first")).isTrue();
        turns.failed("why", "kind");

        assertThat(turns.begin("late")).as("it comes after all").isFalse();
        now.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(turns.take(true)).isTrue();
        assertThat(turns.begin("next")).isTrue();
    }

    @Test
    void takes_one_turn_at_a_time_and_only_with_work() {
        assertThat(turns.take(false)).isFalse();
        assertThat(turns.take(true)).isTrue();
        assertThat(turns.take(true)).isFalse();
        assertThat(turns.isUnderWay()).isTrue();

        turns.done();

        assertThat(turns.isUnderWay()).isFalse();
        assertThat(turns.take(true)).isTrue();
    }

    @Test
    void pauses_longer_after_each_failure_up_to_a_limit() {
        for (int seconds : new int[] {1, 2, 3, 3}) {
            failAndRest(seconds);
        }
        assertThat(turns.take(true)).isTrue();
        turns.done();
        failAndRest(1);
    }

    @Test
    void a_reason_is_new_once_until_a_turn_succeeds() {
        assertThat(turns.failed("away", "unreachable")).isTrue();
        assertThat(turns.failed("away", "unreachable")).isFalse();
        assertThat(turns.failed("full", "unavailable")).isTrue();
        assertThat(turns.lastError()).hasValueSatisfying(error -> assertThat(error.what()).isEqualTo("full"));

        turns.done();

        assertThat(turns.lastError()).isEmpty();
        assertThat(turns.failed("full", "unavailable")).isTrue();
    }

    @Test
    void a_target_that_is_reached_and_keeps_failing_is_not_new() {
        turns.failed("full", "unavailable");

        assertThat(turns.reached()).isFalse();
        assertThat(turns.failed("full", "unavailable")).isFalse();
    }

    @Test
    void an_unreachable_target_is_new_once_whatever_the_reason() {
        assertThat(turns.failed("refused", "unreachable")).isTrue();
        assertThat(turns.failed("broke at once", "unreachable")).isFalse();
        assertThat(turns.lastError()).hasValueSatisfying(error -> assertThat(error.what()).isEqualTo("broke at once"));

        assertThat(turns.reached()).isTrue();

        assertThat(turns.reached()).as("said once").isFalse();
        assertThat(turns.failed("refused", "unreachable")).isTrue();
    }

    private void failAndRest(int seconds) {
        assertThat(turns.take(true)).isTrue();
        turns.failed("away", "unreachable");
        now.addAndGet(Duration.ofSeconds(seconds).toNanos() - 1);
        assertThat(turns.take(true)).as("before %s s are over", seconds).isFalse();
        now.incrementAndGet();
    }
}
