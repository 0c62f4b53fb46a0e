package io.bactrian.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexTest {
    private static final Digest X = Digest.of(new byte[] {'x'});

    @TempDir
    Path temporary;

    private Path file;

    @BeforeEach
    void place() {
        file = temporary.resolve("made/for it/index.db");
    }

    @Test
    void an_empty_index_has_the_digest_of_no_bytes() {
        try (Index index = Index.inMemory()) {
            assertThat(index.count()).isZero();
            assertThat(index.find("")).isEmpty();
            assertThat(index.digest("")).isEqualTo(Index.NOTHING).isEqualTo(Digest.of(new byte[0]));
        }
    }

    @Test
    void an_empty_directory_counts_in_the_digest() {
        try (Index index = Index.inMemory()) {
            index.put(directory(""));
            assertThat(index.digest("")).isNotEqualTo(Index.NOTHING);
        }
    }

    @Test
    void digests_have_the_documented_bytes() {
        // Computed with printf and sha256sum from the same bytes.
        ByteBuffer bytes = ByteBuffer.allocate(12 + 1 + 4 + 1 + 8 + 4 + 2);
        bytes.putInt(0755).putLong(7).put((byte) 'l').putInt(1).put((byte) 'n').putLong(8).putInt(2)
                .put((byte) 't').put((byte) 'o');
        try (Index index = Index.inMemory()) {
            index.put(IndexEntry.unseen(new Entry.Directory("", 0755, Time.ofNanos(7))));
            index.put(IndexEntry.unseen(new Entry.Link("n", Time.ofNanos(8), "to")));
            assertThat(index.digest("")).isEqualTo(Digest.of(bytes.array()))
                    .hasToString("82b990469ae405781c2533fa7b89e41695ba3d4d9abaa62b1765e6d955d31152");
        }
    }

    @Test
    void every_field_counts_in_the_digest_but_the_local_stat_does_not() {
        try (Index index = Index.inMemory()) {
            index.put(directory(""));
            List<Entry> variants = List.of(new Entry.File("f", 0644, Time.ofNanos(1), 1, X), new Entry.File("f", 0600, Time.ofNanos(1), 1, X),
                    new Entry.File("f", 0644, Time.ofNanos(2), 1, X), new Entry.File("f", 0644, Time.ofNanos(1), 2, X),
                    new Entry.File("f", 0644, Time.ofNanos(1), 1, Digest.EMPTY), new Entry.Directory("f", 0644, Time.ofNanos(1)),
                    new Entry.Link("f", Time.ofNanos(1), "x"), new Entry.Link("f", Time.ofNanos(2), "x"), new Entry.Link("f", Time.ofNanos(1), "y"));
            assertThat(variants.stream().map(entry -> {
                index.put(IndexEntry.unseen(entry));
                return index.digest("");
            })).doesNotHaveDuplicates();

            Digest before = index.digest("");
            index.put(new IndexEntry(variants.get(8), 77, 78));
            assertThat(index.digest("")).isEqualTo(before);
        }
    }

    @Test
    void a_file_in_place_of_a_directory_leaves_its_likely_named_neighbours_alone() {
        try (Index index = Index.inMemory()) {
            Stream.of("", "a", "a/b", "a/b/c", "a-", "a-/x", "a0", "a0/x", "ab", "ab/x")
                    .forEach(path -> index.put(directory(path)));
            index.put(file("a", 1));
            assertThat(index.find("a/b")).isEmpty();
            assertThat(index.find("a/b/c")).isEmpty();
            assertThat(index.count()).isEqualTo(8);
        }
    }

    @Test
    void vouches_for_a_file_only_with_an_unchanged_stat() {
        Stat stat = new Stat(Stat.Kind.FILE, 0644, 3, Time.ofNanos(1), 100, 42, 1);
        try (Index index = Index.inMemory()) {
            index.put(IndexEntry.seen(file("f", 3).entry(), stat));
            assertThat(index.vouches("f", stat)).isTrue();
            assertThat(index.vouches("f", new Stat(Stat.Kind.FILE, 0644, 3, Time.ofNanos(1), 101, 42, 1))).isFalse();
            assertThat(index.vouches("g", stat)).isFalse();
        }
    }

    @Test
    void finds_large_files_by_content_but_not_small_ones() {
        try (Index index = Index.inMemory()) {
            index.put(file("small", Index.FINDABLE));
            assertThat(index.byDigest(X, Index.FINDABLE)).isEmpty();
            index.put(file("a/large", Index.FINDABLE + 1));
            assertThat(index.byDigest(X, Index.FINDABLE + 1)).hasValueSatisfying(
                    found -> assertThat(found.path()).isEqualTo("a/large"));
            assertThat(index.byDigest(X, Index.FINDABLE + 2)).isEmpty();
            assertThat(index.byDigest(Digest.EMPTY, Index.FINDABLE + 1)).isEmpty();
            index.remove("a/large");
            assertThat(index.byDigest(X, Index.FINDABLE + 1)).isEmpty();
        }
    }

    @Test
    void finds_very_large_files_by_content_too() {
        try (Index index = Index.inMemory()) {
            index.put(file("huge", Schema.LARGE + 1));
            index.put(file("large", Schema.LARGE));
            assertThat(index.byDigest(X, Schema.LARGE + 1).orElseThrow().path()).isEqualTo("huge");
            assertThat(index.byDigest(X, Schema.LARGE).orElseThrow().path()).isEqualTo("large");
            assertThat(index.byDigest(Digest.EMPTY, Schema.LARGE + 1)).isEmpty();
        }
    }

    @Test
    void tells_whether_a_large_file_of_a_size_exists() {
        try (Index index = Index.inMemory()) {
            index.put(file("large", Schema.LARGE + 1));
            assertThat(index.holdsSize(Schema.LARGE + 1)).isTrue();
            assertThat(index.holdsSize(Schema.LARGE + 2)).isFalse();
            assertThat(index.holdsSize(Schema.LARGE)).isTrue();
        }
    }

    @Test
    void swaps_paths_with_everything_below() {
        try (Index index = Index.inMemory()) {
            Stream.of("", "a", "a/of-a", "b", "b/of-b", "c", "c/of-c").forEach(path -> index.put(directory(path)));
            index.turn(List.of("a", "b", "c"));
            assertThat(Stream.of("a/of-c", "b/of-a", "c/of-b").map(index::find)).allMatch(java.util.Optional::isPresent);
            assertThat(index.count()).isEqualTo(7);
        }
    }

    @Test
    void counts_entries_at_a_path_and_below() {
        try (Index index = Index.inMemory()) {
            Stream.of("", "a", "a/b", "a/b/c", "ab", "ab/x").forEach(path -> index.put(directory(path)));
            assertThat(index.countWithin("")).isEqualTo(6);
            assertThat(index.countWithin("a")).isEqualTo(3);
            assertThat(index.countWithin("a/b/c")).isEqualTo(1);
            assertThat(index.countWithin("none")).isZero();
        }
    }

    @Test
    void knows_whether_paths_below_would_be_too_long_elsewhere() {
        try (Index index = Index.inMemory()) {
            Stream.of("", "a", "a/\u00E9", "a/\u00E9/c", "ab", "ab/much-longer").forEach(path -> index.put(directory(path)));
            assertThat(index.fits("a", "a\u00E9", 8)).as("of 8 bytes").isTrue();
            assertThat(index.fits("a", "a\u00E9", 7)).isFalse();
            assertThat(index.fits("ab", "z", 1)).as("not longer than it is").isTrue();
            assertThat(index.fits("ab", "zz", 1)).as("as long as it is").isTrue();
            assertThat(index.fits("none", "longer", 1)).as("nothing is there").isFalse();
        }
    }

    @Test
    void lists_only_directories() {
        try (Index index = Index.inMemory()) {
            Stream.of("", "a", "a/b").forEach(path -> index.put(directory(path)));
            index.put(file("a/f", 1));
            assertThat(index.directories()).extracting(IndexEntry::path).containsExactlyInAnyOrder("", "a", "a/b");
        }
    }

    @Test
    void finds_every_path_of_an_inode_and_none_by_an_unknown_one() {
        try (Index index = Index.inMemory()) {
            index.put(new IndexEntry(new Entry.Link("a", Time.ofNanos(1), "x"), 1, 9));
            index.put(new IndexEntry(new Entry.Link("b/c", Time.ofNanos(1), "x"), 1, 9));
            index.put(IndexEntry.unseen(new Entry.Link("d", Time.ofNanos(1), "x")));
            assertThat(index.byInode(9)).extracting(IndexEntry::path).containsExactlyInAnyOrder("a", "b/c");
            assertThat(index.byInode(IndexEntry.UNSEEN)).isEmpty();
        }
    }

    @Test
    void rejects_moves_into_itself_and_a_root_that_is_not_a_directory() {
        try (Index index = Index.inMemory()) {
            assertThatThrownBy(() -> index.move("a", "a/b")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> index.move("a/b", "a")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> index.move("", "a")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> index.put(file("", 1))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void sums_the_sizes_of_the_files_at_a_path_and_below() {
        try (Index index = Index.inMemory()) {
            Stream.of("", "a", "a/b", "a/b/c").forEach(path -> index.put(directory(path)));
            Stream.of("a/x", "a/b/y", "a/b/c/z", "a!", "b", "a0").forEach(path -> index.put(file(path, 1)));
            long one = index.bytes("b");
            assertThat(one).isPositive();
            assertThat(index.bytes("a")).isEqualTo(3 * one);
            assertThat(index.bytes("a/b")).isEqualTo(2 * one);
            assertThat(index.bytes("a/b/c/z")).isEqualTo(one);
            assertThat(index.bytes("nothing")).isZero();
        }
    }

    @Test
    void a_moved_directory_replaces_its_destination() {
        try (Index index = Index.inMemory()) {
            Stream.of("", "a", "a/x", "b", "b/y").forEach(path -> index.put(directory(path)));
            index.move("a", "b");
            assertThat(index.children("")).extracting(IndexEntry::path).containsExactly("b");
            assertThat(index.children("b")).extracting(IndexEntry::path).containsExactly("b/x");
        }
    }

    @Test
    void a_move_changes_the_digests_of_both_parents() {
        try (Index index = Index.inMemory()) {
            Stream.of("", "from", "from/x", "to").forEach(path -> index.put(directory(path)));
            Digest full = index.digest("from");
            Digest empty = index.digest("to");
            index.digest("");
            index.move("from/x", "to/x");
            assertThat(index.digest("from")).isEqualTo(empty);
            assertThat(index.digest("to")).isEqualTo(full);
        }
    }

    @Test
    void a_change_in_a_directory_moved_to_a_changed_name_changes_its_digest() {
        try (Index index = Index.inMemory()) {
            Stream.of("", "a", "z").forEach(path -> index.put(directory(path)));
            Digest empty = index.digest("z");
            index.digest("");
            index.put(file("a/f", 1));
            index.move("a", "b");
            index.move("z", "a");
            index.put(file("a/g", 1));
            assertThat(index.digest("a")).isNotEqualTo(empty);
        }
    }

    @Test
    void a_change_after_the_digests_of_child_directories_were_asked_for_changes_them() {
        try (Index index = Index.inMemory()) {
            Stream.of("", "a").forEach(path -> index.put(directory(path)));
            Digest empty = index.directoryDigests("").get("a");
            index.put(file("a/f", 1));
            assertThat(index.directoryDigests("").get("a")).isNotEqualTo(empty);
        }
    }

    @Test
    void a_change_that_is_repeated_after_a_rollback_changes_the_digest() {
        try (Index index = Index.inMemory()) {
            index.put(directory(""));
            Digest empty = index.digest("");
            index.commit();
            index.put(file("f", 1));
            index.rollback();
            assertThat(index.digest("")).isEqualTo(empty);
            index.put(file("f", 1));
            index.rollback();
            index.put(file("f", 1));
            assertThat(index.digest("")).isNotEqualTo(empty);
        }
    }

    @Test
    void keeps_notes_when_the_tree_is_cleared() throws IOException {
        try (Index index = Index.open(file)) {
            assertThat(index.note("position")).isEmpty();
            index.note("position", "1");
            index.note("position", "2");
            index.remove("");
        }
        try (Index index = Index.open(file)) {
            assertThat(index.note("position")).contains("2");
        }
    }

    @Test
    void a_killed_process_loses_only_uncommitted_changes() throws IOException {
        Path copy = temporary.resolve("copy.db");
        try (Index index = Index.open(file)) {
            index.put(directory(""));
            index.commit();
            index.put(directory("not committed"));
            // The files of an open index are what a killed process leaves.
            for (String part : List.of("", "-journal")) {
                if (Files.exists(Path.of(file + part))) {
                    Files.copy(Path.of(file + part), Path.of(copy + part));
                }
            }
        }
        try (Index index = Index.open(copy)) {
            assertThat(index.find("")).contains(directory(""));
            assertThat(index.count()).isEqualTo(1);
        }
    }

    @Test
    void a_file_that_is_not_a_database_is_moved_aside_and_replaced() throws IOException {
        Files.createDirectories(file.getParent());
        for (String content : List.of("an older wreck ".repeat(500), "a wreck ".repeat(500))) {
            Files.writeString(file, content);
            try (Index index = Index.open(file)) {
                assertThat(index.count()).isZero();
                index.put(directory(""));
            }
            assertThat(file.resolveSibling("index.db.damaged")).hasContent(content);
        }
        try (Index index = Index.open(file)) {
            assertThat(index.count()).isEqualTo(1);
        }
    }

    @Test
    void an_index_of_another_version_is_moved_aside() throws IOException, SQLException {
        isNotBelievedAfter("PRAGMA user_version = 999");
    }

    @Test
    void does_not_trust_an_index_that_was_open_at_a_machine_crash() throws IOException, SQLException {
        isNotBelievedAfter("INSERT INTO note VALUES ('in-use', 'an earlier start of the machine')");
    }

    @Test
    void a_database_of_another_program_is_moved_aside() throws IOException, SQLException {
        Files.createDirectories(file.getParent());
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE note (of_another_program TEXT)");
        }
        try (Index index = Index.open(file)) {
            assertThat(index.count()).isZero();
        }
        assertThat(file.resolveSibling("index.db.damaged")).exists();
    }

    @Test
    void a_closed_index_is_not_marked_as_in_use() throws IOException, SQLException {
        for (boolean durable : new boolean[] {false, true}) {
            try (Index index = durable ? Index.openDurable(file) : Index.open(file)) {
                assertThat(inUse(file)).as("before the first commit").isNotEmpty();
                index.put(directory(""));
            }
            assertThat(inUse(file)).isEmpty();
        }
    }

    private void isNotBelievedAfter(String sql) throws IOException, SQLException {
        fill();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        try (Index index = Index.open(file)) {
            assertThat(index.count()).isZero();
        }
        assertThat(file.resolveSibling("index.db.damaged")).exists();
    }

    @Test
    void trusts_an_index_with_synchronous_writes_after_a_power_cut() throws Exception {
        Path copy = temporary.resolve("copy.db");
        try (Index index = Index.openDurable(file)) {
            index.put(directory(""));
            index.commit();
            Files.copy(file, copy);
        }
        assertThat(inUse(copy)).as("no start of a machine").isEqualTo("any");
        try (Index index = Index.openDurable(copy)) {
            assertThat(index.find("")).contains(directory(""));
            Files.copy(copy, temporary.resolve("again.db"));
        }
        try (Index index = Index.open(temporary.resolve("again.db"))) {
            assertThat(index.find("")).contains(directory(""));
            assertThat(inUse(temporary.resolve("again.db"))).as("this start").hasSizeGreaterThan(30);
        }
    }

    private static String inUse(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                java.sql.ResultSet row = statement.executeQuery("SELECT value FROM note WHERE key = 'in-use'")) {
            return row.next() ? row.getString(1) : "";
        }
    }

    @Test
    void trusts_an_index_that_a_killed_process_had_open() throws IOException {
        Path copy = temporary.resolve("copy.db");
        try (Index index = Index.open(file)) {
            index.put(directory(""));
            index.commit();
            Files.copy(file, copy);
        }
        try (Index index = Index.open(copy)) {
            assertThat(index.find("")).contains(directory(""));
        }
    }

    @Test
    void an_intact_index_is_kept_after_a_crash() throws IOException {
        fill();
        Files.write(Path.of(file + "-journal"), new byte[] {1});
        try (Index index = Index.open(file)) {
            assertThat(index.count()).isEqualTo(5001);
        }
    }

    @Test
    void damage_in_the_middle_is_found_after_a_crash() throws IOException {
        fill();
        scribble();
        Files.write(Path.of(file + "-journal"), new byte[] {1});
        try (Index index = Index.open(file)) {
            assertThat(index.count()).isZero();
        }
        assertThat(file.resolveSibling("index.db.damaged")).exists();
    }

    @Test
    void reports_damage_found_in_use_and_repairs_it_at_the_restart() throws IOException {
        fill();
        scribble();
        Index index = Index.open(file);
        assertThatThrownBy(() -> {
            for (int i = 0; i < 5000; i++) {
                index.put(file("directory/file" + i, 2));
            }
        }).isInstanceOf(IndexException.class).hasMessageContaining(file.toString()).hasMessageContaining("moved aside");
        index.rollback();
        index.close();
        try (Index again = Index.open(file)) {
            assertThat(again.count()).isZero();
        }
    }

    @Test
    void provides_the_remedy_without_the_path_of_the_file() throws IOException {
        fill();
        scribble();
        try (Index index = Index.open(file)) {
            IndexException fault = catchThrowableOfType(IndexException.class, () -> index.remove("directory"));

            assertThat(index.isFaulty()).isTrue();
            assertThat(fault.remedy()).contains("moved aside and rebuilt").doesNotContain(file.toString());
            index.rollback();
        }
    }

    @Test
    void reports_an_unusable_location_with_a_remedy() throws IOException {
        Files.createDirectories(file);
        assertThatThrownBy(() -> Index.open(file)).isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("write access");
    }

    @Test
    void a_copy_of_the_closed_file_is_a_complete_index() throws IOException {
        fill();
        Path copy = temporary.resolve("copy.db");
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        try (Index index = Index.open(copy)) {
            assertThat(index.count()).isEqualTo(5001);
        }
    }

    private void fill() throws IOException {
        try (Index index = Index.open(file)) {
            index.put(directory(""));
            for (int i = 0; i < 5000; i++) {
                index.put(file("directory/file" + i, 1));
            }
        }
    }

    /** Keeps the first page intact, so that opening succeeds. */
    private void scribble() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long at = 20 * 4096; at < channel.size(); at += 4096) {
                channel.write(ByteBuffer.wrap("scribble".repeat(100).getBytes()), at);
            }
        }
    }

    private static IndexEntry directory(String path) {
        return IndexEntry.unseen(new Entry.Directory(path, 0755, Time.ofNanos(1)));
    }

    private static IndexEntry file(String path, long size) {
        return IndexEntry.unseen(new Entry.File(path, 0644, Time.ofNanos(1), size, X));
    }
}
