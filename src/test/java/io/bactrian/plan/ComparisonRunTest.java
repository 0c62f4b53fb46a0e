package io.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.change.RemovalSummary;
import io.bactrian.compare.ComparisonListener;
import io.bactrian.compare.Notices;
import io.bactrian.index.IndexEntry;
import io.bactrian.plan.Work.Stretch;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class ComparisonRunTest {
    private static final Stat STAT = new Stat(Stat.Kind.FILE, 0644, 5, Time.ofNanos(1), 1, 1, 1);

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final AtomicInteger found = new AtomicInteger();
    private final List<Throwable> failures = new ArrayList<>();
    private final List<String> notices = new CopyOnWriteArrayList<>();

    private final class Recorder implements Notices {
        @Override
        public void trouble(String path, String why) {
            notices.add("trouble " + path + ": " + why);
        }

        @Override
        public void unlisted(String path, String why) {
            notices.add("unlisted " + path + ": " + why);
        }

        @Override
        public void skipped(String path, String what) {
            notices.add("skipped " + path + ": " + what);
        }

        @Override
        public void written(String path) {
            notices.add("written " + path);
        }

        @Override
        public void compared(long size) {
            notices.add("compared " + size);
        }

        @Override
        public void waits(RemovalSummary loss) {
            notices.add("waits " + loss.count());
        }

        @Override
        public void replaced(String directory) {
            notices.add("replaced " + directory);
        }

        @Override
        public void lookAgain(String path, Duration after) {
            notices.add("again " + path + " after " + after);
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        executor.shutdownNow();
        assertThat(executor.awaitTermination(60, TimeUnit.SECONDS)).as("the comparison ended").isTrue();
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

        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> found.get() >= 3 * ComparisonRun.ENTRIES - 1);
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
        executor.submit(() -> { }).get(60, TimeUnit.SECONDS);
        assertThat(moved).hasValue(then);
        assertThat(failures).isEmpty();
    }

    @Test
    void notices_are_passed_on_as_they_come() {
        ComparisonRun run = run(findings -> {
            findings.trouble("a", "cannot be read");
            findings.unlisted("b", "no UTF-8");
            findings.skipped("c", "a FIFO");
            findings.written("d");
            findings.compared(5);
            findings.waits(new RemovalSummary(7, 9, List.of()));
            findings.replaced("e");
            findings.lookAgain("f", Duration.ofSeconds(1));
        });

        assertThat(run.hasNext()).isFalse();
        assertThat(notices).containsExactly("trouble a: cannot be read", "unlisted b: no UTF-8", "skipped c: a FIFO", "written d",
                "compared 5", "waits 7", "replaced e", "again f after PT1S");
    }

    @Test
    void large_files_are_told_at_once_so_that_their_upload_begins_early() {
        ComparisonRun run = run(findings -> {
            find(findings, 1);
            findings.upload("large", STAT);
            findings.uploadInOnePass("log", STAT);
        });

        assertThat(run.next()).isEqualTo(new Work.Upload("large", STAT, false));
        assertThat(run.next()).isEqualTo(new Work.Upload("log", STAT, true));
        assertThat(((Stretch) run.next()).planned()).hasSize(1);
        assertThat(run.hasNext()).isFalse();
        assertThatThrownBy(run::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void a_stretch_is_bounded_by_its_content_too() {
        byte[] content = new byte[600 << 10];
        ComparisonRun run = run(findings -> {
            for (int i = 0; i < 3; i++) {
                findings.change(new PlannedChange(new Change.WriteFile("f" + i, 0644, Time.ofNanos(1), content.length,
                        Digest.of(content), Optional.of(content)), Optional.empty()));
            }
        });

        assertThat(((Stretch) run.next()).planned()).hasSize(2);
        assertThat(((Stretch) run.next()).planned()).hasSize(1);
    }

    @Test
    void what_the_target_holds_already_is_told_in_bounded_stretches_too() {
        IndexEntry held = IndexEntry.unseen(new Entry.Directory("d", 0755, Time.ofNanos(1)));
        ComparisonRun run = run(findings -> {
            for (int i = 0; i < 10 * ComparisonRun.ENTRIES + 1; i++) {
                findings.remember(held);
            }
        });

        assertThat(((Stretch) run.next()).remembered()).hasSize(10 * ComparisonRun.ENTRIES);
        assertThat(run.next()).isEqualTo(new Stretch(List.of(), List.of(held)));
        assertThat(run.hasNext()).isFalse();
    }

    @Test
    void a_move_is_known_to_the_view_when_it_is_told() {
        AtomicInteger known = new AtomicInteger();
        Change.Move move = new Change.Move("a", "b");
        ComparisonRun run = run(findings -> findings.move(move, known::incrementAndGet));

        assertThat(((Stretch) run.next()).planned()).extracting(PlannedChange::change).containsExactly(move);
        assertThat(known).hasValue(1);
    }

    @Test
    void a_reader_that_is_interrupted_stops_reading() {
        ComparisonRun run = run(findings -> { });
        Thread.currentThread().interrupt();

        assertThatThrownBy(run::hasNext).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    }

    @Test
    void a_comparison_that_is_interrupted_ends_and_is_not_taken_for_whole() {
        AtomicBoolean interrupted = new AtomicBoolean();
        ComparisonRun run = run(findings -> {
            try {
                find(findings, Integer.MAX_VALUE);
            } finally {
                interrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        run.next();
        executor.shutdownNow();

        run.forEachRemaining(work -> { });
        assertThat(failures).singleElement().satisfies(is -> assertThat(is).hasCauseInstanceOf(CancellationException.class));
        assertThat(interrupted).as("the thread stays interrupted").isTrue();
    }

    private ComparisonRun run(ComparisonRun.Finder finder) {
        return new ComparisonRun(executor, finder, new Recorder(), failures::add);
    }

    private void find(ComparisonListener findings, int count) {
        for (int i = 0; i < count; i++) {
            findings.change(new PlannedChange(new Change.Remove("r" + i), Optional.empty()));
            found.incrementAndGet();
        }
    }
}
