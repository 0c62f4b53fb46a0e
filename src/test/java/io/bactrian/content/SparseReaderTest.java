package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import io.bactrian.OwnDirectory;
import io.bactrian.Tools;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SparseReaderTest {
    @Test
    void a_failed_read_names_the_file_and_leaves_the_buffer_as_it_was() throws IOException {
        try (OwnDirectory own = OwnDirectory.make()) {
            SparseReader reader = new SparseReader(own.path());
            ByteBuffer into = ByteBuffer.allocate(10);

            assertThatThrownBy(() -> reader.read(into, 0)).isInstanceOf(FileSystemException.class)
                    .hasMessageContainingAll(own.path().toString(), "Is a directory");

            assertThat(into.remaining()).isEqualTo(10);
            reader.close();
            assertThatThrownBy(() -> reader.read(into, 0)).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void a_sparse_file_is_read_into_whatever_room_there_is_and_closed() throws IOException {
        try (OwnDirectory own = OwnDirectory.make()) {
            Path path = own.path().resolve("file");
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(10 << 20);
            }
            ByteBuffer into = ByteBuffer.allocate(1 << 20);
            try (SparseReader reader = new SparseReader(path)) {
                assertThat(reader.read(into, 0)).isEqualTo(1 << 20);
                assertThat(reader.read(into, 1 << 20)).as("into a full buffer").isZero();
                assertThat(reader.read(into.clear(), (10 << 20) - 10)).isEqualTo(10);
            }
            assertThat(Tools.openBelow(own.path())).isZero();
        }
    }

    @Property(tries = 100)
    void reads_what_is_there(@ForAll @Size(max = 6) List<@IntRange(max = 700) Integer> data,
            @ForAll @IntRange(max = 3_000_000) int length, @ForAll @IntRange(min = 1, max = 500_000) int buffer) throws IOException {
        try (OwnDirectory own = OwnDirectory.make()) {
            Path path = own.path().resolve("file");
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(length);
                byte[] bytes = new byte[10_000];
                new Random(length).nextBytes(bytes);
                for (int at : data) {
                    file.seek(at * 4096L);
                    file.write(bytes);
                }
            }
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            ByteBuffer into = ByteBuffer.allocate(buffer);
            try (SparseReader reader = new SparseReader(path)) {
                while (reader.read(into.clear(), read.size()) > 0) {
                    read.write(into.array(), 0, into.position());
                }
                assertThat(reader.read(into.clear(), read.size())).isEqualTo(-1);
            }
            assertThat(read.toByteArray()).isEqualTo(Files.readAllBytes(path));
        }
    }
}
