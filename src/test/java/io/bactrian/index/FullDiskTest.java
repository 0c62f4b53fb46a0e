package io.bactrian.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.sql.SQLException;

import io.bactrian.Disk;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class FullDiskTest {
    @TempDir
    Path place;

    @Test
    void a_transaction_that_hits_a_full_disk_is_rolled_back_and_succeeds_later() throws IOException {
        try (Disk disk = new Disk(place); Index expected = Index.inMemory()) {
            assumeThat(disk.isMounted()).as("mounting a file system needs root").isTrue();
            try (Index index = Index.open(disk.root().resolve("index.db"))) {
                directory(index, "");
                index.commit();
                disk.fill(0);
                assertThatThrownBy(() -> {
                    many(index);
                    index.commit();
                }).isInstanceOf(IndexException.class).hasMessageContaining("the disk is full: free some space");
                assertThat(index.isFaulty()).isTrue();
                assertThatThrownBy(() -> directory(index, "alone")).isInstanceOf(IndexException.class);
                assertThatThrownBy(index::commit).isInstanceOf(IndexException.class);
                disk.free();
                index.rollback();
                assertThat(index.children("")).isEmpty();
                many(index);
                index.commit();
                directory(expected, "");
                many(expected);
                assertThat(index.digest("")).isEqualTo(expected.digest(""));
            }
        }
    }

    @Test
    void closing_reports_that_the_last_changes_could_not_be_committed() throws IOException {
        try (Disk disk = new Disk(place)) {
            assumeThat(disk.isMounted()).as("mounting a file system needs root").isTrue();
            Index index = Index.open(disk.root().resolve("index.db"));
            directory(index, "");
            index.commit();
            // Enough for the journal, and not for the pages that only a commit writes
            disk.fill(256 << 10);
            for (int i = 0; i < 5_000; i++) {
                directory(index, "d" + i);
            }

            assertThatThrownBy(index::close).isInstanceOf(IndexException.class).hasMessageContaining("free some space");
        }
    }

    @Test
    void a_damaged_index_is_deleted_if_there_is_no_space_to_keep_it() throws IOException {
        try (Disk disk = new Disk(place)) {
            assumeThat(disk.isMounted()).as("mounting a file system needs root").isTrue();
            Path file = disk.root().resolve("index.db");
            try (Index index = Index.open(file)) {
                many(index);
                index.commit();
            }
            try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
                damaged.write(new byte[100]);
            }
            // The size of a target's reserve for its index and the journal
            disk.fill(1 << 20);
            try (Index index = Index.open(file)) {
                many(index);
                index.commit();
                assertThat(index.count()).isEqualTo(50_001);
            }
            assertThat(file.resolveSibling("index.db.damaged")).doesNotExist();
        }
    }

    @Test
    void an_open_index_needs_no_further_files() throws IOException {
        try (Disk disk = new Disk(place)) {
            assumeThat(disk.isMounted()).as("mounting a file system needs root").isTrue();
            try (Index index = Index.open(disk.root().resolve("index.db"))) {
                directory(index, "");
                index.commit();
                assertThat(disk.limitInodes(0)).isTrue();
                directory(index, "a");
                index.commit();
                assertThat(index.count()).isEqualTo(2);
            }
        }
    }

    @Test
    void a_general_error_on_a_full_disk_is_explained_by_the_full_disk() throws IOException {
        try (Disk disk = new Disk(place)) {
            assumeThat(disk.isMounted()).as("mounting a file system needs root").isTrue();
            String file = disk.root().resolve("index.db").toString();
            SQLException fault = new SQLiteException("disk I/O error", SQLiteErrorCode.SQLITE_IOERR_WRITE);
            assertThat(new IndexException(file, fault).remedy()).contains("the disk failed or is full");

            assertThat(disk.limitInodes(0)).isTrue();

            assertThat(new IndexException(file, fault).remedy()).contains("free some space or files");
        }
    }

    private static void directory(Index index, String path) {
        index.put(IndexEntry.unseen(new Entry.Directory(path, 0755, Time.ofNanos(1))));
    }

    /** More than the database's cache holds, so that writing fails before the commit. */
    private static void many(Index index) {
        directory(index, "d");
        for (int i = 0; i < 50_000; i++) {
            directory(index, "d/" + i);
            if (i % 1000 == 0) {
                index.digest("");
            }
        }
    }
}
