package io.bactrian.replica;

import static io.bactrian.replica.Workbench.dir;
import static io.bactrian.replica.Workbench.file;
import static io.bactrian.replica.Workbench.link;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

import io.bactrian.replica.scrub.Discrepancy;
import io.bactrian.replica.scrub.Scrub;
import io.bactrian.replica.write.Batch;
import io.bactrian.tree.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrubTest {
    @TempDir
    Path place;
    @TempDir
    Path elsewhere;
    private Workbench bench;
    private final List<String> found = new ArrayList<>();
    private long files;
    private long bytes;
    private Runnable whileReading = () -> { };

    @BeforeEach
    void a_replica() throws Exception {
        bench = new Workbench(place);
        bench.apply(dir(""), dir("d"), file("d/f", "content"), file("g", "more"), link("l", "d/f"), dir("e"));
        bench.replica.scan();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private List<String> scrub(boolean repair) throws IOException {
        found.clear();
        new Scrub(bench.replica, repair, 0, report(), () -> false).run();
        return found;
    }

    private List<String> check() throws IOException {
        found.clear();
        Scrub.ofStats(bench.replica, 0, report(), () -> false).run();
        return found;
    }

    private Scrub.Report report() {
        return new Scrub.Report() {
            @Override
            public void read(long more) {
                bytes += more;
                files += more == 0 ? 1 : 0;
                whileReading.run();
                whileReading = () -> { };
            }

            @Override
            public void found(Discrepancy finding) {
                found.add(finding.what() + ": " + finding.path());
            }
        };
    }

    @Test
    void a_check_by_stat_reads_nothing_if_nothing_changed() throws IOException {
        assertThat(check()).isEmpty();
        assertThat(files).isZero();
        assertThat(bytes).isZero();
    }

    @Test
    void a_check_by_stat_reads_only_changed_files_even_if_their_time_was_set_back() throws IOException {
        damage("d/f");

        assertThat(check()).containsExactly("damaged: d/f");
        assertThat(files).isOne();
        assertThat(check()).as("what the index says by now").isEmpty();
        assertThat(bench.index.digest("")).isEqualTo(bench.fresh());
    }

    @Test
    void a_check_by_stat_finds_removed_and_added_entries() throws IOException {
        Files.delete(bench.at("d/f"));
        Files.delete(bench.at("e"));
        Files.createDirectories(bench.at("extra/deep"));
        Files.writeString(bench.at("extra/deep/f"), "strange");

        assertThat(check()).contains("missing: d/f", "missing: e", "not from the source: extra",
                "not from the source: extra/deep/f", "other attributes: d");
        assertThat(bench.index.digest("")).isEqualTo(bench.fresh());
    }

    /** A batch changes the times of directories and restores them at its end. */
    @Test
    void a_check_by_stat_does_not_report_the_changes_of_a_batch() throws Exception {
        java.util.concurrent.FutureTask<List<String>> look = new java.util.concurrent.FutureTask<>(this::check);
        Thread looking = new Thread(look);
        try (Batch batch = bench.replica.begin()) {
            Workbench.apply(batch, dir("new"));
            Workbench.apply(batch, file("new/f", "fresh"));
            Workbench.apply(batch, file("d/f", "another content"));
            Workbench.apply(batch, Workbench.remove("e"));
            looking.start();
            org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> looking.getState() == Thread.State.WAITING);
        }

        assertThat(look.get(30, java.util.concurrent.TimeUnit.SECONDS)).isEmpty();
        assertThat(files).isZero();
    }

    /** Changes content but not the time, like a failing disk or a program that resets the time. */
    private void damage(String path) throws IOException {
        FileTime before = Files.getLastModifiedTime(bench.at(path));
        try (FileChannel channel = FileChannel.open(bench.at(path), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'X'}), 1);
        }
        Files.setLastModifiedTime(bench.at(path), before);
    }

    @Test
    void reads_everything_and_finds_nothing_in_an_intact_replica() throws IOException {
        Digest before = bench.index.digest("");

        assertThat(scrub(true)).isEmpty();

        assertThat(files).isEqualTo(2);
        assertThat(bytes).isEqualTo("contentmore".length());
        assertThat(bench.index.digest("")).isEqualTo(before);
    }

    /** Only where open directories are supported; elsewhere operations use paths. */
    @Test
    void does_not_read_outside_through_a_link_that_replaced_a_directory() throws Exception {
        bench.apply(file("d/a", "first"), file("d/z", "last"));
        Path outside = Files.createDirectory(elsewhere.resolve("outside"));
        Files.writeString(outside.resolve("z"), "secret");
        Files.setPosixFilePermissions(outside.resolve("z"), PosixFilePermissions.fromString("---------"));
        whileReading = () -> {
            try {
                Files.move(bench.at("d"), elsewhere.resolve("aside"));
                Files.createSymbolicLink(bench.at("d"), outside);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };

        assertThat(scrub(true)).noneMatch(finding -> finding.contains("d/z"));

        assertThat(bytes).isEqualTo("firstcontentlastmore".length());
        assertThat(Files.getPosixFilePermissions(outside.resolve("z"))).isEmpty();
        assertThat(bench.index.find("d/z").map(io.bactrian.index.IndexEntry::entry)).hasValueSatisfying(entry ->
                assertThat(((io.bactrian.tree.Entry.File) entry).digest()).isEqualTo(Digest.of("last".getBytes())));
        assertThat(scrub(true)).contains("other type: d");
    }

    @Test
    void finds_a_damaged_byte_behind_an_unchanged_size_and_time() throws IOException {
        damage("d/f");

        assertThat(scrub(true)).containsExactly("damaged: d/f");

        assertThat(bench.index.digest("")).as("what the sender is told").isEqualTo(bench.fresh());
        assertThat(scrub(true)).isEmpty();
    }

    @Test
    void finds_damage_even_if_the_index_has_the_same_stat() throws Exception {
        damage("g");
        var stat = bench.stat("g");
        bench.index.put(io.bactrian.index.IndexEntry.seen(bench.index.find("g").orElseThrow().entry(), stat));
        bench.replica.scan();
        assertThat(bench.index.find("g").orElseThrow().vouchedBy(stat)).isTrue();

        assertThat(scrub(true)).containsExactly("damaged: g");
    }

    @Test
    void finds_every_kind_of_foreign_change() throws IOException {
        Files.writeString(bench.at("d/f"), "something else");
        Files.delete(bench.at("l"));
        Files.createSymbolicLink(bench.at("l"), Path.of("elsewhere"));
        Files.delete(bench.at("g"));
        Files.createDirectories(bench.at("extra/deep"));
        Files.writeString(bench.at("extra/deep/file"), "x");
        Files.delete(bench.at("e"));
        Files.writeString(bench.at("e"), "a file now");

        assertThat(scrub(true)).contains("other content: d/f", "other link: l", "missing: g", "not from the source: extra",
                "not from the source: extra/deep", "not from the source: extra/deep/file", "other type: e",
                "other attributes: ");

        assertThat(bench.index.digest("")).isEqualTo(bench.fresh());
        assertThat(scrub(true)).isEmpty();
    }

    @Test
    void finds_other_modes_and_times() throws IOException {
        Files.setPosixFilePermissions(bench.at("g"), PosixFilePermissions.fromString("rwx------"));
        Files.setLastModifiedTime(bench.at("e"), FileTime.fromMillis(1));

        assertThat(scrub(true)).containsExactlyInAnyOrder("other attributes: e", "other attributes: g");
    }

    @Test
    void only_reports_if_repair_is_off() throws IOException {
        Digest before = bench.index.digest("");
        damage("d/f");
        Files.delete(bench.at("g"));
        Files.createFile(bench.at("extra"));

        assertThat(scrub(false)).contains("damaged: d/f", "missing: g", "not from the source: extra");

        assertThat(bench.index.digest("")).isEqualTo(before);
        assertThat(scrub(false)).hasSize(4);
    }

    @Test
    void does_not_report_concurrent_changes_of_a_batch() throws IOException {
        whileReading = () -> {
            try {
                bench.apply(file("d/f", "changed meanwhile"), file("g", "others"), Workbench.remove("e"), file("new", "n"));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };

        assertThat(scrub(true)).isEmpty();
        assertThat(bench.index.digest("")).isEqualTo(bench.fresh());
    }

    @Test
    void reads_entries_without_owner_access_and_keeps_their_modes() throws Exception {
        bench.apply(dir("closed", 0, Workbench.THEN), file("closed/f", "secret", 0, Workbench.THEN));
        bench.replica.scan();

        assertThat(scrub(true)).isEmpty();

        assertThat(bench.stat("closed").mode()).isZero();
    }

    /** Root has access to every directory. */
    @Test
    void reads_nested_directories_without_owner_access_and_restores_their_modes() throws Exception {
        bench.apply(dir("a"), dir("a/b"), file("a/b/f", "one"), dir("a/b/c"), file("a/b/c/g", "two"), dir("a/o"));
        bench.replica.scan();
        damage("a/b/c/g");
        for (String directory : List.of("a/b/c", "a/b", "a")) {
            Files.setPosixFilePermissions(bench.at(directory), PosixFilePermissions.fromString("---------"));
        }
        try {
            assertThat(scrub(true)).contains("damaged: a/b/c/g").noneMatch(what -> what.startsWith("missing"));
            assertThat(bench.stat("a").mode()).isZero();
        } finally {
            for (String directory : List.of("a", "a/b", "a/b/c")) {
                int mode = bench.stat(directory).mode();
                Files.setPosixFilePermissions(bench.at(directory), PosixFilePermissions.fromString("rwx------"));
                assertThat(mode).as("the mode of %s", directory).isZero();
            }
        }
    }

    @Test
    void can_be_stopped() {
        Scrub scrub = new Scrub(bench.replica, true, 0, new Scrub.Report() {
            @Override
            public void read(long more) {
            }

            @Override
            public void found(Discrepancy finding) {
            }
        }, () -> true);

        assertThatThrownBy(scrub::run).isInstanceOf(CancellationException.class);
    }
}
