package io.bactrian.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class TurnsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Turns turns = new Turns(Duration.ofSeconds(1), Duration.ofSeconds(3), now::get);

    @Test
    void a_turn_that_was_taken_and_did_not_begin_is_taken_again_and_made_once() {
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
    void a_fault_of_who_made_another_turn_ends_none_that_has_begun() {
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
    void one_that_was_ended_before_it_began_does_not_begin_and_the_next_does() {
        turns.take(true);
        assertThat(turns.isEndedBy("first")).isTrue();
        turns.failed("why", "kind");

        assertThat(turns.begin("late")).as("it comes after all").isFalse();
        now.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(turns.take(true)).isTrue();
        assertThat(turns.begin("next")).isTrue();
    }

    @Test
    void one_is_taken_at_a_time_and_not_without_reason() {
        assertThat(turns.take(false)).isFalse();
        assertThat(turns.take(true)).isTrue();
        assertThat(turns.take(true)).isFalse();
        assertThat(turns.isUnderWay()).isTrue();

        turns.done();

        assertThat(turns.isUnderWay()).isFalse();
        assertThat(turns.take(true)).isTrue();
    }

    @Test
    void a_failure_is_followed_by_a_rest_that_grows_up_to_a_limit_until_all_goes_well() {
        for (int seconds : new int[] {1, 2, 3, 3}) {
            failAndRest(seconds);
        }
        assertThat(turns.take(true)).isTrue();
        turns.done();
        failAndRest(1);
    }

    @Test
    void a_reason_is_news_once_until_all_goes_well() {
        assertThat(turns.failed("away", "unreachable")).isTrue();
        assertThat(turns.failed("away", "unreachable")).isFalse();
        assertThat(turns.failed("full", "unavailable")).isTrue();
        assertThat(turns.lastError()).hasValueSatisfying(error -> assertThat(error.what()).isEqualTo("full"));

        turns.done();

        assertThat(turns.lastError()).isEmpty();
        assertThat(turns.failed("full", "unavailable")).isTrue();
    }

    @Test
    void a_target_that_is_reached_but_goes_on_failing_is_no_news() {
        turns.failed("full", "unavailable");

        assertThat(turns.reached()).isFalse();
        assertThat(turns.failed("full", "unavailable")).isFalse();
    }

    @Test
    void a_target_that_is_away_is_news_once_whatever_the_network_calls_it() {
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
