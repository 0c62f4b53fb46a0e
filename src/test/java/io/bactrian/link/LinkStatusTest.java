package io.bactrian.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.change.TouchedPath;
import io.bactrian.plan.Backlog;
import io.bactrian.watch.WatchState;
import org.junit.jupiter.api.Test;

/** When a link may be said to be in step, and what makes it so again. */
class LinkStatusTest {
    private static final Instant EARLIER = Instant.ofEpochSecond(1000);
    private static final Instant LATER = Instant.ofEpochSecond(2000);

    private final AtomicLong nanos = new AtomicLong(1L << 40);
    private final Backlog backlog = new Backlog();
    private Optional<WatchState> watched = seeing(EARLIER);
    private WatchCoverage coverage = coverage(false);

    private WatchCoverage coverage(boolean once) {
        WatchCoverage made = new WatchCoverage(once, nanos::get);
        made.watchedBy(() -> watched);
        return made;
    }

    private static Optional<WatchState> seeing(Instant since) {
        return Optional.of(new WatchState(Path.of("/s"), "", 1, since));
    }

    private static Optional<WatchState> blind() {
        return Optional.of(new WatchState(Path.of("/s"), "changes are not seen: a test", 0, LATER));
    }

    private LinkStatus status() {
        return new LinkStatus(true, coverage.watchedSince(), coverage.comparedSince(), coverage.blindness(), false, coverage.fault().isPresent(),
                false, "waiting");
    }

    private void compareAll() {
        coverage.takes(List.of(TouchedPath.EVERYTHING));
        coverage.compared();
    }

    private void passes(long seconds) {
        nanos.addAndGet(seconds * 1_000_000_000);
    }

    /** Every combination of what has to be true: in step is said of one alone. */
    @Test
    void in_step_needs_every_condition() {
        List<LinkStatus> inStep = new ArrayList<>();
        for (int bits = 0; bits < 1 << 7; bits++) {
            LinkStatus standing = new LinkStatus((bits & 1) == 0,
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
    void an_unwatched_source_is_not_in_step() {
        watched = Optional.empty();
        compareAll();
        assertThat(status().inStep()).isFalse();
        assertThat(status().state()).isEqualTo("blind");
    }

    @Test
    void a_run_with_once_needs_no_watch() {
        coverage = coverage(true);
        watched = Optional.empty();
        compareAll();
        assertThat(status().state()).isEqualTo("in step");
    }

    @Test
    void compares_again_once_the_source_is_watched() {
        watched = Optional.empty();
        compareAll();
        watched = seeing(LATER);
        assertThat(status().inStep()).isFalse();
        assertThat(coverage.wake(backlog)).isTrue();
        assertThat(backlog.take()).containsExactly(TouchedPath.EVERYTHING);
        compareAll();
        assertThat(status().inStep()).isTrue();
        assertThat(coverage.wake(backlog)).isFalse();
    }

    @Test
    void compares_everything_after_blindness() {
        compareAll();
        assertThat(status().inStep()).isTrue();
        watched = blind();
        assertThat(status().state()).isEqualTo("blind");
        compareAll();
        assertThat(status().inStep()).isFalse();
        watched = seeing(LATER);
        assertThat(status().inStep()).isFalse();
        assertThat(coverage.wake(backlog)).isTrue();
        compareAll();
        assertThat(status().inStep()).isTrue();
    }

    @Test
    void compares_again_after_blindness_during_the_comparison() {
        coverage.takes(List.of(TouchedPath.EVERYTHING));
        watched = seeing(LATER);
        coverage.compared();
        assertThat(status().inStep()).isFalse();
    }

    @Test
    void compares_everything_after_faults_with_pauses_that_double() {
        compareAll();
        coverage.faulted("a test", new StackOverflowError());
        assertThat(status().inStep()).isFalse();
        assertThat(coverage.fault()).hasValueSatisfying(is -> assertThat(is.what()).contains("a test", "StackOverflowError"));
        assertThat(coverage.wake(backlog)).isFalse();
        passes(1);
        assertThat(coverage.wake(backlog)).isTrue();
        compareAll();
        assertThat(status().inStep()).isTrue();

        coverage.faulted("a test", new OutOfMemoryError());
        passes(1);
        assertThat(coverage.wake(backlog)).isFalse();
        passes(1);
        assertThat(coverage.wake(backlog)).isTrue();
    }

    @Test
    void compares_again_after_a_fault_during_the_comparison() {
        coverage.takes(List.of(TouchedPath.EVERYTHING));
        coverage.faulted("a test", new StackOverflowError());
        coverage.compared();
        assertThat(status().inStep()).isFalse();
        passes(1);
        assertThat(coverage.wake(backlog)).isTrue();
    }
}
