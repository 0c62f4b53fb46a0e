package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class RemovalSummaryTest {
    @Test
    void says_number_and_share_and_names_some_of_the_paths() {
        assertThat(new RemovalSummary(2, 3, List.of("a", "b"))).hasToString("2 of 3 entries (67 %), among them a, b");
        assertThat(new RemovalSummary(1, 1, List.of("a"))).hasToString("1 of 1 entry (100 %), among them a");
        assertThat(new RemovalSummary(0, 0, List.of("a"))).as("of an empty target").hasToString("0 of 0 entries (0 %), among them a");
    }

    @Test
    void names_five_paths_at_most() {
        assertThat(new RemovalSummary(6, 9, List.of("a", "b", "c", "d", "e", "f")).first()).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void the_guard_says_what_would_be_removed() {
        RemovalSummary removals = new RemovalSummary(2, 3, List.of("a", "b"));

        assertThat(new GuardTrippedException(removals)).hasMessage("guard tripped: this would remove 2 of 3 entries (67 %), among them a, b");
        assertThat(new GuardTrippedException("the source is empty", removals).removals()).isEqualTo(removals);
    }
}
