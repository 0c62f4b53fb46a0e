package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A comparison is ahead of the watch. */
class DoubtsTest {
    @TempDir
    Path dir;

    private final AtomicLong now = new AtomicLong();
    private final AtomicLong told = new AtomicLong();
    private final Doubts doubts = new Doubts(() -> OptionalLong.of(told.get()), now::get);
    private Source source;

    @BeforeEach
    void make() {
        source = new Source(dir);
        source.doubts = Optional.of(doubts);
        source.write("d/e/f", "").write("kept", "").settle();
    }

    @AfterEach
    void close() {
        source.close();
    }

    /** The watch tells all until now, and then some time passes. */
    private void pause() {
        told.set(now.addAndGet(Doubts.WAY.toNanos()));
        now.addAndGet(Doubts.PAUSE.toNanos());
    }

    @Test
    void what_nobody_was_seen_to_remove_is_removed_at_the_second_look() {
        source.remove("d/e").compare();

        assertThat(source.told()).doesNotContain("remove d/e");
        assertThat(source.later).contains("d/e");
        source.compare();
        assertThat(source.told()).as("too soon").doesNotContain("remove d/e");
        pause();
        source.compare(Touched.entry("d/e"));
        assertThat(source.told()).contains("remove d/e");
        assertThat(source.held()).isEqualTo(source.actual());
    }

    @Test
    void what_somebody_was_seen_to_remove_goes_at_once() {
        source.remove("d/e").compare();

        source.backlog.add(List.of(Touched.gone("d/e")));
        source.backlog.take();
        source.witness = source.backlog.witness();
        source.compare();
        assertThat(source.told()).contains("remove d/e");
    }

    @Test
    void what_stands_where_such_a_directory_was_waits_with_it() {
        source.remove("d").write("d", "now a file").compare();

        assertThat(source.told()).doesNotContain("remove d", "file d");
        assertThat(source.later).contains("d");
        assertThat(source.troubles).isEmpty();
        pause();
        source.compare(Touched.entry("d"));
        assertThat(source.told()).contains("remove d", "file d");
    }

    @Test
    void what_is_back_at_the_second_look_stays() {
        source.rename("d/e", "e").compare();
        source.remove("kept").compare();
        source.write("kept", "again");
        pause();

        source.compare();
        assertThat(source.told()).doesNotContain("remove kept");
    }

    /** It has a large directory to watch first, or the machine is busy. */
    @Test
    void what_the_watch_may_still_tell_is_waited_for_however_long_that_takes() {
        assertThat(doubts.has("p")).isTrue();
        now.addAndGet(Duration.ofMinutes(5).toNanos());
        assertThat(doubts.has("p")).as("it has told nothing since").isTrue();
        told.set(Doubts.WAY.toNanos() - 1);
        assertThat(doubts.has("p")).as("the system may not have told the watch").isTrue();

        told.set(now.get());
        assertThat(doubts.has("p")).as("it is on its way through the route").isTrue();
        now.addAndGet(Doubts.PAUSE.toNanos());
        assertThat(doubts.has("p")).isFalse();
    }

    /** In the middle of two renames, for instance, of which nothing is told yet. */
    @Test
    void what_was_back_in_between_is_doubted_anew() {
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
    void a_path_is_doubted_anew_after_it_was_settled() {
        assertThat(doubts.has("p")).isTrue();
        doubts.settled("p");
        pause();

        assertThat(doubts.has("p")).isTrue();
    }

    @Test
    void an_old_doubt_is_forgotten() {
        assertThat(doubts.has("p")).isTrue();
        now.addAndGet(Duration.ofMinutes(11).toNanos());

        assertThat(doubts.has("p")).isTrue();
    }

    @Test
    void more_than_can_be_kept_are_believed_one_after_the_other() {
        List<String> paths = IntStream.range(0, Doubts.LIMIT + 10).mapToObj(Integer::toString).toList();
        assertThat(paths).allMatch(doubts::has);
        pause();

        assertThat(paths.stream().filter(doubts::has)).hasSize(10);
        pause();
        assertThat(paths.subList(Doubts.LIMIT, Doubts.LIMIT + 10)).noneMatch(doubts::has);
    }
}
