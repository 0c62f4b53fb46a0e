package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.change.Moving.Step;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MovingTest {
    private static final long TICK = 20_000_000;
    private final AtomicLong now = new AtomicLong(1);
    private final Moving moving = new Moving(Optional.of(Duration.ofSeconds(30)), now::get);
    private long changed;

    @Test
    void a_file_that_stands_still_is_read_at_once() {
        assertThat(moving.next("a", same(), false, TICK).step()).isEqualTo(Step.READ);
    }

    @Test
    void one_that_changed_while_it_was_read_has_to_stand_still_for_a_while() {
        step();
        moving.changed("a", 0);
        assertThat(step()).isEqualTo(Step.WAIT);
        after(99);
        assertThat(moving.next("a", same(), false, TICK).step()).isEqualTo(Step.WAIT);
        after(1);
        assertThat(moving.next("a", same(), false, TICK).step()).isEqualTo(Step.READ);
    }

    @Test
    void one_that_goes_on_changing_is_sent_in_one_pass_and_so_seldom_that_it_takes_5_percent() {
        step();
        moving.changed("a", 0);
        after(29_999);
        assertThat(step()).isEqualTo(Step.WAIT);
        after(1);
        assertThat(step()).isEqualTo(Step.READ_IN_ONE_PASS);
        moving.sent("a", TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(2));
        after(37_999);
        assertThat(step()).isEqualTo(Step.WAIT);
        after(1);
        assertThat(step()).isEqualTo(Step.READ_IN_ONE_PASS);
    }

    @Test
    void what_was_sent_in_one_pass_is_read_again_once_it_stands_still() {
        step();
        moving.changed("a", 0);
        moving.sent("a", 5, 5);
        assertThat(step()).isEqualTo(Step.WAIT);
        after(100);
        assertThat(moving.next("a", same(), false, TICK).step()).isEqualTo(Step.READ);
    }

    @Test
    void nobody_who_says_never_gets_what_one_reading_finds() {
        Moving never = new Moving(Optional.empty(), now::get);
        never.next("a", same(), false, TICK);
        never.changed("a", 0);
        after(TimeUnit.DAYS.toMillis(1));
        changed++;
        assertThat(never.next("a", same(), false, TICK).step()).isEqualTo(Step.WAIT);
    }

    @Test
    void what_has_not_arrived_is_as_old_as_its_first_change() {
        step();
        after(5_000);
        step();
        assertThat(moving.oldest()).hasValue(1);
        moving.sent("a", 7, 7);
        assertThat(moving.oldest()).hasValue(now.get() - 7);
        moving.settled("a");
        assertThat(moving.oldest()).isEmpty();
    }

    @Test
    void it_is_said_once_that_one_is_being_written_and_once_that_it_stands_still() {
        step();
        moving.changed("a", 0);
        assertThat(moving.sent("a", 5, 5)).isTrue();
        assertThat(moving.sent("a", 5, 5)).isFalse();
        assertThat(moving.hasCalmed("a")).isFalse();
        moving.settled("a");
        assertThat(moving.hasCalmed("a")).isTrue();
        assertThat(moving.hasCalmed("a")).isFalse();
        moving.settled("b");
        assertThat(moving.hasCalmed("b")).as("one that always stood still").isFalse();
    }

    @Test
    void events_of_one_that_is_being_written_lead_to_a_look_each_second_at_most() {
        Backlog backlog = new Backlog(now::get);
        List<Touched> event = List.of(Touched.entry("a"));
        step();
        moving.changed("a", 0);
        for (int look = 0; look < 5; look++) {
            step();
        }
        int looks = 0;
        for (int i = 0; i < 200; i++) {
            moving.add(event, backlog);
            after(50);
            if (backlog.wake()) {
                looks++;
                backlog.take();
                assertThat(step()).isEqualTo(Step.WAIT);
            }
        }
        assertThat(looks).as("looks in 10 seconds").isBetween(9, 11);

        moving.add(List.of(Touched.name("a"), Touched.entry("b")), backlog);
        assertThat(backlog.take()).as("a new name, and others").hasSize(2);
        moving.settled("a");
        moving.add(event, backlog);
        assertThat(backlog.take()).as("it stands still").isEqualTo(event);
    }

    @Test
    void one_that_is_found_to_stand_still_is_looked_at_when_it_has_stood_long_enough() {
        step();
        moving.changed("a", 0);
        step();
        step();
        step();
        assertThat(moving.next("a", same(), false, TICK).pause()).isEqualTo(Duration.ofMillis(100));
    }

    private Step step() {
        changed++;
        return moving.next("a", same(), false, TICK).step();
    }

    private Stat same() {
        return new Stat(Stat.Kind.FILE, 0644, 5, Time.ofNanos(changed), changed, 1, 1);
    }

    private void after(long milliseconds) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }
}
