package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    @Test
    void waits_longer_after_each_read_in_vain_and_half_a_minute_at_most() {
        LargeFileTiming never = new LargeFileTiming(Optional.empty(), now::get);
        for (long milliseconds = 100; milliseconds <= 6400; milliseconds *= 2) {
            assertThat(quiet(never, 0)).isEqualTo(Duration.ofMillis(milliseconds));
        }
        for (int attempt = 0; attempt < 40; attempt++) {
            quiet(never, 0);
        }
        assertThat(quiet(never, 0)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void waits_as_long_as_the_read_took_and_half_a_minute_at_most() {
        LargeFileTiming never = new LargeFileTiming(Optional.empty(), now::get);
        assertThat(quiet(never, TimeUnit.SECONDS.toNanos(5))).isEqualTo(Duration.ofSeconds(5));
        assertThat(quiet(never, TimeUnit.MINUTES.toNanos(5))).isEqualTo(Duration.ofSeconds(30));
    }

    /** How long the file must stay unchanged after another read of this length was in vain. */
    private Duration quiet(LargeFileTiming timing, long cost) {
        changed++;
        timing.next("a", same(), false, TICK);
        timing.changed("a", cost);
        return timing.next("a", same(), false, TICK).pause();
    }

    @Test
    void reads_a_file_that_was_just_changed_after_a_tick_of_the_file_systems_clock() {
        LargeFileTiming.Next next = timing.next("a", same(), true, TICK);
        assertThat(next.step()).isEqualTo(Step.WAIT);
        now.addAndGet(next.pause().toNanos() - 1);
        assertThat(timing.next("a", same(), true, TICK).step()).isEqualTo(Step.WAIT);
        now.incrementAndGet();
        assertThat(timing.next("a", same(), true, TICK).step()).isEqualTo(Step.READ);
    }

    @Test
    void a_run_that_ends_by_itself_gives_up_a_file_that_never_settles_and_may_not_be_sent_so() {
        LargeFileTiming once = new LargeFileTiming(Optional.empty(), true, now::get);
        assertThat(once.isOnce()).isTrue();
        assertThat(timing.isOnce()).isFalse();
        once.next("a", same(), false, TICK);
        once.changed("a", 0);
        after(29_999);
        changed++;
        assertThat(once.next("a", same(), false, TICK).step()).isEqualTo(Step.WAIT);
        after(1);
        changed++;
        assertThat(once.next("a", same(), false, TICK).step()).isEqualTo(Step.GIVE_UP);
    }

    @Test
    void a_file_whose_stat_does_not_tell_of_its_changes_is_read_in_one_pass_until_it_was_sent() {
        timing.readInOnePass("a");
        assertThat(timing.next("a", same(), false, TICK).step()).isEqualTo(Step.READ_IN_ONE_PASS);
        timing.sent("a", 0, 0);
        after(100);
        assertThat(timing.next("a", same(), false, TICK).step()).isEqualTo(Step.READ);
    }

    @Test
    void names_the_files_that_keep_changing_with_the_time_since_each_was_sent() {
        step();
        assertThat(timing.beingWritten()).as("it may be one change").isEmpty();
        timing.changed("a", 0);
        assertThat(timing.beingWritten()).isEqualTo(Map.of("a", Optional.empty()));
        timing.sent("a", 0, 0);
        after(2_000);
        assertThat(timing.beingWritten()).isEqualTo(Map.of("a", Optional.of(2.0)));

        after(58_000);
        assertThat(timing.beingWritten()).containsKey("a");
        assertThat(timing.oldest()).isPresent();
        after(1);
        assertThat(timing.beingWritten()).as("it is not compared any more").isEmpty();
        assertThat(timing.oldest()).isEmpty();
    }

    @Test
    void a_file_that_is_read_seldom_is_not_forgotten_between_two_reads() {
        step();
        timing.changed("a", TimeUnit.MINUTES.toNanos(1));
        after(TimeUnit.MINUTES.toMillis(38));
        assertThat(timing.beingWritten()).containsKey("a");
        after(1);
        assertThat(timing.beingWritten()).isEmpty();
    }

    @Test
    void the_oldest_of_several_files_counts() {
        timing.next("b", same(), false, TICK);
        after(1_000);
        step();
        after(1_000);
        timing.next("c", same(), false, TICK);

        assertThat(timing.oldest()).hasValue(1);
        timing.settled("b");
        assertThat(timing.oldest()).hasValue(1_000_000_001);
    }

    @Test
    void nothing_is_known_of_a_file_that_was_not_compared() {
        timing.changed("b", 5);
        assertThat(timing.sent("b", 5, 5)).isFalse();
        assertThat(timing.beingWritten()).isEmpty();
        assertThat(timing.delay(TouchedPath.entry("b"))).isZero();
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
