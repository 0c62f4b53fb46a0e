package io.bactrian.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.change.Backlog;
import io.bactrian.change.Touched;
import org.junit.jupiter.api.Test;

class TroublesTest {
    private final AtomicLong now = new AtomicLong();
    private final Troubles troubles = new Troubles(now::get);
    private final Backlog backlog = new Backlog();

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            troubles.add("m", "f" + i, "the disk is full");
        }
        now.addAndGet(TimeUnit.SECONDS.toNanos(6));
    }

    @Test
    void a_few_are_tried_again_one_by_one() {
        add(3);
        assertThat(troubles.wake(backlog)).isTrue();
        assertThat(backlog.take()).extracting(Touched::path).containsExactly("f0", "f1", "f2");
    }

    @Test
    void of_more_than_can_be_kept_none_is_forgotten() {
        add(10_001);
        assertThat(troubles.wake(backlog)).isTrue();
        assertThat(backlog.take()).containsExactly(Touched.EVERYTHING);
        troubles.triedAgain();
        add(10_000);
        assertThat(troubles.wake(backlog)).isTrue();
        assertThat(backlog.take()).hasSize(10_000).doesNotContain(Touched.EVERYTHING);
    }
}
