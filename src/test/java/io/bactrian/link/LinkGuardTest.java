package io.bactrian.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import io.bactrian.change.Guard;
import io.bactrian.change.Loss;
import io.bactrian.change.Touched;
import io.bactrian.change.Witness;
import org.junit.jupiter.api.Test;

class LinkGuardTest {
    private static final Loss LOSS = new Loss(600, 1000, List.of("a"));

    private final List<String> later = new ArrayList<>();
    private long now;
    private final LinkGuard guard = new LinkGuard(Guard.USUAL, () -> now);

    @Test
    void rests_when_it_has_tripped_and_looks_again_after_a_while() {
        guard.looks();
        guard.trip("why", LOSS);

        assertThat(guard.rests()).isTrue();
        pass(Duration.ofSeconds(5));
        assertThat(guard.rests()).isFalse();
        assertThat(guard.tripped()).contains("why");
    }

    @Test
    void rests_longer_where_a_look_takes_long() {
        guard.looks();
        pass(Duration.ofSeconds(2));
        guard.trip("why", LOSS);

        pass(Duration.ofSeconds(39));
        assertThat(guard.rests()).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(guard.rests()).isFalse();
    }

    @Test
    void lets_go_what_was_announced_and_no_more_than_that() {
        guard.trip("why", LOSS);

        assertThat(guard.release()).contains(LOSS);

        assertThat(guard.rests()).isFalse();
        assertThat(guard.rule().stops(600, 1000)).isFalse();
        assertThat(guard.rule().stops(601, 1000)).isTrue();
    }

    @Test
    void a_word_is_used_up_when_all_is_sent() {
        guard.trip("why", LOSS);
        guard.release();

        guard.passed();

        assertThat(guard.rule()).isEqualTo(Guard.USUAL);
        assertThat(guard.tripped()).isEmpty();
    }

    @Test
    void a_word_outlasts_the_targets_own_guard() {
        guard.trip("why", LOSS);
        guard.release();

        guard.trippedThere("there");

        assertThat(guard.rule().stops(600, 1000)).isFalse();
        assertThat(guard.release()).isEmpty();
        assertThat(guard.tripped()).contains("there");
    }

    @Test
    void says_the_same_once() {
        guard.trip("why", LOSS);
        assertThat(guard.hasSaid("why; more")).isFalse();
        guard.trip("why", LOSS);
        assertThat(guard.hasSaid("why; more")).isTrue();
        assertThat(guard.hasSaid("something else")).isFalse();
    }

    /** A turn that failed is made again at once, in which the watch has had no time to tell of anything. */
    @Test
    void what_is_missing_from_a_watched_source_is_believed_when_it_still_is_after_a_while() {
        assertThat(endedWithLoss()).isEmpty();
        assertThat(later).containsExactly(Touched.EVERYTHING.path());
        pass(Duration.ofMillis(10));
        assertThat(endedWithLoss()).as("too soon").isEmpty();
        assertThat(guard.tripped()).isEmpty();
        pass(Duration.ofMillis(500));

        assertThat(endedWithLoss()).hasValueSatisfying(why -> assertThat(why).contains("600 of 1000", "--mirror m"));
        assertThat(guard.tripped()).isPresent();
    }

    @Test
    void what_a_person_has_allowed_is_not_doubted() {
        guard.by(() -> OptionalLong.of(now));
        guard.begin(guard.rule(), Witness.NONE, 1000, true);
        assertThat(guard.care().doubts()).isPresent();
        guard.trip("why", LOSS);
        guard.release();

        guard.begin(guard.rule(), Witness.NONE, 1000, true);

        assertThat(guard.care().doubts()).isEmpty();
    }

    private Optional<String> endedWithLoss() {
        guard.begin(Guard.USUAL, Witness.NONE, 1000, true);
        guard.waits(LOSS);
        return guard.ended(true, true, "m", (path, after) -> later.add(path));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
