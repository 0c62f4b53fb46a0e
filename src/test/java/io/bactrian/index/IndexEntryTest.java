package io.bactrian.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Stat.Kind;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IndexEntryTest {
    private static final Time MODIFIED = Time.ofNanos(7);
    private static final Entry.File FILE = new Entry.File("f", 0644, MODIFIED, 3, Digest.EMPTY);
    private static final Stat STAT = stat(Kind.FILE, 3, MODIFIED, 100, 42);

    private static Stat stat(Kind kind, long size, Time modified, long changed, long inode) {
        return new Stat(kind, 0644, size, modified, changed, inode, 1);
    }

    @Test
    void only_the_stat_at_reading_confirms_the_digest() {
        IndexEntry held = IndexEntry.seen(FILE, STAT);

        assertThat(held.vouchedBy(STAT)).isTrue();
        assertThat(held.vouchedBy(stat(Kind.FILE, 4, MODIFIED, 100, 42))).as("another size").isFalse();
        assertThat(held.vouchedBy(stat(Kind.FILE, 3, Time.ofNanos(8), 100, 42))).as("another time").isFalse();
        assertThat(held.vouchedBy(stat(Kind.FILE, 3, MODIFIED, 101, 42))).as("changed since").isFalse();
        assertThat(held.vouchedBy(stat(Kind.FILE, 3, MODIFIED, 100, 43))).as("another inode").isFalse();
        assertThat(held.isRenamed(STAT)).isFalse();
    }

    @Test
    void no_stat_confirms_an_entry_that_was_never_read() {
        assertThat(IndexEntry.unseen(FILE).vouchedBy(stat(Kind.FILE, 3, MODIFIED, IndexEntry.UNSEEN, IndexEntry.UNSEEN))).isFalse();
        assertThat(IndexEntry.unseen(FILE).isRenamed(stat(Kind.FILE, 3, MODIFIED, ~IndexEntry.UNSEEN, IndexEntry.UNSEEN))).isFalse();
    }

    @Test
    void a_renamed_file_is_recognized_but_not_confirmed() {
        IndexEntry held = IndexEntry.renamed(FILE, STAT);

        assertThat(held.isRenamed(STAT)).isTrue();
        assertThat(held.vouchedBy(STAT)).isFalse();
        assertThat(held.isRenamed(stat(Kind.FILE, 3, MODIFIED, 101, 42))).as("changed since").isFalse();
        assertThat(held.isRenamed(stat(Kind.FILE, 3, MODIFIED, 100, 43))).as("another inode").isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void a_stat_confirms_only_entries_of_its_type(Kind kind) {
        Stat stat = stat(kind, 3, MODIFIED, 100, 42);

        assertThat(IndexEntry.seen(FILE, stat).vouchedBy(stat)).isEqualTo(kind == Kind.FILE);
        assertThat(IndexEntry.seen(new Entry.Directory("d", 0, MODIFIED), stat).vouchedBy(stat)).isEqualTo(kind == Kind.DIRECTORY);
        assertThat(IndexEntry.seen(new Entry.Link("l", MODIFIED, "to"), stat).vouchedBy(stat)).isEqualTo(kind == Kind.LINK);
    }

    @Test
    void entries_moved_with_their_directory_keep_their_stat() {
        assertThat(IndexEntry.seen(FILE, STAT).at("d/g")).isEqualTo(new IndexEntry(FILE.at("d/g"), 100, 42));
    }
}
