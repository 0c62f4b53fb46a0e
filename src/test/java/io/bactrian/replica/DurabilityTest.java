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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.bactrian.change.RemovalLimit;
import io.bactrian.content.Staging;
import io.bactrian.index.Index;
import io.bactrian.replica.disk.Disk;
import io.bactrian.replica.disk.DiskReserve;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.Outcome;
import io.bactrian.settings.Fsync;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of sync operations, recorded by a disk that notes at each call what is visible already. */
class DurabilityTest {
    @TempDir
    Path place;
    private Path root;
    private Path database;
    private Index index;
    private Staging staging;
    private Replica replica;
    private final Witness disk = new Witness();

    /** Records its calls and what was visible at the time of each. */
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

        /** The files that have their final names, and the committed entries. */
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
        replica = new Replica(TargetSettings.of("test", root, Map.of(Property.TARGET_GUARD, "off",
                Property.TARGET_FSYNC, fsync.name().toLowerCase(Locale.ROOT))), index, staging, root.resolve(".bactrian"), disk,
                DiskReserve.none(), () -> { });
        replica.scan();
        disk.asked.clear();
    }

    @Test
    void syncs_a_batch_after_its_renames_and_before_the_index() throws Exception {
        begin(Fsync.BATCH);
        Workbench.apply(replica, dir("d"), file("d/f", "x"), file("g", "y"), link("l", "g"), dir("e"));
        assertThat(disk.asked).containsExactly("all d/f is there g is there");
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void syncs_a_small_batch_file_by_file() throws Exception {
        begin(Fsync.BATCH);
        Workbench.apply(replica, dir("", 0755, THEN), file("g", "y"));
        assertThat(disk.asked).containsExactly("file g y g is there", "directory  g is there");
        disk.asked.clear();
        Workbench.apply(replica, remove("g"));
        assertThat(disk.asked).hasSize(1).first().asString().startsWith("directory ");
    }

    @Test
    void syncs_files_that_the_same_batch_wrote_and_moved() throws Exception {
        begin(Fsync.BATCH);
        Workbench.apply(replica, file("h", "y"), move("h", "g"));
        assertThat(disk.asked).containsExactly("all g is there");
    }

    @Test
    void each_file_is_synced_before_its_rename() throws Exception {
        begin(Fsync.FILE);
        byte[] large = Workbench.bytes("staged");
        Staging.Upload upload = staging.open(Digest.of(large), large.length);
        staging.write(upload.id(), 0, ByteBuffer.wrap(large));
        Workbench.apply(replica, dir("d"), dir("e"), file("d/f", "x"), named(file("g", "staged")), dir("h"));
        assertThat(disk.asked).containsExactly("unnamed x", "unnamed staged d/f is there", "all d/f is there g is there");
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void without_syncfs_each_file_is_synced_in_the_same_order() throws Exception {
        disk.syncsAll = false;
        begin(Fsync.BATCH);
        Workbench.apply(replica, dir("", 0755, THEN), dir("d"), file("d/f", "x"), file("g", "y"));
        assertThat(disk.asked).startsWith("unnamed x", "unnamed y d/f is there").hasSize(4)
                .contains("directory d d/f is there g is there", "directory  d/f is there g is there");
    }

    @Test
    void does_not_sync_if_disabled_or_if_nothing_changed() throws Exception {
        begin(Fsync.NONE);
        Workbench.apply(replica, dir("d"), file("d/f", "x"));
        assertThat(disk.asked).isEmpty();
        begin(Fsync.BATCH);
        replica.begin().close();
        assertThat(disk.asked).isEmpty();
    }

    @Test
    void syncs_unchanged_files_too_because_an_earlier_answer_may_be_lost() throws Exception {
        begin(Fsync.NONE);
        Workbench.apply(replica, file("g", "y"));
        begin(Fsync.BATCH);
        assertThat(Workbench.apply(replica, file("g", "y"))).containsExactly(Outcome.SAME);
        assertThat(disk.asked).isNotEmpty();
    }

    @Test
    void writes_the_batch_again_after_a_failed_sync() throws Exception {
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
