package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import io.bactrian.Tools;
import io.bactrian.tree.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two threads write the same part: while one of them writes, which takes as long as the test wants, the other one waits. */
@Timeout(600)
class ConcurrentPartsTest {
    private static final int SIZE = 100_000;
    private static final int PART = 10_000;

    @TempDir
    Path dir;
    private Staging staging;
    private String id;
    private Path data;
    private Path pipe;
    private Writer writing;
    private Writer waiting;

    private final class Writer extends Thread {
        private volatile Throwable failure;

        @Override
        public void run() {
            try {
                write(id, 0, PART);
            } catch (Throwable e) {
                failure = e;
            }
        }
    }

    private void write(String upload, int offset, int length) throws IOException {
        staging.write(upload, offset, ByteBuffer.wrap(Tools.random(length, 1)));
    }

    @BeforeEach
    void start() throws IOException {
        staging = new Staging(dir.resolve("staging"), new StagingQuota(SIZE, 5));
        id = staging.open(Digest.EMPTY, SIZE).id();
        write(id, SIZE - PART, PART);
        // To open a FIFO takes until somebody opens its other end.
        data = dir.resolve("staging").resolve(id);
        Files.delete(data);
        Tools.run("mkfifo", data.toString());
        pipe = Files.createLink(dir.resolve("pipe"), data);
        Writer one = new Writer();
        Writer other = new Writer();
        one.start();
        other.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> one.getState() == Thread.State.WAITING
                || other.getState() == Thread.State.WAITING);
        waiting = one.getState() == Thread.State.WAITING ? one : other;
        writing = waiting == one ? other : one;
    }

    @AfterEach
    void end() throws Exception {
        staging.discard(id);
        endWriting();
        waiting.join();
    }

    /** The write fails, because a FIFO has no offsets. */
    private void endWriting() throws Exception {
        try (RandomAccessFile other = new RandomAccessFile(pipe.toFile(), "rw")) {
            writing.join();
        }
        assertThat(writing.failure).isInstanceOf(IOException.class);
    }

    private List<Range> missing() throws IOException {
        return staging.missing(id, List.of());
    }

    @Test
    void a_part_that_failed_is_written_by_the_one_that_waited() throws Exception {
        Files.delete(data);
        Files.write(data, new byte[SIZE]);
        assertThat(missing()).containsExactly(new Range(0, SIZE - PART));

        endWriting();
        waiting.join();

        assertThat(waiting.failure).isNull();
        assertThat(missing()).containsExactly(new Range(PART, SIZE - 2 * PART));
        assertThat(Arrays.copyOf(Files.readAllBytes(data), PART)).isEqualTo(Tools.random(PART, 1));
    }

    @Test
    void another_part_does_not_wait() throws Exception {
        Files.delete(data);
        Files.write(data, new byte[SIZE]);

        write(id, PART, PART);

        assertThat(missing()).containsExactly(new Range(0, PART), new Range(2 * PART, SIZE - 3 * PART));
    }

    @Test
    void whoever_is_interrupted_while_waiting_fails() throws Exception {
        waiting.interrupt();
        waiting.join();

        assertThat(waiting.failure).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void zeros_are_left_to_the_one_that_writes_them() throws Exception {
        staging.zeros(id, List.of(new Range(PART, SIZE - PART), new Range(PART / 2, PART)));
        assertThat(missing()).containsExactly(new Range(0, PART));

        staging.zeros(id, List.of(new Range(0, PART)));
        assertThat(missing()).containsExactly(new Range(0, PART));
    }

    @Test
    void a_discarded_upload_is_not_waited_for_and_its_space_is_given_back_once() throws Exception {
        staging.discard(id);

        waiting.join();
        assertThat(waiting.failure).isInstanceOf(UnknownUploadException.class);
        endWriting();
        String next = staging.open(Digest.of(new byte[1]), 2 * SIZE).id();
        assertThatThrownBy(() -> write(next, 0, SIZE + 1)).isInstanceOf(StagingQuotaException.class);
        write(next, 0, SIZE);
    }
}
