package io.bactrian.replica;

import static io.bactrian.replica.Workbench.THEN;
import static io.bactrian.replica.Workbench.dir;
import static io.bactrian.replica.Workbench.file;
import static io.bactrian.replica.Workbench.link;
import static io.bactrian.replica.Workbench.move;
import static io.bactrian.replica.Workbench.named;
import static io.bactrian.replica.Workbench.remove;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import io.bactrian.change.Guard;
import io.bactrian.content.Staging;
import io.bactrian.index.Index;
import io.bactrian.replica.disk.Disk;
import io.bactrian.replica.disk.DiskReserve;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.Outcome;
import io.bactrian.settings.Fsync;
import io.bactrian.settings.TargetLimits;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is waited for, in which order: told by a disk that looks, each time it is asked, at what is there already. */
class DurabilityTest {
    @TempDir
    Path place;
    private Path root;
    private Path database;
    private Index index;
    private Staging staging;
    private Replica replica;
    private final Witness disk = new Witness();

    /** Notes what is asked of it, and what could be seen then. */
    private final class Witness implements Disk {
        final List<String> asked = new ArrayList<>();
        boolean syncsAll = true;
        IOException fault;

        @Override
        public void sync(Path path) throws IOException {
            Stat stat = Stat.of(path).orElse(null);
            if (stat == null) {
                throw new java.nio.file.NoSuchFileException(path.toString());
            }
            boolean staged = path.startsWith(staging().getParent());
            String what = stat.kind() == Stat.Kind.DIRECTORY ? "directory " + root.relativize(path) + time(stat)
                    : (staged ? "unnamed " : "file ") + (staged ? "" : root.relativize(path) + " ") + Files.readString(path)
                            + time(stat);
            asked.add(what + seen());
            fail();
        }

        private void fail() throws IOException {
            if (fault != null) {
                throw fault;
            }
        }

        private String time(Stat stat) {
            return stat.modified().equals(Time.ofNanos(THEN)) ? "" : ", its time is not right";
        }

        @Override
        public boolean syncsAll() {
            return syncsAll;
        }

        @Override
        public void syncAll(Path directory) throws IOException {
            asked.add("all" + seen());
            fail();
        }

        /** What has its name, and what is committed. */
        private String seen() throws IOException {
            StringBuilder seen = new StringBuilder();
            for (String name : List.of("d/f", "g")) {
                seen.append(Files.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS) ? " " + name + " is there" : "");
            }
            return seen.append(committed() > 0 ? " index" : "").toString();
        }

        @Override
        public long device(Path directory) {
            return 1;
        }

        @Override
        public void close() {
        }
    }

    private Path staging() {
        return root.resolve(".bactrian/staging/x");
    }

    private int committed() throws IOException {
        try (Connection reader = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = reader.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM entry WHERE name IN ('f', 'g')")) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectory(place.resolve("root")).toRealPath();
        database = root.resolve(".bactrian/index.db");
        index = Index.openDurable(database);
        staging = new Staging(root.resolve(".bactrian/staging"));
    }

    @AfterEach
    void close() {
        index.close();
    }

    private void begin(Fsync fsync) throws IOException {
        replica = new Replica(new TargetSettings("test", root, false, true, TargetLimits.NONE, Guard.OFF,
                Duration.ZERO, Duration.ZERO, fsync), index, staging, root.resolve(".bactrian"), disk,
                DiskReserve.none(), () -> { });
        replica.scan();
        disk.asked.clear();
    }

    @Test
    void a_batch_is_on_the_disk_after_all_its_names_and_before_the_index() throws Exception {
        begin(Fsync.BATCH);
        Workbench.apply(replica, dir("d"), file("d/f", "x"), file("g", "y"), link("l", "g"), dir("e"));
        assertThat(disk.asked).containsExactly("all d/f is there g is there");
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void a_batch_of_a_few_is_brought_to_the_disk_by_name() throws Exception {
        begin(Fsync.BATCH);
        Workbench.apply(replica, dir("", 0755, THEN), file("g", "y"));
        assertThat(disk.asked).containsExactly("file g y g is there", "directory  g is there");
        disk.asked.clear();
        Workbench.apply(replica, remove("g"));
        assertThat(disk.asked).hasSize(1).first().asString().startsWith("directory ");
    }

    @Test
    void what_was_written_and_moved_by_one_batch_is_found() throws Exception {
        begin(Fsync.BATCH);
        Workbench.apply(replica, file("h", "y"), move("h", "g"));
        assertThat(disk.asked).containsExactly("all g is there");
    }

    @Test
    void each_file_is_whole_on_the_disk_before_it_has_its_name() throws Exception {
        begin(Fsync.FILE);
        byte[] large = Workbench.bytes("staged");
        Staging.Upload upload = staging.open(Digest.of(large), large.length);
        staging.write(upload.id(), 0, ByteBuffer.wrap(large));
        Workbench.apply(replica, dir("d"), dir("e"), file("d/f", "x"), named(file("g", "staged")), dir("h"));
        assertThat(disk.asked).containsExactly("unnamed x", "unnamed staged d/f is there", "all d/f is there g is there");
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void without_a_way_for_all_each_is_waited_for_in_the_same_order() throws Exception {
        disk.syncsAll = false;
        begin(Fsync.BATCH);
        Workbench.apply(replica, dir("", 0755, THEN), dir("d"), file("d/f", "x"), file("g", "y"));
        assertThat(disk.asked).startsWith("unnamed x", "unnamed y d/f is there").hasSize(4)
                .contains("directory d d/f is there g is there", "directory  d/f is there g is there");
    }

    @Test
    void nothing_is_waited_for_if_that_is_wanted_or_there_is_nothing() throws Exception {
        begin(Fsync.NONE);
        Workbench.apply(replica, dir("d"), file("d/f", "x"));
        assertThat(disk.asked).isEmpty();
        begin(Fsync.BATCH);
        replica.begin().close();
        assertThat(disk.asked).isEmpty();
    }

    @Test
    void what_is_there_already_is_waited_for_too_for_its_first_answer_may_never_have_been_given() throws Exception {
        begin(Fsync.NONE);
        Workbench.apply(replica, file("g", "y"));
        begin(Fsync.BATCH);
        assertThat(Workbench.apply(replica, file("g", "y"))).containsExactly(Outcome.SAME);
        assertThat(disk.asked).isNotEmpty();
    }

    @Test
    void a_disk_that_does_not_take_a_batch_gets_all_of_it_once_more() throws Exception {
        begin(Fsync.BATCH);
        disk.fault = new IOException("Input/output error");
        Batch batch = replica.begin();
        batch.write(file("g", "y"));
        assertThatThrownBy(batch::finish).isInstanceOf(IOException.class).hasMessageContaining("Input/output");
        assertThat(committed()).isZero();
        disk.fault = null;
        long inode = Stat.of(root.resolve("g")).orElseThrow().inode();

        replica.begin().close();
        assertThat(index.find("g").orElseThrow().entry()).as("held as something else, so that it is sent again")
                .isNotEqualTo(file("g", "y").entry());
        assertThat(Workbench.apply(replica, file("g", "y"))).containsExactly(Outcome.APPLIED);
        assertThat(Stat.of(root.resolve("g")).orElseThrow().inode()).as("written anew").isNotEqualTo(inode);
        assertThat(Workbench.apply(replica, file("g", "y"))).containsExactly(Outcome.SAME);
    }
}
