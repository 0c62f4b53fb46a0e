package io.bactrian.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long DAY = 86_400_000_000_000L;

    private final AtomicLong now = new AtomicLong(7);

    private Pace pace(Duration most) {
        return new Pace(most, now::get);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    /** Unless a person wants it more often. */
    @Property
    void a_look_takes_at_most_a_hundredth_of_a_core_and_never_waits_longer_than_a_person_wants(
            @ForAll @LongRange(min = 0, max = DAY) long cost, @ForAll @LongRange(min = 1, max = 365 * DAY) long most) {
        long interval = Pace.interval(Duration.ofNanos(cost), Duration.ofNanos(most)).toNanos();

        assertThat(interval).isLessThanOrEqualTo(most);
        assertThat(interval).isGreaterThanOrEqualTo(Math.min(most, Pace.LEAST.toNanos()));
        assertThat(interval == most || interval >= 100 * cost).isTrue();
        assertThat(interval).isIn(most, Pace.LEAST.toNanos(), 100 * cost);
    }

    @Test
    void what_cost_little_is_looked_at_every_ten_seconds() {
        Pace pace = pace(Duration.ofMinutes(10));
        assertThat(pace.take(() -> true)).isFalse();

        pass(Duration.ofSeconds(10));

        assertThat(pace.take(() -> true)).isTrue();
        assertThat(pace.take(() -> true)).as("again at once").isFalse();
    }

    @Test
    void what_cost_a_second_is_looked_at_after_a_hundred() {
        Pace pace = pace(Duration.ofMinutes(10));
        pace.took("a", Duration.ofMillis(600));
        pace.took("b", Duration.ofMillis(100));
        pace.took("b", Duration.ofMillis(400));

        pass(Duration.ofSeconds(99));
        assertThat(pace.take(() -> true)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(pace.take(() -> true)).isTrue();
        assertThat(pace.status().cost()).isEqualTo(1.0);
        assertThat(pace.status().every()).isEqualTo(100.0);
        assertThat(pace.status().count()).isOne();
    }

    @Test
    void who_is_busy_is_left_alone_but_not_for_longer_than_a_person_wants() {
        Pace pace = pace(Duration.ofMinutes(10));

        pass(Duration.ofSeconds(599));
        assertThat(pace.take(() -> false)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(pace.take(() -> false)).isTrue();
    }

    @Test
    void never_is_never() {
        Pace pace = pace(Duration.ZERO);

        pass(Duration.ofDays(365));

        assertThat(pace.take(() -> true)).isFalse();
        assertThat(pace.status().every()).isZero();
    }
}
