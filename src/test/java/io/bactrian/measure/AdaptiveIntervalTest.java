package io.bactrian.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class AdaptiveIntervalTest {
    private static final long DAY = 86_400_000_000_000L;

    private final AtomicLong now = new AtomicLong(7);

    private AdaptiveInterval interval(Duration most) {
        return new AdaptiveInterval(most, now::get);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    /** Unless the configured maximum is shorter. */
    @Property
    void scans_take_at_most_one_percent_of_a_core_but_respect_the_maximum(
            @ForAll @LongRange(min = 0, max = DAY) long cost, @ForAll @LongRange(min = 1, max = 365 * DAY) long most) {
        long interval = AdaptiveInterval.interval(Duration.ofNanos(cost), Duration.ofNanos(most)).toNanos();

        assertThat(interval).isLessThanOrEqualTo(most);
        assertThat(interval).isGreaterThanOrEqualTo(Math.min(most, AdaptiveInterval.LEAST.toNanos()));
        assertThat(interval == most || interval >= 100 * cost).isTrue();
        assertThat(interval).isIn(most, AdaptiveInterval.LEAST.toNanos(), 100 * cost);
    }

    @Test
    void cheap_scans_run_every_ten_seconds() {
        AdaptiveInterval interval = interval(Duration.ofMinutes(10));
        assertThat(interval.take(() -> true)).isFalse();

        pass(Duration.ofSeconds(10));

        assertThat(interval.take(() -> true)).isTrue();
        assertThat(interval.take(() -> true)).as("again at once").isFalse();
    }

    @Test
    void a_scan_of_one_second_is_repeated_after_a_hundred() {
        AdaptiveInterval interval = interval(Duration.ofMinutes(10));
        interval.took("a", Duration.ofMillis(600));
        interval.took("b", Duration.ofMillis(100));
        interval.took("b", Duration.ofMillis(400));

        pass(Duration.ofSeconds(99));
        assertThat(interval.take(() -> true)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(interval.take(() -> true)).isTrue();
        assertThat(interval.status().cost()).isEqualTo(1.0);
        assertThat(interval.status().every()).isEqualTo(100.0);
        assertThat(interval.status().count()).isOne();
    }

    @Test
    void waits_for_a_quiet_moment_within_the_maximum() {
        AdaptiveInterval interval = interval(Duration.ofMinutes(10));

        pass(Duration.ofSeconds(599));
        assertThat(interval.take(() -> false)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(interval.take(() -> false)).isTrue();
    }

    @Test
    void zero_disables_scans() {
        AdaptiveInterval interval = interval(Duration.ZERO);

        pass(Duration.ofDays(365));

        assertThat(interval.take(() -> true)).isFalse();
        assertThat(interval.status().every()).isZero();
    }
}
