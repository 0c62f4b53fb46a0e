package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UploadsTest {
    private final Uploads uploads = new Uploads(2, 1);
    private final Stat stat = new Stat(Stat.Kind.FILE, 0644, 5, Time.ofNanos(1), 1, 1, 1);

    @Test
    void as_many_as_may_be_are_sent_at_the_same_time() {
        assertThat(queue("a")).isTrue();
        assertThat(uploads.begin()).isTrue();
        assertThat(queue("b")).isTrue();
        assertThat(uploads.begin()).isTrue();
        assertThat(queue("c")).isFalse();
        assertThat(uploads.begin()).isFalse();

        assertThat(uploads.next()).map(Work.Upload::path).hasValue("a");
        assertThat(uploads.next()).map(Work.Upload::path).hasValue("b");
        assertThat(uploads.next()).map(Work.Upload::path).hasValue("c");
        assertThat(uploads.next()).isEmpty();
        assertThat(uploads.next()).isEmpty();
        assertThat(uploads.begin()).as("nothing waits").isFalse();
        assertThat(queue("d")).isTrue();
    }

    /** A fault on the way to it, such as a full queue or too little memory. */
    @Test
    void a_sender_that_never_came_is_asked_for_again() {
        assertThat(queue("a")).isTrue();
        assertThat(queue("b")).isTrue();

        assertThat(queue("a")).as("two were asked for, and none has come").isTrue();
        assertThat(uploads.begin()).isTrue();
        assertThat(uploads.next()).map(Work.Upload::path).hasValue("a");
    }

    @Test
    void what_was_compared_while_it_was_under_way_is_to_be_compared_again() {
        queue("a");
        uploads.staged("a", new Uploads.Staged(stat, Digest.EMPTY, false));
        queue("a");

        assertThat(uploads.ended("a")).isTrue();
        assertThat(uploads.ended("a")).isFalse();
        queue("a");
        assertThat(uploads.ended("a")).isFalse();
    }

    @Test
    void of_what_was_dropped_nothing_is_left() {
        queue("a");
        queue("a");

        assertThat(uploads.dropWaiting()).containsExactly("a");
        queue("a");
        assertThat(uploads.ended("a")).isFalse();
    }

    @Test
    void the_same_is_sent_once_at_a_time() {
        assertThat(uploads.claim("a", Digest.EMPTY)).isTrue();
        assertThat(uploads.claim("b", Digest.EMPTY)).isFalse();
        assertThat(uploads.claim("c", 5L)).isTrue();

        uploads.ended("a");
        assertThat(uploads.claim("b", Digest.EMPTY)).isTrue();
    }

    @Test
    void a_content_is_behind_since_it_was_first_queued_until_a_comparison_asks_for_it_no_more() {
        AtomicLong now = new AtomicLong(5);
        Uploads slow = new Uploads(2, 1, now::get);
        assertThat(slow.oldest()).isEmpty();
        slow.queue(new Work.Upload("d/a", stat));
        now.set(9);
        slow.queue(new Work.Upload("d/b", stat));
        slow.ended("d/a");
        slow.queue(new Work.Upload("d/a", stat));
        assertThat(slow.oldest()).as("tried again").hasValue(5);

        slow.compared(List.of(Touched.entry("d/a"), Touched.entry("d/b"), Touched.entry("d")));
        assertThat(slow.oldest()).as("queued again by that comparison").hasValue(5);
        slow.ended("d/a");
        slow.compared(List.of(Touched.entry("d"), Touched.entry("else")));
        assertThat(slow.oldest()).as("not compared").hasValue(5);
        slow.compared(List.of(Touched.entry("d/a")));
        assertThat(slow.oldest()).hasValue(9);
        slow.ended("d/b");
        slow.compared(List.of(new Touched("d", Touched.Scope.TREE)));
        assertThat(slow.oldest()).isEmpty();
    }

    @Test
    void it_is_known_whether_what_arrived_was_sent_for_its_path() {
        uploads.staged("a", new Uploads.Staged(stat, Digest.EMPTY, false));

        assertThat(uploads.arrived("a")).isTrue();
        assertThat(uploads.arrived("a")).isFalse();
    }

    private boolean queue(String path) {
        return uploads.queue(new Work.Upload(path, stat));
    }

    private void compare(String place) {
        uploads.comparing(List.of(Touched.entry(place)));
        uploads.compared(List.of(Touched.entry(place)));
    }

    private void sent(String path, String id) {
        queue(path);
        uploads.opened(path, id, false);
        uploads.staged(path, new Uploads.Staged(stat, Digest.EMPTY, false));
        uploads.ended(path);
    }

    @Test
    void what_a_comparison_neither_named_nor_went_on_with_is_idle_at_the_target() {
        sent("gone", "1");
        sent("named", "2");
        queue("goes-on");
        uploads.opened("goes-on", "3", false);
        uploads.arrived("named");
        for (String path : List.of("another", "named", "goes-on")) {
            compare(path);
        }
        assertThat(uploads.takeIdle()).isEmpty();
        assertThat(uploads.staged("gone")).isPresent();

        compare("gone");
        assertThat(uploads.takeIdle()).containsExactly("1");
        assertThat(uploads.takeIdle()).isEmpty();
        assertThat(uploads.staged("gone")).as("it is not there any more").isEmpty();
    }

    @Test
    void a_comparison_knows_nothing_of_what_came_after_it_began() {
        uploads.comparing(List.of(Touched.EVERYTHING));
        sent("a", "1");
        uploads.compared(List.of(Touched.EVERYTHING));
        assertThat(uploads.takeIdle()).isEmpty();

        queue("a");
        uploads.comparing(List.of(Touched.EVERYTHING));
        uploads.ended("a");
        uploads.compared(List.of(Touched.EVERYTHING));
        assertThat(uploads.takeIdle()).isEmpty();
    }

    @Test
    void what_a_target_could_not_put_in_place_stays_there_until_the_next_try_finds_no_file() {
        sent("a", "1");
        uploads.comparing(List.of(Touched.EVERYTHING));
        uploads.forget("a");
        uploads.compared(List.of(Touched.EVERYTHING));
        assertThat(uploads.takeIdle()).isEmpty();
        compare("a");
        assertThat(uploads.takeIdle()).containsExactly("1");
    }

    @Test
    void the_attempt_before_is_idle_when_another_begins_at_the_same_path_unless_its_content_is_wanted() {
        sent("a", "1");
        uploads.opened("a", "2", false);
        assertThat(uploads.takeIdle()).containsExactly("1");
        sent("b", "2");
        uploads.opened("a", "3", false);
        uploads.opened("a", "4", true);
        assertThat(uploads.takeIdle()).isEmpty();
    }
}
