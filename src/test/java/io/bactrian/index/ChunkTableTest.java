package io.bactrian.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Random;

import io.bactrian.content.ChunkList;
import io.bactrian.content.Chunker;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chunks that a view remembers. */
class ChunkTableTest {
    @TempDir
    Path directory;

    @Test
    void chunks_survive_closing_the_index_and_moving_the_file() throws Exception {
        ChunkList list = list(100_000);
        try (Index index = Index.open(directory.resolve("view.db"))) {
            index.put(IndexEntry.unseen(file("a", digest(1))));
            index.chunks(digest(1), list);
            index.move("a", "b");
        }
        try (Index index = Index.open(directory.resolve("view.db"))) {
            assertThat(index.chunks(digest(1))).contains(list);
            assertThat(index.chunks(digest(2))).isEmpty();
        }
    }

    @Test
    void does_not_return_chunks_in_the_format_of_another_version() throws Exception {
        Path file = directory.resolve("view.db");
        ChunkList list = list(100_000);
        try (Index index = Index.open(file)) {
            index.chunks(digest(1), list);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file); Statement statement = connection.createStatement()) {
            statement.execute("UPDATE chunks SET list = x'7F0A'");
        }
        try (Index index = Index.open(file)) {
            assertThat(index.chunks(digest(1))).isEmpty();
            index.chunks(digest(1), list);
            assertThat(index.chunks(digest(1))).contains(list);
        }
    }

    @Test
    void deletes_chunks_of_no_file_except_the_latest() {
        try (Index index = Index.inMemory()) {
            index.put(IndexEntry.unseen(file("held", digest(0))));
            for (int i = 0; i < 200; i++) {
                index.chunks(digest(i), list(10));
                assertThat(index.chunks(digest(i))).as("just stored").isPresent();
            }
            assertThat(index.chunks(digest(0))).isPresent();
            assertThat(index.chunks(digest(1))).isEmpty();
            assertThat(index.chunks(digest(199))).isPresent();
        }
    }

    @Test
    void deletes_the_oldest_chunks_beyond_the_limit() {
        ChunkList large = list(64 << 20);
        try (Index index = Index.inMemory()) {
            int count = (int) ((128L << 20) / large.bytes().length) + 20;
            for (int i = 0; i < count; i++) {
                index.put(IndexEntry.unseen(file("f" + i, digest(i))));
                index.chunks(digest(i), large);
            }
            index.chunks(digest(count), list(200 << 20));
            assertThat(index.chunks(digest(0))).isEmpty();
            assertThat(index.chunks(digest(count - 1))).isPresent();
        }
    }

    private static Entry.File file(String path, Digest digest) {
        return new Entry.File(path, 0644, Time.ofNanos(1), 1_000_000, digest);
    }

    private static Digest digest(int number) {
        return new Digest(number, 1, 2, 3);
    }

    private static ChunkList list(int size) {
        byte[] content = new byte[size];
        new Random(1).nextBytes(content);
        Chunker chunker = new Chunker(Chunker.LEAST_BITS);
        chunker.update(ByteBuffer.wrap(content));
        return chunker.finish();
    }
}
