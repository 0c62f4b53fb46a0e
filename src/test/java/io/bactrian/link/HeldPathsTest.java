package io.bactrian.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.change.TouchedPath;
import io.bactrian.plan.Backlog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldPathsTest {
    private final AtomicLong now = new AtomicLong();
    private final HeldPaths troubles = new HeldPaths(Duration.ofSeconds(1), now::get);
    private final Backlog backlog = new Backlog();

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            troubles.add("m", "f" + i, "the disk is full");
        }
        now.addAndGet(TimeUnit.SECONDS.toNanos(6));
    }

    @Test
    void retries_a_few_one_by_one() {
        add(3);
        assertThat(troubles.wake(backlog)).isTrue();
        assertThat(backlog.take()).extracting(TouchedPath::path).containsExactly("f0", "f1", "f2");
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "500, 2500", "1000, 5000", "60000, 5000"})
    void retries_after_five_times_the_longest_pause_between_requests_within_1_to_5_s(long longest, long after) {
        HeldPaths held = new HeldPaths(Duration.ofMillis(longest), now::get);
        held.add("m", "f", "the disk is full");
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(after) - 1);
        assertThat(held.wake(backlog)).isFalse();
        now.incrementAndGet();
        assertThat(held.wake(backlog)).isTrue();
    }

    @Test
    void forgets_none_beyond_its_limit() {
        add(10_001);
        assertThat(troubles.wake(backlog)).isTrue();
        assertThat(backlog.take()).containsExactly(TouchedPath.EVERYTHING);
        troubles.retryDone();
        add(10_000);
        assertThat(troubles.wake(backlog)).isTrue();
        assertThat(backlog.take()).hasSize(10_000).doesNotContain(TouchedPath.EVERYTHING);
    }
}
