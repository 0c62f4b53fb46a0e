package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.tree.Stat;
import org.junit.jupiter.api.Test;

class UnsettledTest {
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

    private static Stat changed(long changed) {
        return new Stat(Stat.Kind.FILE, 0644, 1, 1, changed, 7, 1);
    }
}
