package io.bactrian.replica;

import static io.bactrian.TreeAssert.assertThatTree;
import static io.bactrian.replica.write.Outcome.APPLIED;
import static io.bactrian.replica.write.Outcome.SAME;
import static io.bactrian.replica.Workbench.THEN;
import static io.bactrian.replica.Workbench.bytes;
import static io.bactrian.replica.Workbench.dir;
import static io.bactrian.replica.Workbench.exchange;
import static io.bactrian.replica.Workbench.file;
import static io.bactrian.replica.Workbench.link;
import static io.bactrian.replica.Workbench.move;
import static io.bactrian.replica.Workbench.named;
import static io.bactrian.replica.Workbench.remove;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.bactrian.OwnDirectory;
import io.bactrian.TreeSnapshot;
import io.bactrian.change.Change;
import io.bactrian.content.Staging;
import io.bactrian.replica.disk.Posix;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.replica.write.ChangeFailedException.ContentMissing;
import io.bactrian.replica.write.ChangeFailedException.DigestMismatch;
import io.bactrian.replica.write.Outcome;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchTest {
    private static final String BIG = "b".repeat(70_000);

    @TempDir
    Path root;
    @TempDir
    Path outside;
    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(root);
    }

    @AfterEach
    void no_temporary_file_is_left_and_the_index_matches_the_disk() throws Exception {
        assertThat(bench.staged()).isEmpty();
        assertThat(bench.index.digest("")).isEqualTo(bench.fresh());
        bench.close();
    }

    @Test
    void creates_files_directories_and_links_exactly_as_requested() throws Exception {
        bench.apply(dir("", 0750, THEN + 1), dir("d", 01777, THEN + 2), file("d/f", "x", 0462, -5),
                new Change.MakeLink("d/l", Time.ofNanos(THEN + 3), "no//where/"));
        assertThatTree(root).holdsExactly("d", "d/f", "d/l");
        assertThat(Files.readString(bench.at("d/f"))).isEqualTo("x");
        assertThat(bench.stat("")).extracting(Stat::mode, Stat::modified).containsExactly(0750, Time.ofNanos(THEN + 1));
        assertThat(bench.stat("d")).extracting(Stat::mode, Stat::modified).containsExactly(01777, Time.ofNanos(THEN + 2));
        assertThat(bench.stat("d/f")).extracting(Stat::mode, Stat::modified).containsExactly(0462, Time.ofNanos(-5L));
        assertThat(bench.stat("d/l").modified()).isEqualTo(Time.ofNanos(THEN + 3));
        assertThat(Files.readSymbolicLink(bench.at("d/l"))).hasToString("no//where/");
    }

    @Test
    void a_change_that_is_applied_already_writes_nothing() throws Exception {
        Change[] changes = {dir("d"), file("d/f", "x"), link("d/l", "f")};
        bench.apply(changes);
        List<Stat> before = List.of(bench.stat("d"), bench.stat("d/f"), bench.stat("d/l"));
        assertThat(bench.apply(changes)).containsOnly(SAME);
        assertThat(bench.apply(named(file("d/f", "x")))).containsOnly(SAME);
        assertThat(List.of(bench.stat("d"), bench.stat("d/f"), bench.stat("d/l"))).isEqualTo(before);
    }

    @Test
    void only_mode_and_time_change_on_content_that_is_there() throws Exception {
        bench.apply(file("f", "x"), link("l", "f"));
        Stat fileBefore = bench.stat("f");
        Stat linkBefore = bench.stat("l");
        assertThat(bench.apply(named(file("f", "x", 0600, THEN + 7)), new Change.MakeLink("l", Time.ofNanos(THEN + 7), "f")))
                .containsOnly(APPLIED);
        assertThat(bench.stat("f")).extracting(Stat::inode, Stat::mode, Stat::modified)
                .containsExactly(fileBefore.inode(), 0600, Time.ofNanos(THEN + 7));
        assertThat(bench.stat("l")).extracting(Stat::inode, Stat::modified)
                .containsExactly(linkBefore.inode(), Time.ofNanos(THEN + 7));
        assertThat(bench.apply(named(file("f", "x", 0600, THEN + 7)))).containsOnly(SAME);
    }

    @Test
    void does_not_trust_a_file_that_somebody_else_changed() throws Exception {
        bench.apply(file("f", "right"));
        Files.writeString(bench.at("f"), "wrong");
        Files.setLastModifiedTime(bench.at("f"), FileTime.from(THEN, TimeUnit.NANOSECONDS));
        assertThat(bench.apply(file("f", "right"))).containsOnly(APPLIED);
        assertThat(Files.readString(bench.at("f"))).isEqualTo("right");
    }

    @Test
    void a_file_that_was_touched_but_is_unchanged_is_read_and_not_written() throws Exception {
        bench.apply(file("f", "right"));
        long inode = bench.stat("f").inode();
        Files.setPosixFilePermissions(bench.at("f"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(bench.apply(named(file("f", "right")))).containsOnly(APPLIED);
        assertThat(bench.stat("f")).extracting(Stat::inode, Stat::mode).containsExactly(inode, 0644);
    }

    @Test
    void a_file_is_replaced_as_a_whole() throws Exception {
        bench.apply(file("f", "old"));
        try (var reader = Files.newInputStream(bench.at("f"))) {
            bench.apply(file("f", "new"));
            assertThat(reader.readAllBytes()).isEqualTo(bytes("old"));
        }
        assertThat(Files.readString(bench.at("f"))).isEqualTo("new");
    }

    @Test
    void content_with_a_wrong_digest_changes_nothing() throws Exception {
        bench.apply(dir("d"), file("d/f", "x"));
        TreeSnapshot before = TreeSnapshot.of(root);
        Change.WriteFile lie = new Change.WriteFile("d", 0644, Time.ofNanos(THEN), 1, Digest.of(bytes("a")), Optional.of(bytes("b")));
        assertThatThrownBy(() -> bench.apply(lie)).isInstanceOf(DigestMismatch.class).hasMessageContaining("d:");
        assertThatTree(root).equalsTree(before);
    }

    @Test
    void missing_content_is_requested_and_does_not_affect_other_changes() throws Exception {
        try (Batch batch = bench.replica.begin()) {
            assertThatThrownBy(() -> batch.write(named(file("sub/f", "x")))).isInstanceOf(CannotApply.class)
                    .hasMessageContaining("sub").hasMessageContaining("create it first");
            assertThatThrownBy(() -> batch.write(named(file("f", "x")))).isInstanceOf(ContentMissing.class)
                    .hasMessageContaining("upload it");
            assertThat(batch.write(file("g", "x"))).isEqualTo(APPLIED);
        }
        assertThatTree(root).holdsExactly("g");
    }

    @Test
    void takes_content_from_staging() throws Exception {
        bench.upload(BIG);
        assertThat(bench.apply(named(file("f", BIG, 0400, THEN)))).containsOnly(APPLIED);
        assertThat(Files.readString(bench.at("f"))).isEqualTo(BIG);
        assertThat(bench.stat("f")).extracting(Stat::mode, Stat::modified).containsExactly(0400, Time.ofNanos(THEN));
    }

    @Test
    void staged_content_that_is_wrong_is_dropped() throws Exception {
        Change.WriteFile file = named(file("f", BIG));
        bench.staging.write(bench.staging.open(file.digest(), file.size()).id(), 0,
                ByteBuffer.wrap(bytes("c".repeat(BIG.length()))));
        assertThatThrownBy(() -> bench.apply(file)).isInstanceOf(DigestMismatch.class);
        assertThatThrownBy(() -> bench.apply(file)).isInstanceOf(ContentMissing.class);
    }

    @Test
    void one_upload_serves_several_files_at_once() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 50; round++) {
                String content = BIG + round;
                bench.upload(content);
                CyclicBarrier together = new CyclicBarrier(4);
                try (Batch batch = bench.replica.begin()) {
                    List<Callable<Outcome>> writes = new ArrayList<>();
                    for (String name : List.of("a", "b", "c", "d")) {
                        writes.add(() -> {
                            together.await(60, TimeUnit.SECONDS);
                            return batch.write(named(file(name, content)));
                        });
                    }
                    for (Future<Outcome> done : threads.invokeAll(writes)) {
                        assertThat(done.get()).isEqualTo(APPLIED);
                    }
                }
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Files.mismatch(bench.at("a"), bench.at("d"))).isEqualTo(-1);
    }

    @Test
    void copies_content_from_another_path_unless_somebody_else_changed_it() throws Exception {
        bench.upload(BIG);
        bench.apply(named(file("a", BIG)), named(file("b", BIG)));
        assertThat(Files.mismatch(bench.at("a"), bench.at("b"))).isEqualTo(-1);
        bench.apply(remove("a"));
        Files.writeString(bench.at("b"), "B" + BIG.substring(1));
        assertThatThrownBy(() -> bench.apply(named(file("c", BIG)))).isInstanceOf(ContentMissing.class);
        // Opening a FIFO blocks until its other end is opened.
        Files.delete(bench.at("b"));
        assertThat(new ProcessBuilder("mkfifo", bench.at("b").toString()).start().waitFor()).isZero();
        assertTimeoutPreemptively(Duration.ofSeconds(60),
                () -> assertThatThrownBy(() -> bench.apply(named(file("c", BIG)))).isInstanceOf(ContentMissing.class));
        bench.replica.scan();
    }

    @Test
    void small_content_is_copied_too_from_whichever_file_still_has_it() throws Exception {
        String content = "c".repeat(600);
        bench.apply(file("a", content), file("b", content), file("tiny", "t"));
        assertThat(bench.apply(named(file("c", content, 0600, THEN + 1)))).containsOnly(APPLIED);
        assertThat(bench.at("c")).hasContent(content);
        assertThat(bench.stat("c")).extracting(Stat::mode, Stat::modified).containsExactly(0600, Time.ofNanos(THEN + 1));
        assertThatThrownBy(() -> bench.apply(named(file("tiny2", "t")))).isInstanceOf(ContentMissing.class);
        for (String spoilt : List.of("a", "b")) {
            Files.writeString(bench.at(spoilt), "C".repeat(600));
            Posix.modified(bench.at(spoilt), Time.ofNanos(THEN));
        }
        assertThat(bench.apply(named(file("d", content)))).containsOnly(APPLIED);
        assertThat(bench.at("d")).hasContent(content);
        Files.delete(bench.at("c"));
        Files.delete(bench.at("d"));
        assertThatThrownBy(() -> bench.apply(named(file("e", content)))).isInstanceOf(ContentMissing.class);
        assertThat(bench.index.byDigest(Digest.of(bytes(content)), 600)).as("what is not there any more").isEmpty();
        assertThat(bench.staged()).isEmpty();
        bench.replica.scan();
    }

    @Test
    void an_empty_file_needs_no_content() throws Exception {
        bench.apply(named(file("f", "")));
        assertThat(bench.stat("f").size()).isZero();
        Change.WriteFile lie = new Change.WriteFile("g", 0644, Time.ofNanos(THEN), 0, Digest.of(bytes("a")), Optional.empty());
        assertThatThrownBy(() -> bench.apply(lie)).isInstanceOf(DigestMismatch.class);
    }

    @Test
    void drops_setuid_and_setgid_and_keeps_the_sticky_bit() throws Exception {
        bench.apply(file("f", "x", 07755, THEN));
        assertThat(bench.stat("f").mode()).isEqualTo(01755);
    }

    @Test
    void keeps_setuid_and_setgid_if_told_to(@TempDir Path other) throws Exception {
        try (Workbench trusting = new Workbench(other, true, true)) {
            trusting.apply(file("f", "x", 06755, THEN));
            assertThat(trusting.stat("f").mode()).isEqualTo(06755);
        }
    }

    @Test
    void leaves_links_out_if_told_to(@TempDir Path other) throws Exception {
        Files.createSymbolicLink(other.resolve("mine"), Path.of("x"));
        try (Workbench linkless = new Workbench(other, false, false)) {
            assertThat(linkless.index.children("")).isEmpty();
            assertThat(linkless.apply(link("l", "x"))).containsOnly(SAME);
            assertThat(linkless.apply(remove("mine"))).containsOnly(SAME);
            assertThatTree(other).holdsExactly("mine");
            assertThat(linkless.index.children("")).isEmpty();
        }
    }

    @Test
    void replaces_an_entry_by_one_of_another_type() throws Exception {
        bench.apply(dir("a"), file("a/x", "x"), file("b", "b"), link("c", "a"));
        Files.writeString(bench.at("a/unknown"), "");
        bench.apply(file("a", "now a file"), dir("b"), file("b/y", "y"), dir("c"));
        assertThatTree(root).holdsExactly("a", "b", "b/y", "c");
        bench.apply(link("b", "c"));
        bench.apply(file("b", "again"));
        assertThat(Files.readString(bench.at("b"))).isEqualTo("again");
        assertThat(bench.stat("c").kind()).isEqualTo(Stat.Kind.DIRECTORY);
    }

    @Test
    void directories_keep_their_times_when_their_content_changes() throws Exception {
        bench.apply(dir("", 0755, THEN), dir("a"), dir("a/b"), file("a/b/f", "x"));
        bench.apply(file("a/b/g", "y"), remove("a/b/f"), dir("a/c", 0700, THEN + 5));
        assertThat(bench.stat("").modified()).isEqualTo(Time.ofNanos(THEN));
        assertThat(bench.stat("a").modified()).isEqualTo(Time.ofNanos(THEN));
        assertThat(bench.stat("a/b").modified()).isEqualTo(Time.ofNanos(THEN));
        assertThat(bench.stat("a/c")).extracting(Stat::mode, Stat::modified).containsExactly(0700, Time.ofNanos(THEN + 5));
    }

    @Test
    void restores_mode_and_time_of_a_directory_that_somebody_else_changed() throws Exception {
        bench.apply(dir("d"));
        Files.setPosixFilePermissions(bench.at("d"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setLastModifiedTime(bench.at("d"), FileTime.fromMillis(1_000));
        assertThat(bench.apply(dir("d"))).containsOnly(APPLIED);
        assertThat(bench.stat("d")).extracting(Stat::mode, Stat::modified).containsExactly(0755, Time.ofNanos(THEN));
    }

    @Test
    void works_in_directories_that_forbid_it_to_their_owner() throws Exception {
        bench.apply(dir("d", 0000, THEN), dir("d/e", 0555, THEN), file("d/e/f", "x", 0000, THEN));
        bench.apply(file("d/e/g", "y"), file("d/e/f", "x", 0400, THEN), move("d/e/g", "d/h"));
        assertThat(bench.stat("d").mode()).isZero();
        bench.apply(move("d/e", "e"), dir("d/n", 0, THEN));
        assertThat(bench.stat("e")).extracting(Stat::mode, Stat::modified).containsExactly(0555, Time.ofNanos(THEN));
        bench.replica.scan();
        assertThat(bench.replica.problems()).isEmpty();
        assertThat(bench.stat("d").mode()).isZero();
        assertThat(bench.apply(remove("d"), remove("e"))).containsOnly(APPLIED);
        assertThatTree(root).isEmpty();
    }

    @Test
    void moves_files_links_and_whole_directories() throws Exception {
        bench.apply(dir("a"), dir("a/b"), file("a/b/f", "x"), link("a/l", "b/f"), dir("c"), file("t", "t"));
        Stat before = bench.stat("a/b/f");
        assertThat(bench.apply(move("a", "c/a"), move("t", "c/a/b/t"))).containsOnly(APPLIED);
        assertThatTree(root).holdsExactly("c", "c/a", "c/a/b", "c/a/b/f", "c/a/b/t", "c/a/l");
        assertThat(bench.stat("c/a/b/f")).isEqualTo(before);
        assertThat(bench.stat("c/a/b").modified()).isEqualTo(Time.ofNanos(THEN));
        assertThat(bench.index.find("c/a/b/t").orElseThrow().vouchedBy(bench.stat("c/a/b/t"))).isTrue();
        assertThat(bench.index.find("c/a/b/f").orElseThrow().vouchedBy(before)).isTrue();
    }

    @Test
    void a_move_replaces_its_destination() throws Exception {
        bench.apply(file("a", "a"), file("b", "b"), dir("d"), file("d/x", "x"));
        bench.apply(move("a", "b"));
        assertThat(Files.readString(bench.at("b"))).isEqualTo("a");
        bench.apply(move("b", "d"));
        assertThat(Files.readString(bench.at("d"))).isEqualTo("a");
        assertThatTree(root).holdsExactly("d");
    }

    @Test
    void swaps_two_entries_of_any_type() throws Exception {
        bench.apply(dir("a"), dir("a/sub", 0500, THEN), file("a/sub/f", "x"), dir("d"), file("d/g", "g"), link("l", "t"));
        long directory = bench.stat("a/sub").inode();
        long file = bench.stat("d/g").inode();
        Stat below = bench.stat("a/sub/f");
        assertThat(bench.apply(exchange("a/sub", "d/g"), exchange("l", "a/sub"))).containsOnly(APPLIED);
        assertThatTree(root).holdsExactly("a", "a/sub", "d", "d/g", "d/g/f", "l");
        assertThat(bench.stat("d/g")).extracting(Stat::inode, Stat::mode, Stat::modified)
                .containsExactly(directory, 0500, Time.ofNanos(THEN));
        assertThat(bench.stat("d/g/f")).isEqualTo(below);
        assertThat(bench.stat("l").inode()).isEqualTo(file);
        assertThat(bench.index.find("l").orElseThrow().vouchedBy(bench.stat("l"))).isTrue();
        assertThat(bench.index.find("a/sub").orElseThrow().vouchedBy(bench.stat("a/sub"))).isTrue();
        assertThat(bench.index.find("d/g/f").orElseThrow().vouchedBy(below)).isTrue();
        assertThat(bench.stat("a").modified()).isEqualTo(Time.ofNanos(THEN));
    }

    @Test
    void does_not_swap_unknown_or_foreign_entries() throws Exception {
        bench.apply(file("a", "a"), file("b", "b"));
        assertThatThrownBy(() -> bench.apply(exchange("a", "x"))).isInstanceOf(CannotApply.class);
        assertThatThrownBy(() -> bench.apply(exchange("x", "a"))).isInstanceOf(CannotApply.class);
        Files.delete(bench.at("b"));
        Files.createDirectory(bench.at("b"));
        assertThatThrownBy(() -> bench.apply(exchange("a", "b"))).isInstanceOf(CannotApply.class);
        assertThat(Files.readString(bench.at("a"))).isEqualTo("a");
        bench.replica.scan();
    }

    @Test
    void uses_a_temporary_path_if_the_file_system_cannot_exchange(@TempDir Path other) throws Exception {
        Files.writeString(other.resolve("a"), "a");
        Files.createDirectory(other.resolve("b"));
        Posix.turnBy(other.resolve("t"), List.of(other.resolve("a"), other.resolve("b")));
        assertThat(other.resolve("a")).isDirectory();
        assertThat(other.resolve("b")).hasContent("a");
        assertThatThrownBy(() -> Posix.turnBy(other.resolve("t"),
                List.of(other.resolve("b"), other.resolve("nothing"), other.resolve("a"))))
                .isInstanceOf(IOException.class);
        assertThat(other.resolve("b")).hasContent("a");
        assertThat(other.resolve("a")).isDirectory();
        assertThat(other.resolve("t")).doesNotExist();
    }

    @Test
    void accepts_a_repeated_move_and_rejects_one_without_a_source() throws Exception {
        bench.apply(file("a", "a"));
        bench.apply(move("a", "b"));
        assertThat(bench.apply(move("a", "b"))).containsOnly(SAME);
        assertThatThrownBy(() -> bench.apply(move("x", "y"))).isInstanceOf(CannotApply.class)
                .hasMessageContaining("y:").hasMessageContaining("x");
        Files.delete(bench.at("b"));
        assertThatThrownBy(() -> bench.apply(move("b", "c"))).isInstanceOf(CannotApply.class);
        assertThat(bench.index.find("b")).isEmpty();
    }

    @Test
    void a_move_between_two_names_of_one_file_leaves_the_new_name() throws Exception {
        bench.apply(file("a", "a"));
        Files.createLink(bench.at("b"), bench.at("a"));
        bench.replica.scan();
        assertThat(bench.apply(move("a", "b"))).containsOnly(APPLIED);
        assertThatTree(root).holdsExactly("b");
        assertThat(Files.readString(bench.at("b"))).isEqualTo("a");
    }

    @Test
    void deletes_and_accepts_a_repeated_deletion() throws Exception {
        bench.apply(dir("d"), file("f", "x"), link("l", "d"));
        try (Batch batch = bench.replica.begin()) {
            assertThat(batch.delete(remove("f"))).isEqualTo(APPLIED);
            assertThat(batch.delete(remove("f"))).isEqualTo(SAME);
            assertThat(batch.delete(remove("no/such/f"))).isEqualTo(SAME);
            assertThat(batch.holdsDirectory("l")).isFalse();
            assertThat(batch.holdsDirectory("d")).isTrue();
            assertThat(batch.holdsDirectory("")).isTrue();
            assertThat(batch.holdsDirectory("no/such")).isFalse();
            assertThat(batch.prune(remove("l"))).isEqualTo(APPLIED);
            assertThatThrownBy(() -> batch.delete(remove("d"))).isInstanceOf(CannotApply.class)
                    .hasMessageStartingWith("d:");
        }
        assertThatTree(root).holdsExactly("d");
    }

    @Test
    void prunes_with_all_below_and_follows_no_link() throws Exception {
        Files.writeString(outside.resolve("precious"), "x");
        TreeSnapshot before = TreeSnapshot.of(outside);
        bench.apply(dir("d"), dir("d/e"), file("d/e/f", "x"), link("d/out", outside.toString()));
        Files.createDirectory(bench.at("d/stranger"));
        Files.createSymbolicLink(bench.at("d/stranger/out"), outside);
        assertThat(bench.apply(remove("d"))).containsOnly(APPLIED);
        assertThat(bench.apply(remove("d"))).containsOnly(SAME);
        assertThatTree(root).isEmpty();
        assertThatTree(outside).equalsTree(before);
    }

    @Test
    void a_link_of_the_same_batch_does_not_lead_outside() throws Exception {
        Files.writeString(outside.resolve("f"), "x");
        TreeSnapshot before = TreeSnapshot.of(outside);
        bench.apply(dir("d"), file("d/f", "x"), file("m", "m"));
        try (Batch batch = bench.replica.begin()) {
            batch.write(file("d/g", "y"));
            batch.link(link("d", outside.toString()));
            for (Change change : List.of(file("d/f", "evil"), dir("d/e"), link("d/l", "x"), move("m", "d/m"))) {
                assertThatThrownBy(() -> Workbench.apply(batch, change)).as("%s", change)
                        .isInstanceOf(CannotApply.class);
            }
            assertThat(batch.prune(remove("d/f"))).isEqualTo(SAME);
            assertThat(batch.delete(remove("d/f"))).isEqualTo(SAME);
            assertThat(batch.holdsDirectory("d/e")).isFalse();
            batch.make(dir("p"));
            batch.write(file("p/x", "x"));
            batch.move(move("p", "q"));
            batch.link(link("p", outside.toString()));
            assertThatThrownBy(() -> batch.write(file("p/x", "evil"))).isInstanceOf(CannotApply.class);
        }
        assertThatTree(outside).equalsTree(before);
    }

    @Test
    void does_not_follow_a_link_that_replaced_a_directory() throws Exception {
        bench.apply(dir("d"));
        TreeSnapshot before = TreeSnapshot.of(outside);
        Files.delete(bench.at("d"));
        Files.createSymbolicLink(bench.at("d"), outside);
        assertThatThrownBy(() -> bench.apply(file("d/f", "x"))).isInstanceOf(CannotApply.class)
                .hasMessageContaining("not a directory").hasMessageNotContaining(root.toString());
        assertThatTree(outside).equalsTree(before);
        bench.replica.scan();
    }

    @Test
    void messages_name_the_remedy_and_no_absolute_path() throws Exception {
        // Paths of a tree are never too long for the system, but a link's target can be.
        assertThatThrownBy(() -> bench.apply(link("l", "m".repeat(5000)))).isInstanceOf(CannotApply.class)
                .hasMessageContaining("File name too long").hasMessageContaining("shorten")
                .hasMessageNotContaining(root.toString());
    }

    @Test
    void foreign_directories_keep_their_time_when_a_batch_works_in_them() throws Exception {
        Files.createDirectory(bench.at("theirs"));
        Files.setLastModifiedTime(bench.at("theirs"), FileTime.fromMillis(1_000));
        bench.apply(file("theirs/f", "x"));
        assertThat(bench.stat("theirs").modified()).isEqualTo(Time.ofNanos(1_000_000_000L));
        bench.apply(dir(""));
        bench.replica.scan();
    }

    @Test
    void writes_complete_files_to_a_mounted_file_system_too() throws Exception {
        try (OwnDirectory memory = OwnDirectory.inMemory()) {
            Path elsewhere = memory.path().resolve("staging");
            Assumptions.assumeFalse(Files.getFileStore(memory.path()).equals(Files.getFileStore(root)));
            // Here staging is on another file system, which has the same effect on a rename.
            Replica far = new Replica(TargetSettings.of("far", bench.root, Map.of(Property.TARGET_FSYNC, "none")), bench.index,
                    new Staging(elsewhere));
            try (Batch batch = far.begin()) {
                batch.write(file("f", "old"));
                batch.write(file("f", "x", 0040, THEN + 1));
                batch.link(link("l", "a//b/"));
                batch.make(dir("d"));
                batch.write(file("d/f", "x"));
                batch.prune(remove("d"));
            }
            assertThatTree(root).holdsExactly("f", "l");
            assertThat(bench.stat("f")).extracting(Stat::mode, Stat::modified).containsExactly(0040, Time.ofNanos(THEN + 1));
            assertThat(Files.readSymbolicLink(bench.at("l"))).hasToString("a//b/");
            assertThat(bench.stat("l").modified()).isEqualTo(Time.ofNanos(THEN));
            assertThat(elsewhere).as("the staging").doesNotExist();
        }
    }

    @Test
    void different_files_of_one_batch_are_written_by_several_threads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Batch batch = bench.replica.begin()) {
            List<Callable<Outcome>> writes = new ArrayList<>();
            for (int d = 0; d < 10; d++) {
                batch.make(dir("d" + d, 0555, THEN));
                for (int f = 0; f < 20; f++) {
                    Change.WriteFile write = file("d" + d + "/f" + f, "content " + f);
                    writes.add(() -> batch.write(write));
                }
            }
            for (Future<Outcome> done : threads.invokeAll(writes)) {
                assertThat(done.get()).isEqualTo(APPLIED);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(TreeSnapshot.of(root).paths()).hasSize(210);
        assertThat(bench.stat("d9")).extracting(Stat::mode, Stat::modified).containsExactly(0555, Time.ofNanos(THEN));
    }

    @Test
    void a_read_only_staging_directory_stops_writes_but_not_removals() throws Exception {
        Assumptions.assumeFalse("root".equals(System.getProperty("user.name")), "root may do everything");
        bench.apply(dir("d"), dir("d/e"), file("d/e/f", "x"));
        Path staging = Files.createDirectories(bench.at(".bactrian/staging"));
        Files.setPosixFilePermissions(staging, PosixFilePermissions.fromString("r-x------"));
        assertThatThrownBy(() -> bench.apply(file("d/e/g", "y"))).isInstanceOf(CannotApply.class)
                .hasMessageContaining("d/e/g: Permission denied").hasMessageContaining("ownership");
        // A directory that cannot be renamed is emptied in place.
        assertThat(bench.apply(remove("d"))).containsOnly(APPLIED);
        Files.setPosixFilePermissions(staging, PosixFilePermissions.fromString("rwx------"));
    }
}
