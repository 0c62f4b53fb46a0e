package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.change.TouchedPath;
import io.bactrian.compare.LargeFileTiming.Step;
import io.bactrian.plan.Backlog;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;

class LargeFileTimingTest {
    private static final long TICK = 20_000_000;
    private final AtomicLong now = new AtomicLong(1);
    private final LargeFileTiming timing = new LargeFileTiming(Optional.of(Duration.ofSeconds(30)), now::get);
    private long changed;

    @Test
    void reads_an_unchanged_file_at_once() {
        assertThat(timing.next("a", same(), false, TICK).step()).isEqualTo(Step.READ);
    }

    @Test
    void waits_before_it_reads_a_file_again_that_changed_while_it_was_read() {
        step();
        timing.changed("a", 0);
        assertThat(step()).isEqualTo(Step.WAIT);
        after(99);
        assertThat(timing.next("a", same(), false, TICK).step()).isEqualTo(Step.WAIT);
        after(1);
        assertThat(timing.next("a", same(), false, TICK).step()).isEqualTo(Step.READ);
    }

    @Test
    void sends_a_file_that_keeps_changing_in_one_pass_with_5_percent_of_a_processor() {
        step();
        timing.changed("a", 0);
        after(29_999);
        assertThat(step()).isEqualTo(Step.WAIT);
        after(1);
        assertThat(step()).isEqualTo(Step.READ_IN_ONE_PASS);
        timing.sent("a", TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(2));
        after(37_999);
        assertThat(step()).isEqualTo(Step.WAIT);
        after(1);
        assertThat(step()).isEqualTo(Step.READ_IN_ONE_PASS);
    }

    @Test
    void reads_a_file_again_that_has_stopped_changing() {
        step();
        timing.changed("a", 0);
        timing.sent("a", 5, 5);
        assertThat(step()).isEqualTo(Step.WAIT);
        after(100);
        assertThat(timing.next("a", same(), false, TICK).step()).isEqualTo(Step.READ);
    }

    @Test
    void never_sends_a_changing_file_if_configured_so() {
        LargeFileTiming never = new LargeFileTiming(Optional.empty(), now::get);
        never.next("a", same(), false, TICK);
        never.changed("a", 0);
        after(TimeUnit.DAYS.toMillis(1));
        changed++;
        assertThat(never.next("a", same(), false, TICK).step()).isEqualTo(Step.WAIT);
    }

    @Test
    void the_oldest_file_counts_from_its_first_unsent_change() {
        step();
        after(5_000);
        step();
        assertThat(timing.oldest()).hasValue(1);
        timing.sent("a", 7, 7);
        assertThat(timing.oldest()).hasValue(now.get() - 7);
        timing.settled("a");
        assertThat(timing.oldest()).isEmpty();
    }

    @Test
    void tells_once_that_a_file_keeps_changing_and_once_that_it_has_stopped() {
        step();
        timing.changed("a", 0);
        assertThat(timing.sent("a", 5, 5)).isTrue();
        assertThat(timing.sent("a", 5, 5)).isFalse();
        assertThat(timing.hasStoppedChanging("a")).isFalse();
        timing.settled("a");
        assertThat(timing.hasStoppedChanging("a")).isTrue();
        assertThat(timing.hasStoppedChanging("a")).isFalse();
        timing.settled("b");
        assertThat(timing.hasStoppedChanging("b")).as("one that always stood still").isFalse();
    }

    @Test
    void compares_a_changing_file_at_most_once_a_second() {
        Backlog backlog = new Backlog(now::get);
        List<TouchedPath> event = List.of(TouchedPath.entry("a"));
        step();
        timing.changed("a", 0);
        for (int look = 0; look < 5; look++) {
            step();
        }
        int looks = 0;
        for (int i = 0; i < 200; i++) {
            backlog.add(event, timing::delay);
            after(50);
            if (backlog.wake()) {
                looks++;
                backlog.take();
                assertThat(step()).isEqualTo(Step.WAIT);
            }
        }
        assertThat(looks).as("looks in 10 seconds").isBetween(9, 11);

        backlog.add(List.of(TouchedPath.name("a"), TouchedPath.entry("b")), timing::delay);
        assertThat(backlog.take()).as("a new name, and others").hasSize(2);
        timing.settled("a");
        backlog.add(event, timing::delay);
        assertThat(backlog.take()).as("it stands still").isEqualTo(event);
    }

    @Test
    void compares_a_file_when_it_has_been_unchanged_for_long_enough() {
        step();
        timing.changed("a", 0);
        step();
        step();
        step();
        assertThat(timing.next("a", same(), false, TICK).pause()).isEqualTo(Duration.ofMillis(100));
    }

    private Step step() {
        changed++;
        return timing.next("a", same(), false, TICK).step();
    }

    private Stat same() {
        return new Stat(Stat.Kind.FILE, 0644, 5, Time.ofNanos(changed), changed, 1, 1);
    }

    private void after(long milliseconds) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }
}
