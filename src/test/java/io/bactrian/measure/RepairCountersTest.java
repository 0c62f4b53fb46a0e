package io.bactrian.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RepairCountersTest {
    private final RepairCounters repairs = new RepairCounters();

    @Test
    void a_change_at_the_path_of_a_finding_counts_as_its_repair() {
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
