package io.bactrian.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import io.bactrian.change.RemovalLimit;
import io.bactrian.change.RemovalSummary;
import io.bactrian.change.TouchedPath;
import io.bactrian.compare.ObservedRemovals;
import org.junit.jupiter.api.Test;

class LinkGuardTest {
    private static final RemovalSummary LOSS = new RemovalSummary(600, 1000, List.of("a"));

    private final List<String> later = new ArrayList<>();
    private long now;
    private final LinkGuard guard = new LinkGuard(RemovalLimit.DEFAULT, () -> now);

    @Test
    void pauses_when_it_has_tripped_and_compares_again_after_a_while() {
        guard.comparisonBegins();
        guard.trip("why", LOSS);

        assertThat(guard.isPausing()).isTrue();
        pass(Duration.ofSeconds(5));
        assertThat(guard.isPausing()).isFalse();
        assertThat(guard.tripped()).contains("why");
    }

    @Test
    void pauses_longer_if_a_comparison_takes_long() {
        guard.comparisonBegins();
        pass(Duration.ofSeconds(2));
        guard.trip("why", LOSS);

        pass(Duration.ofSeconds(39));
        assertThat(guard.isPausing()).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(guard.isPausing()).isFalse();
    }

    @Test
    void approves_what_was_announced_and_no_more() {
        guard.trip("why", LOSS);

        assertThat(guard.release()).contains(LOSS);

        assertThat(guard.isPausing()).isFalse();
        assertThat(guard.limit().isExceeded(600, 1000)).isFalse();
        assertThat(guard.limit().isExceeded(601, 1000)).isTrue();
    }

    @Test
    void an_approval_is_used_up_when_everything_is_sent() {
        guard.trip("why", LOSS);
        guard.release();

        guard.passed();

        assertThat(guard.limit()).isEqualTo(RemovalLimit.DEFAULT);
        assertThat(guard.tripped()).isEmpty();
    }

    @Test
    void an_approval_outlasts_the_targets_own_guard() {
        guard.trip("why", LOSS);
        guard.release();

        guard.trippedThere("there");

        assertThat(guard.limit().isExceeded(600, 1000)).isFalse();
        assertThat(guard.release()).isEmpty();
        assertThat(guard.tripped()).contains("there");
    }

    @Test
    void logs_the_same_message_once() {
        guard.trip("why", LOSS);
        assertThat(guard.hasLogged("why; more")).isFalse();
        guard.trip("why", LOSS);
        assertThat(guard.hasLogged("why; more")).isTrue();
        assertThat(guard.hasLogged("something else")).isFalse();
    }

    /** A turn that failed is made again at once, in which the watch has had no time to tell of anything. */
    @Test
    void trips_for_a_watched_source_only_after_a_second_comparison() {
        assertThat(endedWithLoss()).isEmpty();
        assertThat(later).containsExactly(TouchedPath.EVERYTHING.path());
        pass(Duration.ofMillis(10));
        assertThat(endedWithLoss()).as("too soon").isEmpty();
        assertThat(guard.tripped()).isEmpty();
        pass(Duration.ofMillis(500));

        assertThat(endedWithLoss()).hasValueSatisfying(why -> assertThat(why).contains("600 of 1000", "--mirror m"));
        assertThat(guard.tripped()).isPresent();
    }

    @Test
    void an_approval_needs_no_confirmation_by_the_watch() {
        guard.watchedBy(() -> OptionalLong.of(now));
        guard.begin(guard.limit(), ObservedRemovals.NONE, 1000, true);
        assertThat(guard.policy().unconfirmed()).isPresent();
        guard.trip("why", LOSS);
        guard.release();

        guard.begin(guard.limit(), ObservedRemovals.NONE, 1000, true);

        assertThat(guard.policy().unconfirmed()).isEmpty();
    }

    private Optional<String> endedWithLoss() {
        guard.begin(RemovalLimit.DEFAULT, ObservedRemovals.NONE, 1000, true);
        guard.removalsWait(LOSS);
        return guard.ended(true, true, "m", (path, after) -> later.add(path));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
