package io.bactrian.replica;

import static io.bactrian.TreeAssert.assertThatTree;
import static io.bactrian.replica.Workbench.THEN;
import static io.bactrian.replica.Workbench.bytes;
import static io.bactrian.replica.Workbench.dir;
import static io.bactrian.replica.Workbench.file;
import static io.bactrian.replica.Workbench.link;
import static io.bactrian.replica.Workbench.remove;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.replica.write.Outcome;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaTest {
    @TempDir
    Path root;

    @Test
    void a_scan_finds_foreign_additions_changes_and_removals() throws Exception {
        try (Workbench bench = new Workbench(root)) {
            bench.apply(dir("d"), file("d/f", "x"), file("gone", "x"), dir("was"), file("was/f", "x"), link("l", "a"));
            Files.writeString(bench.at("d/f"), "y");
            Files.delete(bench.at("gone"));
            bench.apply(remove("was/f"));
            Files.delete(bench.at("was"));
            Files.writeString(bench.at("was"), "a file now");
            Files.createDirectories(bench.at("new/deep"));
            Files.delete(bench.at("l"));
            Files.createSymbolicLink(bench.at("l"), Path.of("b"));
            assertThat(bench.replica.scan()).isEmpty();
            assertThat(bench.index.digest("")).isEqualTo(bench.fresh());
            assertThat(bench.index.find("gone")).isEmpty();
            assertThat(bench.index.find("d/f")).map(IndexEntry::entry).hasValueSatisfying(entry ->
                    assertThat(((Entry.File) entry).digest()).isEqualTo(Digest.of(bytes("y"))));
            assertThat(bench.index.find(".bactrian")).isEmpty();
        }
    }

    @Test
    void an_unfinished_batch_does_not_prevent_closing() throws Exception {
        try (Workbench bench = new Workbench(root)) {
            bench.replica.begin();

            assertThat(CompletableFuture.runAsync(() -> {
                try {
                    bench.replica.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            })).succeedsWithin(Duration.ofSeconds(60));
        }
    }

    @Test
    void a_scan_does_not_read_files_with_an_unchanged_stat() throws Exception {
        try (Workbench bench = new Workbench(root)) {
            bench.apply(file("f", "x"));
            // Reading it would give the correct digest.
            Entry.File made = new Entry.File("f", 0644, Time.ofNanos(THEN), 1, Digest.of(bytes("made up")));
            bench.index.put(IndexEntry.seen(made, bench.stat("f")));
            bench.replica.scan();
            assertThat(bench.index.find("f")).map(IndexEntry::entry).contains(made);
        }
    }

    @Test
    void rereads_a_file_modified_while_it_was_read() throws Exception {
        try (Workbench bench = new Workbench(root)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                Files.writeString(bench.at("f"), "x");
                bench.replica.scan();
                return bench.index.find("f").orElseThrow().changed() == IndexEntry.UNSEEN;
            });
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                bench.replica.scan();
                return bench.index.find("f").orElseThrow().vouchedBy(bench.stat("f"));
            });
        }
    }

    @Test
    void reports_a_fifo_so_that_it_can_be_removed_or_replaced() throws Exception {
        for (String name : List.of("fifo", "file", "directory")) {
            assertThat(new ProcessBuilder("mkfifo", root.resolve(name).toString()).start().waitFor()).isZero();
        }
        try (Workbench bench = new Workbench(root)) {
            assertThat(bench.replica.problems()).isEmpty();
            assertThat(bench.index.children("")).extracting(held -> held.path() + Entry.isSpecial(held.entry()))
                    .containsExactly("directorytrue", "fifotrue", "filetrue");
            assertThat(bench.apply(file("file", "x"), dir("directory"), remove("fifo"))).containsOnly(Outcome.APPLIED);
            assertThat(Files.readString(bench.at("file"))).isEqualTo("x");
            assertThat(bench.stat("directory").kind()).isEqualTo(Stat.Kind.DIRECTORY);
            assertThat(bench.at("fifo")).doesNotExist();
            assertThat(bench.replica.scan()).isEmpty();
            assertThat(bench.index.children("")).extracting(held -> Entry.isSpecial(held.entry())).containsOnly(false);
        }
    }

    @Test
    void a_batch_waits_until_the_one_before_is_finished() throws Exception {
        try (Workbench bench = new Workbench(root)) {
            Batch first = bench.replica.begin();
            CompletableFuture<Batch> second = CompletableFuture.supplyAsync(() -> {
                try {
                    return bench.replica.begin();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(second).isNotDone();
            first.write(file("f", "x"));
            first.finish();
            second.get(60, TimeUnit.SECONDS).close();
            assertThatThrownBy(() -> first.write(file("g", "x"))).isInstanceOf(ChangeFailedException.class);
        }
    }

    @Test
    void after_a_crash_within_a_batch_the_index_matches_the_disk() throws Exception {
        try (Workbench bench = new Workbench(root)) {
            bench.apply(dir("d", 0555, THEN), file("d/f", "x"));
            Batch batch = bench.replica.begin();
            batch.write(file("d/g", "y"));
            // The state that a new process finds after this one was killed.
            bench.index.rollback();
            new Replica(TargetSettings.of("test", bench.root, Map.of(Property.TARGET_FSYNC, "none")), bench.index, bench.staging).scan();
            assertThat(bench.index.find("d").orElseThrow().entry()).isEqualTo(
                    new Entry.Directory("d", 0755, bench.stat("d").modified()));
            assertThat(bench.index.digest("")).isEqualTo(bench.fresh());
            batch.close();
            bench.apply(dir("d", 0555, THEN));
            assertThat(bench.stat("d")).extracting(Stat::mode, Stat::modified).containsExactly(0555, Time.ofNanos(THEN));
        }
    }

    @Test
    void opening_creates_the_directory_and_keeps_the_time_of_an_existing_one() throws Exception {
        Path there = Files.createDirectory(root.resolve("there"));
        Files.setLastModifiedTime(there, FileTime.from(THEN, NANOSECONDS));
        try (Replica replica = Replica.open(settings(there), 1)) {
            replica.scan();
            assertThat(Stat.of(there).orElseThrow().modified()).isEqualTo(Time.ofNanos(THEN));
            assertThat(Stat.of(there.resolve(".bactrian")).orElseThrow().mode()).isEqualTo(0700);
        }
        try (Replica replica = Replica.open(settings(root.resolve("to/be/made")), 1)) {
            assertThat(replica.scan()).isEmpty();
        }
        assertThatTree(root.resolve("to/be/made")).isEmpty();
    }

    @Test
    void remembers_its_content_when_it_is_reopened() throws Exception {
        try (Replica replica = Replica.open(settings(root), 1); Batch batch = replica.begin()) {
            batch.write(file("f", "x"));
        }
        try (Replica replica = Replica.open(settings(root), 1); Batch batch = replica.begin()) {
            assertThat(batch.write(file("f", "x"))).isEqualTo(Outcome.SAME);
        }
    }

    @Test
    void closing_finishes_an_open_batch_and_refuses_further_ones() throws Exception {
        Replica replica = Replica.open(settings(root), 1);
        Batch cutOff = replica.begin();
        cutOff.make(dir("d", 0555, THEN));
        cutOff.write(file("d/f", "x"));
        CompletableFuture<Batch> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return replica.begin();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });

        replica.close();

        assertThat(Stat.of(root.resolve("d")).orElseThrow()).extracting(Stat::mode, Stat::modified)
                .containsExactly(0555, Time.ofNanos(THEN));
        assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(ReplicaClosedException.class);
        assertThatThrownBy(() -> cutOff.write(file("d/g", "y"))).isInstanceOf(ChangeFailedException.class)
                .hasMessageContaining("send it again");
        assertThatThrownBy(replica::begin).isInstanceOf(ReplicaClosedException.class);
        try (Index index = Index.open(root.resolve(".bactrian/index.db"))) {
            assertThat(index.find("d/f").orElseThrow().vouchedBy(Stat.of(root.resolve("d/f")).orElseThrow())).isTrue();
        }
    }

    @Test
    void closing_cancels_a_scan() throws Exception {
        // Gigabytes of holes: reading them takes longer than reaching the next line.
        for (int i = 0; i < 2000; i++) {
            try (RandomAccessFile file = new RandomAccessFile(root.resolve("f" + i).toFile(), "rw")) {
                file.setLength(8 << 20);
            }
        }
        Replica replica = Replica.open(settings(root), 1);
        CompletableFuture<Void> looking = CompletableFuture.runAsync(() -> {
            try {
                replica.scan();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        await().atMost(Duration.ofSeconds(60)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> replica.index().count() > 10);
        replica.close();
        assertThatThrownBy(() -> looking.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(ReplicaClosedException.class);
    }

    @Test
    void resolves_a_link_as_root_and_refuses_a_broken_one() throws Exception {
        Path real = Files.createDirectory(root.resolve("real"));
        Path link = Files.createSymbolicLink(root.resolve("link"), real);
        try (Replica replica = Replica.open(settings(link), 1); Batch batch = replica.begin()) {
            batch.write(file("f", "x"));
        }
        assertThatTree(real).holdsExactly("f");
        Path nowhere = Files.createSymbolicLink(root.resolve("nowhere"), root.resolve("nothing"));
        assertThatThrownBy(() -> Replica.open(settings(nowhere), 1)).isInstanceOf(IOException.class)
                .hasMessageContaining("a broken link");
        assertThatThrownBy(() -> Replica.open(settings(real.resolve("f")), 1)).isInstanceOf(IOException.class)
                .hasMessageContaining("it is a file");
    }

    @Test
    void own_folder_must_not_be_a_link() throws Exception {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Path target = Files.createDirectory(root.resolve("target"));
        Files.createSymbolicLink(target.resolve(".bactrian"), elsewhere);
        assertThatThrownBy(() -> Replica.open(settings(target), 1)).hasMessageContaining("not a directory");
        assertThatTree(elsewhere).isEmpty();
    }

    private static TargetSettings settings(Path directory) {
        return TargetSettings.of("test", directory, Map.of(Property.TARGET_FSYNC, "none"));
    }
}
