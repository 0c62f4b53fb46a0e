package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.bactrian.Tools;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagingTest {
    private static final int PART = 100_000;
    private static final byte[] CONTENT = content();
    private static final Digest DIGEST = Digest.of(CONTENT);
    private static final long NEVER = System.nanoTime() + Long.MAX_VALUE / 2;

    @TempDir
    Path directory;
    private Staging staging;

    @BeforeEach
    void restart() throws IOException {
        staging = new Staging(directory);
    }

    @Test
    void claims_content_received_in_order_without_rereading_it() throws Exception {
        String id = open().id();
        for (int offset = 0; offset < CONTENT.length; offset += PART) {
            assertThat(staging.claim(DIGEST, CONTENT.length)).isEmpty();
            part(id, offset);
        }
        // Reading it again would detect this.
        Path file = directory.resolve(id);
        Files.write(file, new byte[CONTENT.length]);
        assertThat(staging.claim(DIGEST, CONTENT.length)).contains(file);
        assertThat(Stat.of(file).orElseThrow().mode()).isEqualTo(0600);
    }

    @Test
    void accepts_parts_in_any_order_concurrently_and_repeatedly() throws Exception {
        String id = open().id();
        List<Callable<Void>> parts = new ArrayList<>();
        for (int offset = 0; offset < CONTENT.length; offset += PART / 3) {
            int at = offset;
            Callable<Void> write = () -> {
                part(id, at);
                return null;
            };
            parts.add(write);
            parts.add(write);
        }
        Collections.shuffle(parts, new Random(1));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Void> done : threads.invokeAll(parts)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        Path file = staging.claim(DIGEST, CONTENT.length).orElseThrow();
        assertThat(Files.readAllBytes(file)).isEqualTo(CONTENT);
    }

    @Test
    @Timeout(600)
    void a_failed_write_of_a_part_blocks_nobody() throws Exception {
        String id = open().id();
        part(id, PART);
        Files.delete(directory.resolve(id));
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> staging.write(id, 0, ByteBuffer.wrap(CONTENT))).isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void never_writes_a_received_byte_again() throws Exception {
        String id = open().id();
        part(id, 0);
        staging.write(id, 0, ByteBuffer.wrap(new byte[CONTENT.length]));
        assertThatThrownBy(() -> staging.claim(DIGEST, CONTENT.length)).isInstanceOf(DigestMismatchException.class);
        id = open().id();
        for (int offset = 0; offset < CONTENT.length; offset += PART) {
            part(id, offset);
        }
        staging.write(id, 0, ByteBuffer.wrap(new byte[CONTENT.length]));
        assertThat(Files.readAllBytes(staging.claim(DIGEST, CONTENT.length).orElseThrow())).isEqualTo(CONTENT);
    }

    @Test
    void received_parts_survive_a_restart() throws Exception {
        String id = open().id();
        part(id, PART);
        part(id, 5 * PART);
        restart();
        assertThat(open().missing()).containsExactly(new Range(0, PART), new Range(2 * PART, 3 * PART),
                new Range(6 * PART, CONTENT.length - 6 * PART));
        for (Range range : open().missing()) {
            staging.write(id, range.offset(), slice(range));
        }
        restart();
        assertThat(open().missing()).isEmpty();
        assertThat(staging.claim(DIGEST, CONTENT.length)).isPresent();
    }

    @Test
    void ignores_a_truncated_record() throws Exception {
        String id = open().id();
        part(id, 0);
        Files.write(directory.resolve(id + ".ranges"), new byte[] {0, 0, 0, 0, 1}, StandardOpenOption.APPEND);
        restart();
        assertThat(open().missing()).containsExactly(new Range(PART, CONTENT.length - PART));
        part(id, 3 * PART);
        restart();
        assertThat(open().missing()).hasSize(2);
    }

    /** After a power cut the end of a growing record may be zeros. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE})
    void ignores_an_invalid_record(long number) throws Exception {
        String id = open().id();
        part(id, 0);
        Files.write(directory.resolve(id + ".ranges"),
                ByteBuffer.allocate(3 * Long.BYTES).putLong(number).putLong(number).array(), StandardOpenOption.APPEND);
        restart();
        assertThat(open().missing()).containsExactly(new Range(PART, CONTENT.length - PART));
        part(id, 3 * PART);
        restart();
        assertThat(open().missing()).hasSize(2);
    }

    @Test
    void discards_wrong_content_which_can_be_sent_again() throws Exception {
        String id = open().id();
        staging.write(id, 0, ByteBuffer.wrap(new byte[CONTENT.length]));
        assertThatThrownBy(() -> staging.claim(DIGEST, CONTENT.length)).isInstanceOf(DigestMismatchException.class)
                .hasMessageContaining("send it again");
        assertThat(directory).isEmptyDirectory();
        assertThat(open().missing()).containsExactly(new Range(0, CONTENT.length));
    }

    @Test
    void detects_content_damaged_by_a_power_cut_after_the_restart() throws Exception {
        String id = open().id();
        staging.write(id, 0, ByteBuffer.wrap(CONTENT));
        Files.write(directory.resolve(id), new byte[CONTENT.length]);
        restart();
        assertThatThrownBy(() -> staging.claim(DIGEST, CONTENT.length)).isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void refuses_parts_outside_the_upload_and_unknown_uploads() throws Exception {
        String id = open().id();
        ByteBuffer two = ByteBuffer.allocate(2);
        assertThatThrownBy(() -> staging.write(id, CONTENT.length - 1, two)).isInstanceOf(PartOutOfRangeException.class)
                .hasMessageContaining("exceeds the upload");
        assertThatThrownBy(() -> staging.write(id, -1, two)).isInstanceOf(PartOutOfRangeException.class);
        assertThatThrownBy(() -> staging.write(id, Long.MAX_VALUE, two)).isInstanceOf(PartOutOfRangeException.class);
        for (String unknown : List.of(Digest.EMPTY + "-5", "../x", "", id + "/x")) {
            assertThatThrownBy(() -> staging.write(unknown, 0, two)).isInstanceOf(UnknownUploadException.class);
        }
        staging.discard(id);
        assertThatThrownBy(() -> staging.write(id, 0, two)).isInstanceOf(UnknownUploadException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void zeros_need_neither_transfer_nor_space() throws Exception {
        byte[] content = new byte[3 << 20];
        content[2 << 20] = 1;
        Digest digest = Digest.of(content);
        staging = new Staging(directory, new StagingQuota(1 << 20, 5));
        String id = staging.open(digest, content.length).id();

        staging.zeros(id, List.of(new Range(100_000, 1_500_000)));
        assertThat(staging.missing(id, List.of())).containsExactly(new Range(0, 100_000), new Range(1_600_000, content.length - 1_600_000));
        assertThatThrownBy(() -> staging.zeros(id, List.of(new Range(1, content.length)))).isInstanceOf(PartOutOfRangeException.class);
        staging = new Staging(directory, new StagingQuota(1 << 20, 5));
        staging.write(id, 0, ByteBuffer.wrap(content, 0, 1 << 20).slice());
        staging.write(id, 1 << 20, ByteBuffer.wrap(content, 1 << 20, 1 << 20).slice());
        staging.write(id, 2 << 20, ByteBuffer.wrap(content, 2 << 20, 1 << 20).slice());

        assertThat(staging.claim(digest, content.length)).isPresent();
        assertThat(directory.resolve(id)).hasBinaryContent(content);
        assertThat(StagingUsage.of(directory).bytes()).isLessThan(64 << 10);
    }

    /** Needs a file system with a limit; others accept it because nothing is allocated. */
    @Test
    void an_upload_larger_than_any_file_leaves_nothing() throws Exception {
        try {
            staging.discard(staging.open(DIGEST, Long.MAX_VALUE).id());
        } catch (FileSystemException e) {
            assertThat(e).hasMessageContaining("File too large");
        }
        assertThat(directory).isEmptyDirectory();
        restart();
    }

    @Test
    void wrongly_announced_holes_give_a_digest_mismatch() throws Exception {
        Staging.Upload upload = open();
        staging.zeros(upload.id(), upload.missing());
        assertThatThrownBy(() -> staging.claim(DIGEST, CONTENT.length)).isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void an_upload_that_was_renamed_away_leaves_nothing(@TempDir Path elsewhere) throws Exception {
        staging.write(open().id(), 0, ByteBuffer.wrap(CONTENT));
        Files.move(staging.claim(DIGEST, CONTENT.length).orElseThrow(), elsewhere.resolve("used"));
        staging.discard(DIGEST, CONTENT.length);
        assertThat(directory).isEmptyDirectory();
        assertThat(staging.claim(DIGEST, CONTENT.length)).isEmpty();
    }

    @Test
    void discards_abandoned_uploads_and_keeps_recent_ones() throws Exception {
        String old = open().id();
        String young = staging.open(Digest.EMPTY, 7).id();
        Files.setLastModifiedTime(directory.resolve(old + ".ranges"), FileTime.fromMillis(0));
        staging.sweep(Duration.ofHours(1));
        assertThat(directory.resolve(old)).doesNotExist();
        assertThat(directory.resolve(young)).exists();
    }

    @Test
    void discards_abandoned_uploads_although_the_clock_was_set_back() throws Exception {
        String abandoned = open().id();
        Path record = directory.resolve(abandoned + ".ranges");
        Files.setLastModifiedTime(record, FileTime.from(Instant.now().plus(Duration.ofDays(50))));
        staging.sweep(Duration.ofHours(1));
        assertThat(directory.resolve(abandoned)).as("it begins to age now").exists();
        assertThat(Files.getLastModifiedTime(record).toInstant()).isBefore(Instant.now().plusSeconds(1));
        staging.sweep(Duration.ZERO);
        assertThat(directory.resolve(abandoned)).doesNotExist();
    }

    @Test
    void removes_temporary_files_of_an_earlier_process_and_keeps_uploads() throws Exception {
        String id = open().id();
        Path buried = Files.createDirectories(staging.temporary().resolve("deep")).getParent();
        Path file = Files.createFile(staging.temporary());
        restart();
        assertThat(buried).doesNotExist();
        assertThat(file).doesNotExist();
        assertThat(directory.resolve(id)).exists();
    }

    @Test
    void parts_received_before_the_digest_was_known_count_afterwards() throws Exception {
        Digest key = Digest.of(new byte[] {1});
        Staging.Upload upload = staging.openUnnamed(key, CONTENT.length);
        part(upload.id(), 0);
        part(upload.id(), PART);
        assertThat(staging.size(upload.id())).isEqualTo(CONTENT.length);

        staging.name(key, DIGEST, CONTENT.length);

        assertThat(open().missing()).isNotEmpty().allSatisfy(range -> assertThat(range.offset()).isGreaterThanOrEqualTo(2L * PART));
        assertThat(directory.resolve(upload.id())).doesNotExist();
        assertThatThrownBy(() -> staging.size(upload.id())).isInstanceOf(UnknownUploadException.class);
        for (Range range : open().missing()) {
            staging.write(open().id(), range.offset(), slice(range));
        }
        assertThat(Files.readAllBytes(staging.claim(DIGEST, CONTENT.length).orElseThrow())).isEqualTo(CONTENT);
    }

    @Test
    void keeps_a_complete_upload_of_the_same_content_over_a_renamed_one() throws Exception {
        Digest key = Digest.of(new byte[] {1});
        String unnamed = staging.openUnnamed(key, CONTENT.length).id();
        staging.write(open().id(), 0, ByteBuffer.wrap(CONTENT));

        staging.name(key, DIGEST, CONTENT.length);

        assertThat(directory.resolve(unnamed)).doesNotExist();
        assertThat(staging.holds(DIGEST, CONTENT.length)).isTrue();
    }

    @Test
    void a_renamed_upload_replaces_an_incomplete_one_of_the_same_content() throws Exception {
        Digest key = Digest.of(new byte[] {1});
        part(open().id(), 0);
        staging.write(staging.openUnnamed(key, CONTENT.length).id(), 0, ByteBuffer.wrap(CONTENT));

        staging.name(key, DIGEST, CONTENT.length);

        assertThat(staging.holds(DIGEST, CONTENT.length)).isTrue();
    }

    @Test
    void renaming_an_unknown_upload_does_nothing() throws Exception {
        staging.name(Digest.of(new byte[] {1}), DIGEST, CONTENT.length);

        assertThat(staging.lacking()).isZero();
        assertThat(open().missing()).containsExactly(new Range(0, CONTENT.length));
    }

    @Test
    void reports_received_and_missing_ranges() throws Exception {
        assertThat(staging.holds(DIGEST, CONTENT.length)).isFalse();
        assertThat(staging.lacking()).isZero();
        String id = open().id();
        assertThat(staging.lacking()).isEqualTo(CONTENT.length);
        part(id, 0);
        assertThat(staging.holds(DIGEST, CONTENT.length)).isFalse();
        assertThat(staging.lacking()).isEqualTo(CONTENT.length - PART);

        staging.write(id, 0, ByteBuffer.wrap(CONTENT));

        assertThat(staging.holds(DIGEST, CONTENT.length)).isTrue();
        assertThat(staging.lacking()).isZero();
    }

    @Test
    void a_content_received_in_reverse_is_hashed_as_soon_as_it_has_no_gap() throws Exception {
        int half = CONTENT.length / 2;
        String id = open().id();
        staging.write(id, half, slice(new Range(half, CONTENT.length - half)));
        staging.write(id, 0, slice(new Range(0, half)));

        assertClaimedWithoutReading(id, CONTENT);
    }

    @Test
    void a_short_part_that_fills_a_gap_has_half_a_mebibyte_hashed() throws Exception {
        byte[] content = Arrays.copyOf(CONTENT, 1 + (512 << 10));
        String id = staging.open(Digest.of(content), content.length).id();
        staging.write(id, 1, ByteBuffer.wrap(content, 1, 512 << 10));
        staging.write(id, 0, ByteBuffer.wrap(content, 0, 1));

        assertClaimedWithoutReading(id, content);
    }

    @Test
    void copied_content_is_hashed_meanwhile(@TempDir Path elsewhere) throws Exception {
        Path base = Files.write(elsewhere.resolve("base"), CONTENT);
        String id = open().id();
        assertThat(staging.copy(id, base, List.of(new Recipe.Copy(0, CONTENT.length, 0)), NEVER)).isTrue();

        assertClaimedWithoutReading(id, CONTENT);
    }

    /** Reading it again would find zeros. */
    private void assertClaimedWithoutReading(String id, byte[] content) throws IOException {
        Files.write(directory.resolve(id), new byte[content.length]);
        assertThat(staging.claim(Digest.of(content), content.length)).contains(directory.resolve(id));
    }

    @Test
    void copies_stop_at_whole_blocks_so_that_these_can_be_shared(@TempDir Path elsewhere) throws Exception {
        Path base = Files.write(elsewhere.resolve("base"), CONTENT);
        String id = open().id();
        staging.write(id, 0, slice(new Range(0, 1000)));

        assertThat(staging.copy(id, base, List.of(new Recipe.Copy(0, CONTENT.length, 0)), System.nanoTime())).isFalse();

        assertThat(open().missing()).containsExactly(new Range(65_536, CONTENT.length - 65_536));
    }

    @Test
    void a_large_upload_is_verified_in_turns() throws Exception {
        byte[] content = new byte[40 << 20];
        Digest digest = Digest.of(content);
        String id = staging.open(digest, content.length).id();
        long past = System.nanoTime();
        assertThat(staging.verify(digest, content.length, past)).as("incomplete").isFalse();
        staging.zeros(id, List.of(new Range(0, content.length)));

        assertThat(staging.verify(digest, content.length, past)).isFalse();
        assertThat(staging.verify(digest, content.length, past)).isFalse();
        assertThat(staging.verify(digest, content.length, past)).isTrue();
        restart();
        assertThat(staging.verify(digest, content.length, NEVER)).as("all in one turn").isTrue();
    }

    @Test
    void a_staged_file_that_somebody_truncated_is_an_error() throws Exception {
        String id = open().id();
        part(id, PART);
        Files.write(directory.resolve(id), new byte[PART]);

        assertThatThrownBy(() -> part(id, 0)).isInstanceOf(EOFException.class);
        assertThat(Tools.openBelow(directory)).isZero();
    }

    @Test
    void an_empty_part_changes_nothing() throws Exception {
        String id = open().id();

        staging.write(id, CONTENT.length, ByteBuffer.allocate(0));

        assertThat(open().missing()).containsExactly(new Range(0, CONTENT.length));
    }

    @Test
    void accepts_no_negative_sizes_and_only_uploads_that_exist(@TempDir Path elsewhere) throws Exception {
        assertThatThrownBy(() -> staging.open(DIGEST, -1)).isInstanceOf(IllegalArgumentException.class);
        String id = DIGEST + "-" + CONTENT.length;
        assertThatThrownBy(() -> staging.zeros(id, List.of())).isInstanceOf(UnknownUploadException.class);
        assertThatThrownBy(() -> staging.missing(id, List.of())).isInstanceOf(UnknownUploadException.class);
        assertThatThrownBy(() -> staging.copy(id, elsewhere, List.of(), NEVER)).isInstanceOf(UnknownUploadException.class);
        assertThatThrownBy(() -> staging.verify(DIGEST, CONTENT.length, NEVER)).isInstanceOf(UnknownUploadException.class);
        assertThat(staging.open(DIGEST, 0).missing()).as("of an empty content").isEmpty();
    }

    @Test
    void an_upload_of_scattered_bytes_is_limited_in_memory() throws Exception {
        int most = 100_000;
        String id = staging.open(DIGEST, 10 * most).id();
        ByteBuffer record = ByteBuffer.allocate(2 * Long.BYTES * most);
        for (int i = 0; i < most; i++) {
            record.putLong(10L * i).putLong(1);
        }
        Files.write(directory.resolve(id + ".ranges"), record.array());
        restart();
        staging.write(id, 5, ByteBuffer.allocate(1));

        assertThatThrownBy(() -> staging.write(id, 7, ByteBuffer.allocate(1))).hasMessageContaining("in order");
        staging.zeros(id, List.of(new Range(7, 1)));
        assertThat(staging.missing(id, List.of(new Recipe.Copy(0, 7, 0))).get(0)).isEqualTo(new Range(7, 3));
    }

    @Test
    void the_directory_exists_only_while_it_is_needed(@TempDir Path elsewhere) throws Exception {
        Path later = elsewhere.resolve("above/later");
        staging = new Staging(later);
        assertThat(later.getParent()).isEmptyDirectory();
        staging.sweep(Duration.ZERO);
        staging.tidy();
        String id = open().id();
        staging.tidy();
        assertThat(later.resolve(id)).exists();

        staging.discard(id);
        staging.tidy();

        assertThat(later).doesNotExist();
        assertThat(staging.temporary()).doesNotExist().hasParentRaw(later).isNotEqualTo(staging.temporary());
        assertThat(later).isEmptyDirectory();
        new Staging(later);
        assertThat(later).as("empty at the start").doesNotExist();
        Files.delete(later.getParent());
        assertThatThrownBy(() -> staging.open(Digest.EMPTY, 1)).as("the file system is not mounted").isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void uploads_are_readable_for_their_owner_alone_also_after_a_restart() throws Exception {
        String id = open().id();
        assertThat(Stat.of(directory.resolve(id)).orElseThrow().mode()).isEqualTo(0600);
        assertThat(Stat.of(directory.resolve(id + ".ranges")).orElseThrow().mode()).isEqualTo(0600);
        Files.setPosixFilePermissions(directory.resolve(id), PosixFilePermissions.fromString("r--r--r--"));

        restart();

        assertThat(Stat.of(directory.resolve(id)).orElseThrow().mode()).isEqualTo(0600);
    }

    @Test
    void data_without_a_record_is_discarded_and_nothing_outside() throws Exception {
        Path data = Files.writeString(Files.createDirectories(directory).resolve(DIGEST + "-5"), "x");
        staging.sweep(Duration.ofHours(1));
        assertThat(data).as("it is young").exists();
        Files.setLastModifiedTime(data, FileTime.fromMillis(0));
        staging.sweep(Duration.ofHours(1));
        assertThat(data).doesNotExist();

        staging = new Staging(Files.createDirectory(directory.resolve("staging")));
        Path outside = Files.writeString(directory.resolve("outside"), "x");
        staging.discard("../outside");
        assertThat(outside).exists();
    }

    @Test
    void a_named_upload_is_continued_after_a_restart() throws Exception {
        Digest key = Digest.of(new byte[] {1});
        part(staging.openUnnamed(key, CONTENT.length).id(), 0);
        staging.name(key, DIGEST, CONTENT.length);
        part(open().id(), PART);

        restart();

        assertThat(open().missing()).containsExactly(new Range(2 * PART, CONTENT.length - 2 * PART));
        assertThat(directory).isDirectoryNotContaining("glob:**/key-*");
    }

    private Staging.Upload open() throws IOException {
        return staging.open(DIGEST, CONTENT.length);
    }

    private void part(String id, int offset) throws IOException {
        staging.write(id, offset, slice(new Range(offset, Math.min(PART, CONTENT.length - offset))));
    }

    private static ByteBuffer slice(Range range) {
        return ByteBuffer.wrap(Arrays.copyOfRange(CONTENT, (int) range.offset(), (int) range.end()));
    }

    private static byte[] content() {
        byte[] content = new byte[1_234_567];
        new Random(42).nextBytes(content);
        return content;
    }
}
