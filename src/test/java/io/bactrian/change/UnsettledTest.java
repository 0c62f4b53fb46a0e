package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnsettledTest {
    private static final long MILLISECOND = 1_000_000;
    private static final int SIZE = 64 << 10;
    private final Unsettled unsettled = new Unsettled();

    @Test
    void a_file_that_stood_still_once_is_given_all_patience_again() {
        unsettled.again("a");
        unsettled.again("a");
        unsettled.stood("a");

        assertThat(unsettled.again("a")).isEqualTo(1);
    }

    @Test
    void a_change_time_stands_once_it_was_seen_for_longer_than_a_tick_though_the_file_stood_still_meanwhile() {
        assertThat(unsettled.stands("a", changed(5), 100, 20)).isFalse();
        unsettled.stood("a");
        assertThat(unsettled.stands("a", changed(5), 120, 20)).as("a tick").isFalse();
        assertThat(unsettled.stands("a", changed(5), 121, 20)).isTrue();
        assertThat(unsettled.stands("a", changed(6), 200, 20)).as("another").isFalse();
        assertThat(unsettled.stands("a", changed(6), 221, 20)).isTrue();
    }

    @Test
    void a_small_file_that_changes_all_the_time_is_sent_at_once_for_a_while_and_then_so_seldom_that_it_is_cheap() {
        long now = 1;
        int first = 0;
        int last = 0;
        for (int write = 1; write <= 12_000; write++, now += 50 * MILLISECOND) {
            if (unsettled.rest("a", now).isZero()) {
                unsettled.sent("a", stat(write * 50), held((write - 1) * 50), now);
                first += write <= 200 ? 1 : 0;
                last += write > 10_800 ? 1 : 0;
            }
        }
        assertThat(first).as("of 200 in the first 10 s").isEqualTo(200);
        assertThat(last).as("of 1,200 in the last 60 s: 3 s of 8.3 ms each").isBetween(250, 370);
        assertThat(unsettled.rest("b", now)).isZero();
        assertThat(unsettled.rest("a", now + Duration.ofSeconds(1).toNanos())).as("after a pause").isZero();
    }

    /** Temporary files: each is looked at once, and is gone before it was settled. */
    @Test
    void of_files_that_live_for_a_moment_nothing_is_left() {
        long now = 1;
        for (int file = 0; file < 10 * Unsettled.LIMIT; file++, now += 100 * MILLISECOND) {
            unsettled.stands("t" + file, changed(5), now, 20);
            unsettled.again("t" + file);
        }
        assertThat(unsettled.size()).isLessThan(3 * Unsettled.LIMIT);
    }

    @Test
    void one_that_changes_now_and_then_is_always_sent_at_once() {
        for (int write = 1; write <= 5_000; write++) {
            unsettled.sent("a", stat(write * 1000), held((write - 1) * 1000), 1);
            assertThat(unsettled.rest("a", 1)).isZero();
        }
    }

    private static Stat changed(long changed) {
        return new Stat(Stat.Kind.FILE, 0644, 1, Time.ofNanos(1), changed, 7, 1);
    }

    private static Stat stat(long milliseconds) {
        return new Stat(Stat.Kind.FILE, 0644, SIZE, Time.ofNanos(milliseconds * MILLISECOND), 1, 1, 1);
    }

    private static Optional<IndexEntry> held(long milliseconds) {
        return Optional.of(new IndexEntry(new Entry.File("a", 0644, Time.ofNanos(milliseconds * MILLISECOND), SIZE, Digest.EMPTY), 1, 1));
    }
}
