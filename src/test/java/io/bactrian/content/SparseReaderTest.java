package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import io.bactrian.OwnDirectory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SparseReaderTest {
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
