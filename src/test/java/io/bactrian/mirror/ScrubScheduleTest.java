package io.bactrian.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import io.bactrian.measure.RepairCounters;
import org.junit.jupiter.api.Test;

class ScrubScheduleTest {
    private long now = -1;
    private final ScrubSchedule scrubs = new ScrubSchedule("default", Duration.ofHours(24), new RepairCounters(), () -> now);

    private boolean takeAfter(Duration time) {
        now += time.toNanos();
        return scrubs.take();
    }

    @Test
    void a_requested_scrub_is_taken_once() {
        ScrubRun run = scrubs.want(true);
        assertThat(scrubs.take()).isTrue();
        assertThat(run.begin()).isTrue();

        assertThat(takeAfter(Duration.ofHours(1))).isFalse();
        assertThat(run.begin()).as("it is made once").isFalse();
        assertThat(scrubs.want(true)).as("the one under way").isSameAs(run);
    }

    @Test
    void a_scrub_that_never_started_is_taken_again_after_increasing_delays() {
        ScrubRun run = scrubs.want(true);
        assertThat(scrubs.take()).isTrue();

        assertThat(takeAfter(Duration.ofSeconds(9))).isFalse();
        assertThat(takeAfter(Duration.ofSeconds(1))).isTrue();
        assertThat(takeAfter(Duration.ofSeconds(19))).isFalse();
        assertThat(takeAfter(Duration.ofSeconds(1))).isTrue();
        assertThat(scrubs.last()).containsSame(run);
    }

    @Test
    void a_failed_scrub_is_repeated_after_a_delay_with_the_same_mode() {
        ScrubRun run = scrubs.want(false);
        assertThat(scrubs.take()).isTrue();
        run.begin();
        scrubs.failed(run.repairs());
        run.end("; it failed");

        assertThat(takeAfter(Duration.ofSeconds(9))).isFalse();
        assertThat(takeAfter(Duration.ofSeconds(1))).isTrue();
        assertThat(scrubs.last()).hasValueSatisfying(is -> assertThat(is).isNotSameAs(run).satisfies(again -> assertThat(again.repairs()).isFalse()));
    }

    @Test
    void the_next_scrub_is_due_one_interval_after_the_last_one_ended() {
        ScrubRun run = scrubs.want(true);
        assertThat(scrubs.take()).isTrue();
        run.begin();
        assertThat(takeAfter(Duration.ofHours(30))).isFalse();
        run.end("");

        assertThat(takeAfter(Duration.ofHours(23))).isFalse();
        assertThat(takeAfter(Duration.ofHours(1))).isTrue();
        assertThat(takeAfter(Duration.ofSeconds(1))).isFalse();
    }
}
