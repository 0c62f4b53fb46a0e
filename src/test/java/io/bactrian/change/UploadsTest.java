package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.content.Digest;
import io.bactrian.tree.Stat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UploadsTest {
    private final Uploads uploads = new Uploads(2, 1);
    private final Stat stat = new Stat(Stat.Kind.FILE, 0644, 5, 1, 1, 1, 1);

    @Test
    void as_many_as_may_be_are_sent_at_the_same_time() {
        assertThat(queue("a")).isTrue();
        assertThat(queue("b")).isTrue();
        assertThat(queue("c")).isFalse();

        assertThat(uploads.next()).map(Work.Upload::path).hasValue("a");
        assertThat(uploads.next()).map(Work.Upload::path).hasValue("b");
        assertThat(uploads.next()).map(Work.Upload::path).hasValue("c");
        assertThat(uploads.next()).isEmpty();
        assertThat(uploads.next()).isEmpty();
        assertThat(queue("d")).isTrue();
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
}
