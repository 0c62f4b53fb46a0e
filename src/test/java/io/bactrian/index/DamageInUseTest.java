package io.bactrian.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage that opening the index does not detect. */
class DamageInUseTest {
    @TempDir
    Path place;

    @Test
    void an_index_found_damaged_in_use_is_rebuilt() throws IOException {
        Path file = place.resolve("index.db");
        try (Index index = Index.open(file)) {
            for (int i = 0; i < 5000; i++) {
                index.put(IndexEntry.unseen(new Entry.Directory("d" + i, 0755, Time.ofNanos(i))));
            }
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            // Opening reads only the first pages.
            int half = (int) (Files.size(file) / 8192 * 4096);
            channel.write(ByteBuffer.allocate((int) Files.size(file) - half), half);
        }
        try (Index index = Index.open(file)) {
            assertThatThrownBy(() -> index.children("")).isInstanceOf(IndexException.class);
            assertThat(index.isFaulty()).isTrue();
            assertThatThrownBy(() -> index.note("key")).as("also what is not damaged, until a rollback").isInstanceOf(IndexException.class);
            index.rollback();
            assertThat(index.isFaulty()).isFalse();
            index.put(IndexEntry.unseen(new Entry.Directory("a", 0755, Time.ofNanos(1))));
            index.commit();
            assertThat(index.children("")).extracting(IndexEntry::path).containsExactly("a");
        }
        assertThat(place.resolve("index.db.damaged")).exists();
    }
}
