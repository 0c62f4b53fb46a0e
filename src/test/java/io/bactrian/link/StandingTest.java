package io.bactrian.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.change.Backlog;
import io.bactrian.change.Touched;
import io.bactrian.watch.WatchState;
import org.junit.jupiter.api.Test;

/** When a link may be said to be in step, and what makes it so again. */
class StandingTest {
    private static final Instant EARLIER = Instant.ofEpochSecond(1000);
    private static final Instant LATER = Instant.ofEpochSecond(2000);

    private final AtomicLong nanos = new AtomicLong(1L << 40);
    private final Backlog backlog = new Backlog();
    private Optional<WatchState> watched = seeing(EARLIER);
    private Sights sights = sights(false);

    private Sights sights(boolean once) {
        Sights made = new Sights(once, nanos::get);
        made.by(() -> watched);
        return made;
    }

    private static Optional<WatchState> seeing(Instant since) {
        return Optional.of(new WatchState(Path.of("/s"), "", 1, since));
    }

    private static Optional<WatchState> blind() {
        return Optional.of(new WatchState(Path.of("/s"), "changes are not seen: a test", 0, LATER));
    }

    private Standing standing() {
        return new Standing(true, sights.seeing(), sights.under(), sights.blindness(), false, sights.fault().isPresent(),
                false, "waiting");
    }

    private void compareAll() {
        sights.takes(List.of(Touched.EVERYTHING));
        sights.compared();
    }

    private void passes(long seconds) {
        nanos.addAndGet(seconds * 1_000_000_000);
    }

    /** Every combination of what has to be true: in step is said of one alone. */
    @Test
    void in_step_needs_all_of_it() {
        List<Standing> inStep = new ArrayList<>();
        for (int bits = 0; bits < 1 << 7; bits++) {
            Standing standing = new Standing((bits & 1) == 0,
                    (bits & 2) == 0 ? Optional.of(EARLIER) : Optional.empty(),
                    (bits & 4) == 0 ? Optional.of(EARLIER) : Optional.of(LATER),
                    (bits & 8) == 0 ? Optional.empty() : Optional.of("blind"), (bits & 16) != 0, (bits & 32) != 0,
                    (bits & 64) != 0, "sending");
            assertThat(standing.state().equals("in step")).isEqualTo(standing.inStep());
            if (standing.inStep()) {
                inStep.add(standing);
            }
        }
        assertThat(inStep).hasSize(1);
    }

    @Test
    void what_nobody_watches_is_not_in_step() {
        watched = Optional.empty();
        compareAll();
        assertThat(standing().inStep()).isFalse();
        assertThat(standing().state()).isEqualTo("blind");
    }

    @Test
    void a_run_that_ends_by_itself_needs_no_watch() {
        sights = sights(true);
        watched = Optional.empty();
        compareAll();
        assertThat(standing().state()).isEqualTo("in step");
    }

    @Test
    void what_was_compared_before_it_was_watched_is_compared_again() {
        watched = Optional.empty();
        compareAll();
        watched = seeing(LATER);
        assertThat(standing().inStep()).isFalse();
        assertThat(sights.wake(backlog)).isTrue();
        assertThat(backlog.take()).containsExactly(Touched.EVERYTHING);
        compareAll();
        assertThat(standing().inStep()).isTrue();
        assertThat(sights.wake(backlog)).isFalse();
    }

    @Test
    void after_blindness_all_is_compared() {
        compareAll();
        assertThat(standing().inStep()).isTrue();
        watched = blind();
        assertThat(standing().state()).isEqualTo("blind");
        compareAll();
        assertThat(standing().inStep()).isFalse();
        watched = seeing(LATER);
        assertThat(standing().inStep()).isFalse();
        assertThat(sights.wake(backlog)).isTrue();
        compareAll();
        assertThat(standing().inStep()).isTrue();
    }

    @Test
    void blindness_during_the_comparison_is_not_forgotten() {
        sights.takes(List.of(Touched.EVERYTHING));
        watched = seeing(LATER);
        sights.compared();
        assertThat(standing().inStep()).isFalse();
    }

    @Test
    void after_a_fault_all_is_compared_with_pauses_that_double() {
        compareAll();
        sights.faulted("a test", new StackOverflowError());
        assertThat(standing().inStep()).isFalse();
        assertThat(sights.fault()).hasValueSatisfying(is -> assertThat(is.what()).contains("a test", "StackOverflowError"));
        assertThat(sights.wake(backlog)).isFalse();
        passes(1);
        assertThat(sights.wake(backlog)).isTrue();
        compareAll();
        assertThat(standing().inStep()).isTrue();

        sights.faulted("a test", new OutOfMemoryError());
        passes(1);
        assertThat(sights.wake(backlog)).isFalse();
        passes(1);
        assertThat(sights.wake(backlog)).isTrue();
    }

    @Test
    void a_fault_during_the_comparison_asks_for_another() {
        sights.takes(List.of(Touched.EVERYTHING));
        sights.faulted("a test", new StackOverflowError());
        sights.compared();
        assertThat(standing().inStep()).isFalse();
        passes(1);
        assertThat(sights.wake(backlog)).isTrue();
    }
}
