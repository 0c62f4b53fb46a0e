package io.bactrian.upload;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.bactrian.compare.FileReader;
import io.bactrian.compare.HashedFile;
import io.bactrian.compare.StagedContents;
import io.bactrian.content.Range;
import io.bactrian.plan.Work;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashingTest {
    private static final byte[] CONTENT = random(3_000_000, 1);
    private static final PartQueue.Reader PLAIN = (range, into) -> { };

    @TempDir
    Path dir;
    private Path file;
    private Hashing hashing;

    @BeforeEach
    void make() throws IOException {
        file = Files.write(dir.resolve("file"), CONTENT);
        hashing = new HashingPass(new FileReader(dir, 0, StagedContents.NONE), new Work.Upload("file", Stat.of(file).orElseThrow()));
    }

    private byte[] read(long offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        hashing.reader(PLAIN).read(new Range(offset, length), into);
        return Arrays.copyOf(into.array(), into.remaining());
    }

    @Test
    void the_digest_covers_what_was_sent_and_what_was_not() throws IOException {
        assertThat(read(2_200_000, 100_000)).isEqualTo(Arrays.copyOfRange(CONTENT, 2_200_000, 2_300_000));
        assertThat(read(2_300_000, 50_000)).isEqualTo(Arrays.copyOfRange(CONTENT, 2_300_000, 2_350_000));

        assertThat(hashing.finish()).map(HashedFile::digest).contains(Digest.of(CONTENT));
        hashing.close();
    }

    @Test
    void a_file_that_was_truncated_has_no_digest() throws IOException {
        read(0, 100_000);
        Files.write(file, new byte[200_000]);

        assertThat(read(150_000, 100_000)).hasSize(50_000);
        assertThat(hashing.finish()).isEmpty();
    }

    @Test
    void a_file_that_was_written_to_has_no_digest() throws IOException {
        read(0, 100_000);
        Files.write(file, new byte[1], StandardOpenOption.APPEND);

        assertThat(hashing.finish()).isEmpty();
    }

    @Test
    void a_file_that_has_fewer_bytes_than_it_reports_although_it_does_not_change_is_an_error() throws IOException {
        Path fewer = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        assumeTrue(Files.isReadable(fewer), "there is no " + fewer + " here");
        HashingPass pass = new HashingPass(new FileReader(fewer.getParent(), 0, StagedContents.NONE),
                new Work.Upload("enabled", Stat.of(fewer).orElseThrow()));

        assertThatThrownBy(pass::finish).hasMessageContaining("fewer");
    }

    @Test
    void a_concurrent_pass_gives_its_digest_and_reads_no_parts() throws Exception {
        HashedFile found = new HashedFile(Stat.of(file).orElseThrow(), Digest.of(CONTENT), false);
        Hashing beside = Hashing.of(CompletableFuture.completedFuture(Optional.of(found)));

        assertThat(beside.reader(PLAIN)).isSameAs(PLAIN);
        assertThat(beside.finish()).contains(found);
    }

    @Test
    void a_failure_of_a_concurrent_pass_is_an_error_of_reading() {
        IOException fault = new IOException("Input/output error");
        RuntimeException defect = new IllegalStateException();

        assertThatThrownBy(Hashing.of(CompletableFuture.<Optional<HashedFile>>failedFuture(fault))::finish).isSameAs(fault);
        assertThatThrownBy(Hashing.of(CompletableFuture.<Optional<HashedFile>>failedFuture(defect))::finish)
                .isInstanceOf(IOException.class).hasCause(defect);
    }

    @Test
    void whoever_is_interrupted_while_waiting_for_a_digest_stays_interrupted() {
        Hashing beside = Hashing.of(new CompletableFuture<>());
        Thread.currentThread().interrupt();

        assertThatThrownBy(beside::finish).isInstanceOf(InterruptedIOException.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void a_concurrent_pass_that_nobody_needs_is_cancelled() {
        CompletableFuture<Optional<HashedFile>> running = new CompletableFuture<>();

        Hashing.of(running).close();

        assertThat(running).isCancelled();
    }
}
