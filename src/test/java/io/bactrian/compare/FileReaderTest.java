package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large files are read as they are sent: in one go or in parts, and only while they stay what they were. */
class FileReaderTest {
    private static final int SIZE = (5 << 20) / 2;

    @TempDir
    Path root;

    private final byte[] content = new byte[SIZE];
    private FileReader reader;
    private Stat stat;

    @BeforeEach
    void a_large_file() throws IOException {
        new Random(1).nextBytes(content);
        Files.write(root.resolve("large"), content);
        reader = new FileReader(root, 1000, StagedContents.NONE);
        stat = Stat.of(root.resolve("large")).orElseThrow();
    }

    @Test
    void hashes_a_file_that_stays_as_it_is() throws IOException {
        assertThat(reader.digest("large", stat)).hasValue(new HashedFile(stat, Digest.of(content), false));
    }

    @Test
    void a_file_that_did_not_change_while_it_was_hashed_is_not_being_written() throws IOException {
        reader.largeFileTiming().readInOnePass("large");
        assertThat(reader.largeFileTiming().oldest()).isPresent();

        reader.digest("large", stat);
        assertThat(reader.largeFileTiming().oldest()).isEmpty();
    }

    @Test
    void a_small_file_that_keeps_changing_rests_once_it_has_cost_two_seconds() throws IOException {
        reader = new FileReader(root, 32 << 20, StagedContents.NONE);
        Files.write(root.resolve("busy"), new byte[32 << 20]);
        try (Source source = new Source(root)) {
            Optional<IndexEntry> held = Optional.empty();
            for (int write = 1; write <= 5; write++) {
                Files.setLastModifiedTime(root.resolve("busy"), FileTime.fromMillis(write));
                Stat now = Stat.of(root.resolve("busy")).orElseThrow();
                reader.compare("busy", now, held, false, 0644, source);
                held = Optional.of(IndexEntry.unseen(new Entry.File("busy", 0644, now.modified(), now.size(), Digest.EMPTY)));
            }

            assertThat(source.told()).as("the first, and two of 1.7 seconds each").hasSize(3);
        }
    }

    @Test
    void has_no_digest_of_a_file_that_changed_since_it_was_listed() throws IOException {
        Files.write(root.resolve("large"), Arrays.copyOf(content, SIZE + 1));
        assertThat(reader.digest("large", stat)).isEmpty();
        assertThat(reader.isStill("large", stat)).isFalse();

        Files.delete(root.resolve("large"));
        assertThat(reader.isStill("large", stat)).isFalse();
    }

    private List<Integer> read(boolean still, boolean touch) throws IOException {
        List<Integer> pieces = new ArrayList<>();
        boolean whole = still ? reader.readStill("large", stat, piece -> piece(piece, pieces, touch))
                : reader.read("large", stat, piece -> piece(piece, pieces, touch));
        assertThat(whole).isEqualTo(pieces.stream().mapToInt(Integer::intValue).sum() == SIZE);
        return pieces;
    }

    private void piece(ByteBuffer piece, List<Integer> pieces, boolean touch) {
        pieces.add(piece.remaining());
        if (touch) {
            new Source(root).time("large", pieces.size()).close();
        }
    }

    @Test
    void reads_on_in_a_changing_file_only_where_it_is_sent_as_it_was_read() throws IOException {
        assertThat(read(true, false)).containsExactly(1 << 20, 1 << 20, 1 << 19);
        assertThat(read(false, true)).containsExactly(1 << 20, 1 << 20, 1 << 19);
        assertThat(read(true, true)).as("it has another time by now").isEmpty();
        stat = Stat.of(root.resolve("large")).orElseThrow();
        assertThat(read(true, true)).hasSize(1);
    }

    @Test
    void reads_a_changing_file_no_further_than_it_was_long() throws IOException {
        Files.write(root.resolve("large"), Arrays.copyOf(content, SIZE + 5));
        assertThat(read(false, false)).containsExactly(1 << 20, 1 << 20, 1 << 19);

        Files.write(root.resolve("large"), Arrays.copyOf(content, 5));
        assertThat(read(false, false)).containsExactly(5);
    }

    @Test
    void reads_parts_of_a_file_as_far_as_it_goes() throws IOException {
        ByteBuffer part = ByteBuffer.allocate(1000);
        reader.part("large", 5, part);
        assertThat(part).isEqualTo(ByteBuffer.wrap(content, 5, 1000));

        part.clear();
        reader.part("large", SIZE - 7, part);
        assertThat(part).isEqualTo(ByteBuffer.wrap(content, SIZE - 7, 7));
        try (FileChannel file = reader.open("large")) {
            assertThat(file.size()).isEqualTo(SIZE);
        }
    }

    @Test
    void only_a_file_has_the_stat_of_a_file() throws IOException {
        Files.createDirectory(root.resolve("d"));

        assertThat(reader.stat("large")).hasValue(stat);
        assertThat(reader.stat("d")).isEmpty();
        assertThat(reader.stat("none")).isEmpty();
    }

    @Test
    void a_large_file_is_uploaded_where_nothing_is_ever_staged() throws IOException {
        try (Source source = new Source(root).time("large", 1)) {
            assertThat(reader.isSentWhole("large")).isFalse();
            source.files = new FileReader(root, 1000, StagedContents.NONE);
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> source.compare().large.contains("large"));
            assertThat(source.told()).doesNotContain("file large");
        }
    }
}
