package io.bactrian.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.change.TouchedPath;
import io.bactrian.plan.Backlog;
import org.junit.jupiter.api.Test;

class HeldPathsTest {
    private final AtomicLong now = new AtomicLong();
    private final HeldPaths troubles = new HeldPaths(now::get);
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
