package io.bactrian.upload;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.bactrian.compare.FileReader;
import io.bactrian.compare.HashedFile;
import io.bactrian.compare.StagedContents;
import io.bactrian.content.ChunkList;
import io.bactrian.content.Chunker;
import io.bactrian.content.DeltaEncoder;
import io.bactrian.content.Range;
import io.bactrian.content.Recipe;
import io.bactrian.measure.LinkCounters;
import io.bactrian.plan.Work;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import io.bactrian.wire.Message;
import io.bactrian.wire.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentUploadTest {
    private static final int SIZE = 300_000;
    private static final byte[] CONTENT = random(SIZE, 1);
    private static final Digest DIGEST = Digest.of(CONTENT);
    private static final byte[] OLD = old();
    private static final ChunkList CHUNKS = chunks(CONTENT);
    private static final Entry.File BASE = new Entry.File("file", 0644, Time.ofNanos(1), SIZE, Digest.of(OLD));
    private static final Recipe RECIPE = Recipe.between(BASE.digest(), chunks(OLD), CHUNKS).orElseThrow();

    @TempDir
    Path dir;
    private FileReader files;
    private Work.Upload upload;

    @BeforeEach
    void make() throws IOException {
        Path file = Files.write(dir.resolve("file"), CONTENT);
        files = new FileReader(dir, 0, StagedContents.NONE);
        upload = new Work.Upload("file", Stat.of(file).orElseThrow());
    }

    private static byte[] old() {
        byte[] old = CONTENT.clone();
        old[150_000]++;
        return old;
    }

    private static ChunkList chunks(byte[] content) {
        Chunker chunker = new Chunker(Chunker.LEAST_BITS);
        chunker.update(ByteBuffer.wrap(content));
        return chunker.finish();
    }

    private HashedFile hashed() {
        return new HashedFile(upload.stat(), DIGEST, false);
    }

    private ContentUpload known(Delta.Found delta) {
        return new ContentUpload(upload, hashed(), delta);
    }

    /** An upload whose digest is known, as a delta against a base. */
    private ContentUpload delta() {
        return known(new Delta.Found(Optional.of(CHUNKS), Optional.of(RECIPE), Optional.empty()));
    }

    /** An upload whose digest is known, with a base whose chunks are not. */
    private ContentUpload unknownChunks() {
        return known(new Delta.Found(Optional.of(CHUNKS), Optional.empty(), Optional.of(BASE)));
    }

    private ContentUpload hashing(CompletableFuture<Optional<HashedFile>> digest, Delta.Found delta) {
        return new ContentUpload(upload, Hashing.of(digest), delta);
    }

    private SinglePassReader reader() {
        return new SinglePassReader(files, upload, Chunker.LEAST_BITS, 100_000);
    }

    private static ContentUpload answered(ContentUpload sending, Range... missing) throws IOException {
        sending.answered(new Message.Content("id", List.of(missing), false), false);
        return sending;
    }

    private static void busy(ContentUpload sending, Range... missing) throws IOException {
        sending.answered(new Message.Content("id", List.of(missing), true), false);
    }

    private static Range all() {
        return new Range(0, SIZE);
    }

    /** Sends all of a pass. */
    private static void read(SinglePassReader pass) {
        while (pass.hasNext()) {
            pass.read(pass.next(), ByteBuffer.allocate(100_000));
        }
    }

    private static Status.Saved saved(ContentUpload sending) {
        LinkCounters sent = new LinkCounters();
        sending.tellSaved(sent);
        return sent.saved(new Status.Wire(0, 0));
    }

    // --- With a known digest

    @Test
    void a_content_with_a_known_digest_is_announced_by_it_and_asked_for_once() throws IOException {
        ContentUpload sending = known(Delta.Found.NOTHING);
        assertThat(sending.isOpen()).isFalse();
        assertThat(sending.isIncomplete()).isTrue();
        assertThat(sending.content()).isEqualTo(DIGEST);
        assertThat(sending.size()).isEqualTo(SIZE);
        assertThat(sending.announcement()).isEqualTo(new Message.OpenContent(DIGEST, SIZE, Optional.empty()));
        assertThat(sending.base()).isEmpty();

        answered(sending, all());

        assertThat(sending.isOpen()).isTrue();
        assertThat(sending.isIncomplete()).isFalse();
        assertThat(sending.lacksChunks()).isFalse();
        assertThat(sending.staged()).contains(hashed());
        assertThat(sending.abandoned()).as("a change will name it").isEmpty();
    }

    @Test
    void a_busy_target_is_asked_again() throws IOException {
        ContentUpload sending = known(Delta.Found.NOTHING);
        busy(sending);
        assertThat(sending.isIncomplete()).isTrue();

        answered(sending);
        assertThat(sending.isIncomplete()).isFalse();
    }

    @Test
    void a_target_that_assembles_a_delta_is_asked_until_it_lacks_nothing() throws IOException {
        ContentUpload sending = delta();
        assertThat(sending.announcement()).isEqualTo(new Message.OpenContent(DIGEST, SIZE, Optional.of(RECIPE)));
        assertThat(sending.base()).contains(BASE.digest());
        assertThat(sending.chunks()).contains(CHUNKS);

        assertThat(answered(sending, new Range(145_000, 9000)).isIncomplete()).isTrue();
        assertThat(answered(sending).isIncomplete()).isFalse();
        assertThat(saved(sending)).isEqualTo(new Status.Saved(SIZE - 9000, 0, 0, 0));
    }

    @Test
    void a_target_that_loses_what_it_was_sent_is_given_up_after_a_few_rounds() throws IOException {
        ContentUpload sending = delta();
        for (int round = 0; round < 5; round++) {
            answered(sending, new Range(150_000, 1));
        }

        assertThatThrownBy(() -> answered(sending, new Range(150_000, 1))).isInstanceOf(IOException.class).hasMessageContaining("file");
    }

    @Test
    void what_the_target_has_under_another_path_counts_as_copied() throws IOException {
        assertThat(saved(answered(known(Delta.Found.NOTHING)))).isEqualTo(new Status.Saved(0, 0, SIZE, 0));
        assertThat(saved(answered(known(Delta.Found.NOTHING), new Range(0, 100)))).isEqualTo(new Status.Saved(0, 0, SIZE - 100, 0));
    }

    @Test
    void bytes_that_were_sent_more_than_once_do_not_make_negative_savings() throws IOException {
        ContentUpload sending = delta();
        answered(sending, all());
        answered(sending, all());

        assertThat(saved(sending)).isEqualTo(new Status.Saved(0, 0, 0, 0));
    }

    @Test
    void a_delta_is_given_up_if_its_base_was_replaced_and_more_is_lacking_than_it_leaves_out() throws IOException {
        Range left = new Range(0, SIZE - RECIPE.copied());
        ContentUpload still = delta();
        still.answered(new Message.Content("id", List.of(left), false), true);
        assertThat(still.isGivenUp()).as("the copies were made").isFalse();

        ContentUpload sending = delta();
        sending.answered(new Message.Content("id", List.of(new Range(0, left.length() + 1)), false), true);

        assertThat(sending.isGivenUp()).isTrue();
        assertThat(sending.isIncomplete()).isFalse();
        assertThat(sending.staged()).isEmpty();
        assertThat(sending.abandoned()).contains("id");
        assertThat(sending.isRefused()).isFalse();
    }

    @Test
    void a_replaced_base_does_not_matter_without_a_delta() throws IOException {
        ContentUpload sending = known(Delta.Found.NOTHING);

        sending.answered(new Message.Content("id", List.of(all()), false), true);

        assertThat(sending.isGivenUp()).isFalse();
    }

    @Test
    void an_interrupted_upload_is_resumed_only_while_the_file_stays() throws IOException {
        ContentUpload sending = answered(known(Delta.Found.NOTHING), all());
        sending.brokeOff(files);
        assertThat(sending.abandoned()).isEmpty();

        Files.write(dir.resolve("file"), new byte[1], StandardOpenOption.APPEND);
        sending.brokeOff(files);

        assertThat(sending.abandoned()).contains("id");
    }

    @Test
    void an_upload_that_was_never_opened_leaves_nothing_to_discard() throws IOException {
        ContentUpload sending = known(Delta.Found.NOTHING);
        Files.delete(dir.resolve("file"));

        sending.brokeOff(files);

        assertThat(sending.abandoned()).isEmpty();
    }

    @Test
    void a_file_that_cannot_be_examined_any_more_is_not_resumed() throws IOException {
        ContentUpload sending = answered(known(Delta.Found.NOTHING), all());

        sending.brokeOff(new FileReader(dir.resolve("file"), 0, StagedContents.NONE));

        assertThat(sending.abandoned()).contains("id");
    }

    // --- Hashing while sending

    @Test
    void a_content_that_is_hashed_while_it_is_sent_is_announced_by_a_key_and_then_by_its_digest() throws IOException {
        CompletableFuture<Optional<HashedFile>> digest = new CompletableFuture<>();
        ContentUpload sending = hashing(digest, Delta.Found.NOTHING);
        Message.OpenContent byKey = new Message.OpenContent(Optional.empty(), SIZE, Optional.empty(), Optional.of(upload.key()));
        assertThat(sending.content()).isEqualTo((long) SIZE);
        assertThat(sending.announcement()).isEqualTo(byKey);

        answered(sending, all());
        assertThat(sending.isIncomplete()).isTrue();
        digest.complete(Optional.of(hashed()));
        sending.finish();

        assertThat(sending.staged()).contains(hashed());
        assertThat(sending.isIncomplete()).as("the target does not know the digest yet").isTrue();
        assertThat(sending.announcement()).isEqualTo(new Message.OpenContent(Optional.of(DIGEST), SIZE, Optional.empty(), byKey.key()));
        assertThat(answered(sending).isIncomplete()).isFalse();
    }

    @Test
    void a_digest_is_not_waited_for_before_everything_was_sent() throws IOException {
        ContentUpload sending = hashing(new CompletableFuture<>(), new Delta.Found(Optional.of(CHUNKS), Optional.of(RECIPE), Optional.empty()));

        sending.finish();
        answered(sending, new Range(145_000, 9000));
        sending.finish();
        busy(sending);
        sending.finish();

        assertThat(sending.staged()).isEmpty();
    }

    @Test
    void the_digest_of_a_delta_is_taken_once_the_target_lacks_nothing() throws IOException {
        ContentUpload sending = hashing(CompletableFuture.completedFuture(Optional.of(hashed())),
                new Delta.Found(Optional.of(CHUNKS), Optional.of(RECIPE), Optional.empty()));

        answered(sending);
        sending.finish();

        assertThat(sending.staged()).contains(hashed());
    }

    @Test
    void a_file_that_changed_while_it_was_hashed_is_given_up() throws IOException {
        ContentUpload sending = answered(hashing(CompletableFuture.completedFuture(Optional.empty()), Delta.Found.NOTHING), all());

        sending.finish();

        assertThat(sending.staged()).isEmpty();
        assertThat(sending.isIncomplete()).isFalse();
        assertThat(sending.abandoned()).contains("id");
    }

    @Test
    void an_upload_that_was_given_up_takes_no_digest_and_stops_the_hashing() throws IOException {
        CompletableFuture<Optional<HashedFile>> digest = new CompletableFuture<>();
        ContentUpload sending = answered(hashing(digest, Delta.Found.NOTHING), all());

        sending.giveUp();
        sending.finish();

        assertThat(digest).isCancelled();
        assertThat(sending.staged()).isEmpty();
        assertThat(sending.abandoned()).contains("id");
    }

    @Test
    void parts_are_read_through_the_hashing_until_the_digest_is_known() throws IOException {
        PartQueue.Reader plain = (range, into) -> { };
        ContentUpload sending = new ContentUpload(upload, new HashingPass(files, upload), Delta.Found.NOTHING);
        answered(sending, all());
        ByteBuffer into = ByteBuffer.allocate(SIZE);
        sending.reader(plain).read(all(), into);
        assertThat(into).isEqualTo(ByteBuffer.wrap(CONTENT));
        sending.finish();

        assertThat(sending.staged()).map(HashedFile::digest).contains(DIGEST);
        assertThat(sending.reader(plain)).isSameAs(plain);
        assertThat(known(Delta.Found.NOTHING).reader(plain)).isSameAs(plain);
    }

    // --- In a single pass

    @Test
    void a_single_pass_is_announced_by_a_key_of_its_own() throws IOException {
        ContentUpload sending = new ContentUpload(upload, reader(), Chunker.LEAST_BITS, Optional.empty());

        assertThat(sending.content()).isEqualTo("file");
        assertThat(sending.announcement().digest()).isEmpty();
        assertThat(sending.announcement().key()).isPresent()
                .isNotEqualTo(new ContentUpload(upload, reader(), Chunker.LEAST_BITS, Optional.empty()).announcement().key());
        assertThat(sending.announcement().key()).as("asked twice").isEqualTo(sending.announcement().key());
    }

    @Test
    void what_a_single_pass_read_is_named_and_assembled_from_the_base() throws IOException {
        SinglePassReader pass = reader();
        pass.base(new DeltaEncoder.Base(BASE.digest(), chunks(OLD)));
        ContentUpload sending = new ContentUpload(upload, pass, Chunker.LEAST_BITS, Optional.empty());
        answered(sending, all());
        assertThat(sending.isIncomplete()).isTrue();
        assertThat(sending.pass()).containsSame(pass);
        read(pass);

        sending.finish();

        assertThat(sending.pass()).as("it has ended").isEmpty();
        assertThat(sending.staged()).contains(new HashedFile(upload.stat(), DIGEST, true));
        assertThat(sending.announcement().recipe()).contains(RECIPE);
        assertThat(sending.announcement().digest()).contains(DIGEST);
        assertThat(sending.chunks()).contains(CHUNKS);
        assertThat(sending.cost()).isPositive().isEqualTo(pass.cost());
        assertThat(answered(sending).isIncomplete()).isFalse();
        assertThat(saved(sending)).isEqualTo(new Status.Saved(RECIPE.copied(), 0, 0, 0));
    }

    @Test
    void a_target_that_lacks_parts_of_a_finished_pass_does_not_hold_the_expected_base() throws IOException {
        SinglePassReader pass = reader();
        ContentUpload sending = answered(new ContentUpload(upload, pass, Chunker.LEAST_BITS, Optional.empty()), all());
        read(pass);
        sending.finish();

        answered(sending, new Range(0, 1));

        assertThat(sending.isRefused()).isTrue();
        assertThat(sending.isGivenUp()).isTrue();
        assertThat(sending.pass()).isEmpty();
        assertThat(sending.abandoned()).contains("id");
    }

    @Test
    void a_pass_over_a_file_that_never_stands_still_is_not_limited_to_a_few_answers() throws IOException {
        ContentUpload sending = new ContentUpload(upload, reader(), Chunker.LEAST_BITS, Optional.of(BASE));
        for (int round = 0; round < 10; round++) {
            answered(sending, all());
        }

        assertThat(sending.isGivenUp()).isFalse();
    }

    // --- Learning the chunks of the base

    @Test
    void the_chunks_of_a_base_are_asked_for_in_steps_and_give_the_recipe() throws IOException {
        ChunkList has = chunks(OLD);
        ChunkList begin = ChunkList.of(Arrays.copyOf(has.bytes(), 2 + 10 * 20));
        ByteBuffer rest = ByteBuffer.allocate(has.bytes().length - 10 * 20).put(has.bytes(), 0, 2)
                .put(has.bytes(), 2 + 10 * 20, has.bytes().length - 2 - 10 * 20);
        ContentUpload sending = unknownChunks();
        assertThat(sending.lacksChunks()).as("before it is known that anything is lacking").isFalse();
        assertThat(sending.base()).contains(BASE.digest());
        answered(sending, all());
        assertThat(sending.lacksChunks()).isTrue();
        assertThat(sending.isIncomplete()).isTrue();

        sending.beginLearning();
        assertThat(sending.isLearning()).isTrue();
        assertThat(sending.lacksChunks()).isFalse();
        assertThat(sending.question()).isEqualTo(new Message.AskChunks(BASE.digest(), SIZE, Chunker.LEAST_BITS, 0));
        sending.learn(new Message.Chunks(begin.bytes()), false);
        assertThat(sending.isLearning()).isTrue();
        assertThat(sending.question().offset()).isEqualTo(begin.end());
        sending.learn(new Message.Chunks(rest.array()), false);

        assertThat(sending.isLearning()).isFalse();
        assertThat(sending.announcement().recipe()).contains(RECIPE);
        answered(sending, new Range(0, SIZE - RECIPE.copied()));
        assertThat(saved(sending).delta()).as("nothing was sent yet when all was lacking").isEqualTo(RECIPE.copied());
    }

    @Test
    void a_single_pass_uses_the_chunks_that_were_learned_before_it_began() throws IOException {
        SinglePassReader pass = reader();
        ContentUpload sending = answered(new ContentUpload(upload, pass, Chunker.LEAST_BITS, Optional.of(BASE)), all());
        assertThat(sending.lacksChunks()).isTrue();

        sending.beginLearning();
        sending.learn(new Message.Chunks(chunks(OLD).bytes()), false);
        read(pass);
        sending.finish();

        assertThat(sending.announcement().recipe()).contains(RECIPE);
    }

    @Test
    void a_pass_that_has_ended_needs_no_chunks() throws IOException {
        SinglePassReader pass = reader();
        ContentUpload sending = new ContentUpload(upload, pass, Chunker.LEAST_BITS, Optional.of(BASE));
        answered(sending, all());
        read(pass);
        sending.finish();

        assertThat(sending.lacksChunks()).isFalse();
    }

    @Test
    void a_base_that_is_gone_is_not_asked_for_again() throws IOException {
        ContentUpload sending = answered(unknownChunks(), all());
        sending.beginLearning();
        byte[] none = new ChunkList.Builder(Chunker.LEAST_BITS).build().bytes();

        sending.learn(new Message.Chunks(none), false);

        assertThat(sending.isLearning()).isFalse();
        assertThat(sending.lacksChunks()).isFalse();
        assertThat(sending.isGivenUp()).isFalse();
        assertThat(sending.announcement().recipe()).isEmpty();

        ContentUpload replaced = answered(unknownChunks(), all());
        replaced.beginLearning();
        replaced.learn(new Message.Chunks(none), true);
        assertThat(replaced.isGivenUp()).as("compared with the current base, little will be new").isTrue();
    }

    @Test
    void chunks_that_cannot_be_read_are_done_without() throws IOException {
        for (byte[] strange : List.of(new byte[] {9}, new ChunkList.Builder(Chunker.LEAST_BITS + 1).build().bytes())) {
            ContentUpload sending = answered(unknownChunks(), all());
            sending.beginLearning();

            sending.learn(new Message.Chunks(strange), false);

            assertThat(sending.isLearning()).isFalse();
            assertThat(sending.isGivenUp()).isFalse();
        }
    }

    @Test
    void chunks_of_a_replaced_base_that_arrived_completely_are_used() throws IOException {
        ContentUpload sending = answered(unknownChunks(), all());
        sending.beginLearning();

        sending.learn(new Message.Chunks(chunks(OLD).bytes()), true);

        assertThat(sending.isGivenUp()).isFalse();
        assertThat(sending.announcement().recipe()).contains(RECIPE);
    }

    @Test
    void what_was_given_up_needs_no_chunks() throws IOException {
        ContentUpload sending = answered(unknownChunks(), all());

        sending.giveUp();

        assertThat(sending.lacksChunks()).isFalse();
    }

    @Test
    void time_passes_while_a_content_is_sent() {
        ContentUpload sending = known(Delta.Found.NOTHING);

        assertThat(sending.nanos()).isPositive().isLessThan(60_000_000_000L);
        assertThat(sending.cost()).as("of reading the file again").isPositive().isLessThan(60_000_000_000L);
    }
}
