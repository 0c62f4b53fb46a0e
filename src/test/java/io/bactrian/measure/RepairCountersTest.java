package io.bactrian.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RepairCountersTest {
    private final RepairCounters repairs = new RepairCounters();

    @Test
    void what_a_scrub_found_is_repaired_when_a_change_is_made_there() {
        repairs.found("a/b", true);
        repairs.found("a/b/c", true);
        repairs.found("a/bc", true);
        repairs.found("told", false);

        repairs.changed("told", false);
        repairs.changed("a/b", false);
        repairs.changed("a/b", false);
        assertThat(repairs.status().found()).isEqualTo(4);
        assertThat(repairs.status().repaired()).isEqualTo(1);

        repairs.changed("a/b", true);
        assertThat(repairs.status().repaired()).isEqualTo(2);
        repairs.changed("a/bc", true);
        assertThat(repairs.status().repaired()).isEqualTo(3);
        assertThat(repairs.status().last()).isEmpty();
        repairs.ended();
        assertThat(repairs.status().last()).isPresent();
    }
}
