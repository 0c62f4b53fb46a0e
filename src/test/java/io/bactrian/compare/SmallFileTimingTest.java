package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;

class SmallFileTimingTest {
    private static final long MILLISECOND = 1_000_000;
    private static final int SIZE = 64 << 10;
    private final SmallFileTiming files = new SmallFileTiming();

    @Test
    void starts_to_count_reads_again_after_an_unchanged_file() {
        files.changedAgain("a");
        files.changedAgain("a");
        files.unchanged("a");

        assertThat(files.changedAgain("a")).isEqualTo(1);
    }

    @Test
    void trusts_a_change_time_once_it_was_seen_for_longer_than_a_tick() {
        assertThat(files.hasSettled("a", changed(5), 100, 20)).isFalse();
        files.unchanged("a");
        assertThat(files.hasSettled("a", changed(5), 120, 20)).as("a tick").isFalse();
        assertThat(files.hasSettled("a", changed(5), 121, 20)).isTrue();
        assertThat(files.hasSettled("a", changed(6), 200, 20)).as("another").isFalse();
        assertThat(files.hasSettled("a", changed(6), 221, 20)).isTrue();
    }

    @Test
    void sends_a_changing_small_file_at_once_for_a_while_and_then_seldom() {
        long now = 1;
        int first = 0;
        int last = 0;
        for (int write = 1; write <= 12_000; write++, now += 50 * MILLISECOND) {
            if (files.rest("a", now).isZero()) {
                files.sent("a", stat(write * 50), held((write - 1) * 50), now);
                first += write <= 200 ? 1 : 0;
                last += write > 10_800 ? 1 : 0;
            }
        }
        assertThat(first).as("of 200 in the first 10 s").isEqualTo(200);
        assertThat(last).as("of 1,200 in the last 60 s: 3 s of 8.3 ms each").isBetween(250, 370);
        assertThat(files.rest("b", now)).isZero();
        assertThat(files.rest("a", now + Duration.ofSeconds(1).toNanos())).as("after a pause").isZero();
    }

    /** Temporary files: each is looked at once, and is gone before it was settled. */
    @Test
    void keeps_nothing_of_temporary_files() {
        long now = 1;
        for (int file = 0; file < 10 * SmallFileTiming.LIMIT; file++, now += 100 * MILLISECOND) {
            files.hasSettled("t" + file, changed(5), now, 20);
            files.changedAgain("t" + file);
        }
        assertThat(files.size()).isLessThan(3 * SmallFileTiming.LIMIT);
    }

    @Test
    void sends_a_file_that_changes_now_and_then_at_once() {
        for (int write = 1; write <= 5_000; write++) {
            files.sent("a", stat(write * 1000), held((write - 1) * 1000), 1);
            assertThat(files.rest("a", 1)).isZero();
        }
    }

    @Test
    void does_not_trust_the_change_time_of_another_file_of_the_same_name() {
        assertThat(files.hasSettled("a", changed(5), 100, 20)).isFalse();
        assertThat(files.hasSettled("a", new Stat(Stat.Kind.FILE, 0644, 1, Time.ofNanos(1), 5, 8, 1), 200, 20)).isFalse();
    }

    @Test
    void is_sent_in_doubt_once_in_a_run_that_ends_by_itself() {
        assertThat(files.isFirst("a")).isTrue();
        assertThat(files.isFirst("a")).isFalse();
        assertThat(files.isFirst("b")).isTrue();
    }

    @Test
    void starts_anew_with_a_file_that_was_settled() {
        files.changedAgain("a");
        files.hasSettled("a", changed(5), 100, 20);
        files.settled("a");

        assertThat(files.size()).isZero();
        assertThat(files.changedAgain("a")).isEqualTo(1);
        assertThat(files.hasSettled("a", changed(5), 200, 20)).isFalse();
    }

    @Test
    void counts_no_file_whose_changes_are_a_second_apart_or_whose_time_goes_back() {
        files.sent("a", stat(1_000), held(0), 1);
        files.sent("a", stat(0), held(0), 1);
        files.sent("a", stat(0), held(5), 1);
        files.sent("a", stat(0), Optional.empty(), 1);
        assertThat(files.size()).isZero();

        files.sent("a", stat(999), held(0), 1);
        assertThat(files.size()).isEqualTo(1);
    }

    @Test
    void keeps_a_bounded_number_of_files_that_keep_changing() {
        for (int file = 0; file <= SmallFileTiming.LIMIT; file++) {
            files.sent("f" + file, stat(50), held(0), 1);
        }
        assertThat(files.size()).isEqualTo(SmallFileTiming.LIMIT);

        files.sent("late", stat(50), held(0), Duration.ofMinutes(1).toNanos());
        assertThat(files.size()).as("pauses have made up for the others").isEqualTo(1);
    }

    @Test
    void postpones_a_file_for_as_long_as_it_must_rest() {
        List<Duration> pauses = new ArrayList<>();
        Notices notices = new Notices() {
            @Override
            public void lookAgain(String path, Duration after) {
                pauses.add(after);
            }

            @Override
            public void trouble(String path, String why) {
                throw new AssertionError(why);
            }

            @Override
            public void skipped(String path, String what) {
                throw new AssertionError(what);
            }
        };
        assertThat(files.isPostponed("a", 1, notices)).isFalse();
        while (files.rest("a", 1).isZero()) {
            files.sent("a", stat(50), held(0), 1);
        }

        assertThat(files.isPostponed("a", 1, notices)).isTrue();
        assertThat(pauses).containsExactly(files.rest("a", 1));
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
