package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContentHashFilterTest {
    private static final Time THEN = Time.ofNanos(1);

    private final Index view = Index.inMemory();

    @AfterEach
    void close() {
        view.close();
    }

    private static PlannedChange write(String path, long digest, int size, Optional<IndexEntry> held) {
        Change.WriteFile file = new Change.WriteFile(path, 0644, THEN, size, digest(digest), Optional.of(new byte[size]));
        return new PlannedChange(file, Optional.of(IndexEntry.unseen(file.entry())), held, false);
    }

    private static Digest digest(long number) {
        return new Digest(number, 0, 0, 0);
    }

    private static boolean sendsContent(ContentHashFilter filter, PlannedChange planned) {
        return ((Change.WriteFile) filter.lacking(planned).orElseThrow().change()).content().isPresent();
    }

    private static boolean sendsContent(ContentHashFilter filter, String path, long digest, long size) {
        return sendsContent(filter, write(path, digest, (int) size, Optional.empty()));
    }

    @Test
    void sends_nothing_of_a_file_that_the_target_holds() {
        IndexEntry same = IndexEntry.unseen(new Entry.File("a", 0644, THEN, 5, digest(1)));
        IndexEntry older = IndexEntry.unseen(new Entry.File("a", 0644, Time.ofNanos(0), 5, digest(1)));
        ContentHashFilter filter = new ContentHashFilter(view, path -> false);

        assertThat(filter.lacking(write("a", 1, 5, Optional.of(same)))).isEmpty();
        assertThat(sendsContent(filter, write("a", 1, 5, Optional.of(older)))).as("its time only").isFalse();
        assertThat(sendsContent(filter, write("a", 2, 5, Optional.of(older)))).as("another content").isTrue();
    }

    @Test
    void sends_the_same_content_once_unless_it_is_small_or_must_be_sent_whole() {
        ContentHashFilter filter = new ContentHashFilter(view, "whole"::equals);

        assertThat(sendsContent(filter, "small", 1, Index.FINDABLE)).isTrue();
        assertThat(sendsContent(filter, "small-too", 1, Index.FINDABLE)).isTrue();
        assertThat(sendsContent(filter, "a", 2, Index.FINDABLE + 1)).isTrue();
        assertThat(sendsContent(filter, "b", 2, Index.FINDABLE + 1)).isFalse();
        assertThat(sendsContent(filter, "whole", 2, Index.FINDABLE + 1)).isTrue();
    }

    @Test
    void sends_a_content_of_the_target_only_once_a_change_may_have_replaced_it() {
        view.put(IndexEntry.unseen(new Entry.File("d/a", 0644, THEN, 600, digest(1))));
        view.put(IndexEntry.unseen(new Entry.Directory("d", 0755, THEN)));
        ContentHashFilter filter = new ContentHashFilter(view, path -> false);

        assertThat(sendsContent(filter, "b", 1, 600)).isFalse();
        filter.lacking(write("d/a", 2, 600, Optional.empty()));
        assertThat(sendsContent(filter, "c", 1, 600)).isTrue();
    }

    @Test
    void remembers_a_bounded_number_of_contents_that_were_sent() {
        ContentHashFilter filter = new ContentHashFilter(view, path -> false);
        for (int i = 0; i < 100_000; i++) {
            filter.lacking(write("f", i, 513, Optional.empty()));
        }
        assertThat(sendsContent(filter, "g", 0, 513)).isFalse();

        assertThat(sendsContent(filter, "g", 100_000, 513)).isTrue();
        assertThat(sendsContent(filter, "g", 0, 513)).as("forgotten").isTrue();
    }
}
