package io.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.change.Change;
import io.bactrian.compare.ComparisonListener;
import io.bactrian.change.PlannedChange;
import io.bactrian.plan.Work.Stretch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ComparisonRunTest {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final AtomicInteger found = new AtomicInteger();
    private final List<Throwable> failures = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        executor.shutdownNow();
        assertThat(executor.awaitTermination(9, TimeUnit.SECONDS)).as("the comparison ended").isTrue();
    }

    @Test
    void findings_are_read_in_their_order_in_stretches_of_bounded_length() {
        ComparisonRun run = run(findings -> find(findings, ComparisonRun.ENTRIES + 3));

        List<Stretch> stretches = new ArrayList<>();
        run.forEachRemaining(work -> stretches.add((Stretch) work));

        assertThat(stretches).extracting(is -> is.planned().size()).containsExactly(ComparisonRun.ENTRIES, 3);
        assertThat(stretches.stream().flatMap(is -> is.planned().stream()).map(is -> is.change().path()))
                .hasSize(found.get()).startsWith("r0", "r1").endsWith("r" + (found.get() - 1));
    }

    @Test
    void the_comparison_waits_for_its_reader() {
        ComparisonRun run = run(findings -> find(findings, 100 * ComparisonRun.ENTRIES));

        Awaitility.await().atMost(Duration.ofSeconds(9)).until(() -> found.get() >= 3 * ComparisonRun.ENTRIES - 1);
        run.next();
        assertThat(found).hasValueLessThan(10 * ComparisonRun.ENTRIES);
        run.close();
    }

    @Test
    void a_failure_is_told_after_what_was_found_before() {
        assertFailure(new IOException("the disk is gone"));
    }

    @Test
    void an_error_is_told_too() {
        assertFailure(new StackOverflowError("too deep"));
    }

    @Test
    void a_comparison_that_somebody_else_cancelled_is_not_taken_for_whole() {
        assertFailure(new CancellationException("its thread is interrupted"));
    }

    private void assertFailure(Throwable why) {
        ComparisonRun run = run(findings -> {
            find(findings, ComparisonRun.ENTRIES);
            if (why instanceof Error error) {
                throw error;
            }
            throw (Exception) why;
        });

        run.next();
        assertThat(failures).isEmpty();
        assertThat(run.hasNext()).isFalse();
        assertThat(failures).singleElement().satisfies(is -> assertThat(is).isInstanceOf(ComparisonRun.FailedException.class)
                .hasMessageContaining(why.getMessage()).hasCause(why));
    }

    @Test
    void closing_ends_the_comparison_and_it_changes_the_view_no_more() throws Exception {
        AtomicInteger moved = new AtomicInteger();
        ComparisonRun run = run(findings -> {
            for (int i = 0;; i++) {
                findings.move(new Change.Move("a" + i, "b" + i), moved::incrementAndGet);
            }
        });
        run.next();
        run.close();
        int then = moved.get();

        assertThat(run.hasNext()).isFalse();
        executor.submit(() -> { }).get(9, TimeUnit.SECONDS);
        assertThat(moved).hasValue(then);
        assertThat(failures).isEmpty();
    }

    private ComparisonRun run(ComparisonRun.Finder finder) {
        return new ComparisonRun(executor, finder, new NoNotices(), failures::add);
    }

    private void find(ComparisonListener findings, int count) {
        for (int i = 0; i < count; i++) {
            findings.change(new PlannedChange(new Change.Remove("r" + i), Optional.empty()));
            found.incrementAndGet();
        }
    }
}
