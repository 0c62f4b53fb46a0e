package io.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.bactrian.change.TouchedPath;
import io.bactrian.compare.HashedFile;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;

class UploadsTest {
    private final Uploads uploads = new Uploads(2, 1);
    private final Stat stat = new Stat(Stat.Kind.FILE, 0644, 5, Time.ofNanos(1), 1, 1, 1);
    private final HashedFile content = new HashedFile(stat, Digest.EMPTY, false);

    @Test
    void sends_as_many_at_a_time_as_allowed() {
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
    void asks_again_for_a_sender_that_did_not_start() {
        assertThat(queue("a")).isTrue();
        assertThat(queue("b")).isTrue();

        assertThat(queue("a")).as("two were asked for, and none has come").isTrue();
        assertThat(uploads.begin()).isTrue();
        assertThat(uploads.next()).map(Work.Upload::path).hasValue("a");
    }

    @Test
    void a_path_queued_during_its_upload_is_compared_again() {
        queue("a");
        uploads.staged("a", content);
        queue("a");

        assertThat(uploads.ended("a")).isTrue();
        assertThat(uploads.ended("a")).isFalse();
        queue("a");
        assertThat(uploads.ended("a")).isFalse();
    }

    @Test
    void keeps_nothing_of_a_dropped_upload() {
        queue("a");
        queue("a");

        assertThat(uploads.dropWaiting()).containsExactly("a");
        queue("a");
        assertThat(uploads.ended("a")).isFalse();
    }

    @Test
    void sends_the_same_content_once_at_a_time() {
        assertThat(uploads.claim("a", Digest.EMPTY)).isTrue();
        assertThat(uploads.claim("b", Digest.EMPTY)).isFalse();
        assertThat(uploads.claim("c", 5L)).isTrue();

        uploads.ended("a");
        assertThat(uploads.claim("b", Digest.EMPTY)).isTrue();
    }

    @Test
    void an_upload_is_pending_until_a_comparison_no_longer_needs_it() {
        AtomicLong now = new AtomicLong(5);
        Uploads slow = new Uploads(2, 1, now::get);
        assertThat(slow.oldest()).isEmpty();
        slow.queue(new Work.Upload("d/a", stat));
        now.set(9);
        slow.queue(new Work.Upload("d/b", stat));
        slow.ended("d/a");
        slow.queue(new Work.Upload("d/a", stat));
        assertThat(slow.oldest()).as("tried again").hasValue(5);

        slow.compared(List.of(TouchedPath.entry("d/a"), TouchedPath.entry("d/b"), TouchedPath.entry("d")));
        assertThat(slow.oldest()).as("queued again by that comparison").hasValue(5);
        slow.ended("d/a");
        slow.compared(List.of(TouchedPath.entry("d"), TouchedPath.entry("else")));
        assertThat(slow.oldest()).as("not compared").hasValue(5);
        slow.compared(List.of(TouchedPath.entry("d/a")));
        assertThat(slow.oldest()).hasValue(9);
        slow.ended("d/b");
        slow.compared(List.of(new TouchedPath("d", TouchedPath.Scope.TREE)));
        assertThat(slow.oldest()).isEmpty();
    }

    @Test
    void the_oldest_upload_is_the_first_by_a_clock_that_may_overflow() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE);
        Uploads slow = new Uploads(2, 1, now::get);
        slow.queue(new Work.Upload("first", stat));
        now.addAndGet(9);
        slow.queue(new Work.Upload("second", stat));

        assertThat(slow.oldest()).hasValue(Long.MAX_VALUE);
    }

    @Test
    void another_sender_may_start_for_one_that_died_and_its_upload_may_be_queued_again() {
        uploads.abandoned(Optional.empty());
        queue("a");
        queue("b");
        assertThat(uploads.begin()).isTrue();
        assertThat(uploads.next()).isPresent();
        assertThat(uploads.begin()).isTrue();
        assertThat(uploads.begin()).as("one that died before it started counts for none").isFalse();
        assertThat(queue("c")).isFalse();

        uploads.abandoned(Optional.of("a"));
        assertThat(queue("a")).isTrue();
        assertThat(uploads.ended("a")).as("it was not in progress").isFalse();
        assertThat(uploads.begin()).isTrue();
    }

    @Test
    void counts_files_and_bytes_until_each_upload_has_ended() {
        queue("a");
        queue("b");
        uploads.next();
        assertThat(uploads.underWay()).isEqualTo(2);
        assertThat(uploads.bytes()).isEqualTo(10);

        uploads.ended("a");
        assertThat(uploads.underWay()).isEqualTo(1);
        assertThat(uploads.bytes()).isEqualTo(5);
        uploads.dropWaiting();
        assertThat(uploads.underWay()).isZero();
        assertThat(uploads.next()).isEmpty();
    }

    @Test
    void parts_of_all_files_together_are_limited() {
        assertThat(new Uploads(2, 7).permits().availablePermits()).isEqualTo(7);
    }

    @Test
    void a_content_is_sent_whole_until_the_target_has_it() {
        assertThat(uploads.isSentWhole("a")).isFalse();
        uploads.sendWhole("a");
        uploads.sendWhole("b");
        assertThat(uploads.isSentWhole("a")).isTrue();

        uploads.staged("a", content);
        uploads.arrived("b");
        assertThat(uploads.isSentWhole("a")).isFalse();
        assertThat(uploads.isSentWhole("b")).isFalse();
    }

    @Test
    void a_staged_content_that_the_target_holds_at_the_path_is_told_once() {
        IndexEntry same = IndexEntry.unseen(new Entry.File("a", 0644, Time.ofNanos(9), 5, Digest.EMPTY));
        IndexEntry other = IndexEntry.unseen(new Entry.File("a", 0644, Time.ofNanos(1), 5, Digest.of(new byte[5])));
        uploads.staged("a", content);
        assertThat(uploads.isStaged(5)).isTrue();
        assertThat(uploads.isStaged(6)).isFalse();

        assertThat(uploads.staged("a", Optional.of(other))).hasValue(content);
        assertThat(uploads.staged("a", Optional.empty())).hasValue(content);
        assertThat(uploads.staged("a", Optional.of(same))).hasValue(content);
        assertThat(uploads.staged("a", Optional.of(same))).isEmpty();
        assertThat(uploads.isStaged(5)).isFalse();
    }

    @Test
    void finds_chunks_later_of_each_content_that_did_not_change_meanwhile() {
        uploads.findChunksLater("b", content);
        uploads.findChunksLater("a", content);
        uploads.findChunksLater("moving", new HashedFile(stat, Digest.EMPTY, true));

        assertThat(uploads.takeWithoutChunks()).hasValue(Map.entry("b", content));
        assertThat(uploads.takeWithoutChunks()).hasValue(Map.entry("a", content));
        assertThat(uploads.takeWithoutChunks()).isEmpty();
    }

    @Test
    void tells_whether_a_change_used_an_upload() {
        uploads.staged("a", content);

        assertThat(uploads.arrived("a")).isTrue();
        assertThat(uploads.arrived("a")).isFalse();
    }

    private boolean queue(String path) {
        return uploads.queue(new Work.Upload(path, stat));
    }

    private void compare(String place) {
        uploads.compared(uploads.comparing(List.of(TouchedPath.entry(place))));
    }

    private void sent(String path, String id) {
        queue(path);
        uploads.opened(path, id, false);
        uploads.staged(path, content);
        uploads.ended(path);
    }

    @Test
    void an_upload_is_idle_that_a_comparison_neither_used_nor_continued() {
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
    void an_upload_that_began_during_a_comparison_is_not_idle() {
        uploads.comparing(List.of(TouchedPath.EVERYTHING));
        sent("a", "1");
        uploads.compared(List.of(TouchedPath.EVERYTHING));
        assertThat(uploads.takeIdle()).isEmpty();

        queue("a");
        uploads.comparing(List.of(TouchedPath.EVERYTHING));
        uploads.ended("a");
        uploads.compared(List.of(TouchedPath.EVERYTHING));
        assertThat(uploads.takeIdle()).isEmpty();
    }

    @Test
    void an_upload_that_the_target_could_not_use_stays_until_the_file_is_gone() {
        sent("a", "1");
        uploads.comparing(List.of(TouchedPath.EVERYTHING));
        uploads.forget("a");
        uploads.compared(List.of(TouchedPath.EVERYTHING));
        assertThat(uploads.takeIdle()).isEmpty();
        compare("a");
        assertThat(uploads.takeIdle()).containsExactly("1");
    }

    @Test
    void an_earlier_upload_of_the_same_path_is_idle_unless_its_content_is_used() {
        sent("a", "1");
        uploads.opened("a", "2", false);
        assertThat(uploads.takeIdle()).containsExactly("1");
        sent("b", "2");
        uploads.opened("a", "3", false);
        uploads.opened("a", "4", true);
        assertThat(uploads.takeIdle()).isEmpty();
    }

    @Test
    void an_upload_that_the_target_discarded_is_not_idle_and_one_that_it_kept_is() {
        sent("a", "1");
        sent("b", "2");
        uploads.dropped("a");
        compare("a");
        compare("b");
        assertThat(uploads.takeIdle()).containsExactly("2");

        uploads.stillIdle("2");
        assertThat(uploads.takeIdle()).containsExactly("2");
    }

    @Test
    void keeps_a_bounded_number_of_uploads_that_no_change_has_used() {
        for (int i = 0; i < 10_010; i++) {
            uploads.opened("f" + i, "f" + i, false);
        }
        uploads.opened("f0", "again", false);
        assertThat(uploads.takeIdle()).as("one that is kept").containsExactly("f0");

        uploads.comparing(List.of(TouchedPath.EVERYTHING));
        uploads.compared(List.of(TouchedPath.EVERYTHING));
        uploads.stillIdle("too many");
        assertThat(uploads.takeIdle()).hasSize(10_000).contains("again").doesNotContain("f10000", "too many");
    }

    @Test
    void keeps_a_bounded_number_of_contents_to_send_whole_or_to_find_chunks_of() {
        for (int i = 0; i < 10_001; i++) {
            uploads.sendWhole("f" + i);
            uploads.findChunksLater("f" + i, content);
        }

        assertThat(uploads.isSentWhole("f9999")).isTrue();
        assertThat(uploads.isSentWhole("f10000")).isFalse();
        assertThat(Stream.generate(uploads::takeWithoutChunks).takeWhile(Optional::isPresent)).hasSize(10_000);
    }
}
