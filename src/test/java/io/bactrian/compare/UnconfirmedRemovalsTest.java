package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.bactrian.change.TouchedPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A comparison is ahead of the watch. */
class UnconfirmedRemovalsTest {
    @TempDir
    Path dir;

    private final AtomicLong now = new AtomicLong();
    private final AtomicLong told = new AtomicLong();
    private final UnconfirmedRemovals doubts = new UnconfirmedRemovals(() -> OptionalLong.of(told.get()), now::get);
    private Source source;

    @BeforeEach
    void make() {
        source = new Source(dir);
        source.unconfirmed = Optional.of(doubts);
        source.write("d/e/f", "").write("kept", "").settle();
    }

    @AfterEach
    void close() {
        source.close();
    }

    /** The watch tells all until now, and then some time passes. */
    private void pause() {
        told.set(now.addAndGet(UnconfirmedRemovals.EVENT_DELAY.toNanos()));
        now.addAndGet(UnconfirmedRemovals.PAUSE.toNanos());
    }

    @Test
    void removes_an_unobserved_removal_in_the_second_comparison() {
        source.remove("d/e").compare();

        assertThat(source.told()).doesNotContain("remove d/e");
        assertThat(source.later).contains("d/e");
        source.compare();
        assertThat(source.told()).as("too soon").doesNotContain("remove d/e");
        pause();
        source.compare(TouchedPath.entry("d/e"));
        assertThat(source.told()).contains("remove d/e");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void removes_an_observed_removal_at_once() {
        source.remove("d/e").compare();

        source.backlog.add(List.of(TouchedPath.gone("d/e")));
        source.backlog.take();
        source.observed = source.backlog.observedRemovals();
        source.compare();
        assertThat(source.told()).contains("remove d/e");
    }

    @Test
    void a_file_in_the_place_of_such_a_directory_waits_with_it() {
        source.remove("d").write("d", "now a file").compare();

        assertThat(source.told()).doesNotContain("remove d", "file d");
        assertThat(source.later).contains("d");
        assertThat(source.troubles).isEmpty();
        pause();
        source.compare(TouchedPath.entry("d"));
        assertThat(source.told()).contains("remove d", "file d");
    }

    @Test
    void keeps_what_is_back_in_the_second_comparison() {
        source.rename("d/e", "e").compare();
        source.remove("kept").compare();
        source.write("kept", "again");
        pause();

        source.compare();
        assertThat(source.told()).doesNotContain("remove kept");
    }

    /** It has a large directory to watch first, or the machine is busy. */
    @Test
    void waits_for_the_events_of_the_watch() {
        assertThat(doubts.mustBeComparedAgain("p")).isTrue();
        now.addAndGet(Duration.ofMinutes(5).toNanos());
        assertThat(doubts.mustBeComparedAgain("p")).as("it has told nothing since").isTrue();
        told.set(UnconfirmedRemovals.EVENT_DELAY.toNanos() - 1);
        assertThat(doubts.mustBeComparedAgain("p")).as("the system may not have told the watch").isTrue();

        told.set(now.get());
        assertThat(doubts.mustBeComparedAgain("p")).as("it is on its way through the route").isTrue();
        now.addAndGet(UnconfirmedRemovals.PAUSE.toNanos());
        assertThat(doubts.mustBeComparedAgain("p")).isFalse();
    }

    /** In the middle of two renames, for instance, of which nothing is told yet. */
    @Test
    void starts_again_after_a_path_was_back() {
        source.remove("kept").compare();
        source.write("kept", "").compare();
        pause();
        source.remove("kept").compare();

        assertThat(source.told()).doesNotContain("remove kept");
        pause();
        source.compare();
        assertThat(source.told()).contains("remove kept");
    }

    @Test
    void starts_again_after_a_confirmed_path() {
        assertThat(doubts.mustBeComparedAgain("p")).isTrue();
        doubts.confirmed("p");
        pause();

        assertThat(doubts.mustBeComparedAgain("p")).isTrue();
    }

    @Test
    void forgets_old_paths() {
        assertThat(doubts.mustBeComparedAgain("p")).isTrue();
        now.addAndGet(Duration.ofMinutes(11).toNanos());

        assertThat(doubts.mustBeComparedAgain("p")).isTrue();
    }

    @Test
    void confirms_more_paths_than_it_can_keep_one_after_the_other() {
        List<String> paths = IntStream.range(0, UnconfirmedRemovals.LIMIT + 10).mapToObj(Integer::toString).toList();
        assertThat(paths).allMatch(doubts::mustBeComparedAgain);
        pause();

        assertThat(paths.stream().filter(doubts::mustBeComparedAgain)).hasSize(10);
        pause();
        assertThat(paths.subList(UnconfirmedRemovals.LIMIT, UnconfirmedRemovals.LIMIT + 10)).noneMatch(doubts::mustBeComparedAgain);
    }
}
