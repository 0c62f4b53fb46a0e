package io.bactrian.routes;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.content.ChunkList;
import io.bactrian.content.Chunker;
import io.bactrian.link.Link;
import io.bactrian.tree.Digest;
import io.bactrian.upload.Part;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source and a target over HTTP: how many bytes a change of a large file costs. */
class SendDeltaTest {
    private static final int SIZE = 6_000_000;

    @TempDir
    Path dir;

    private final AtomicLong parts = new AtomicLong();
    private final AtomicLong messages = new AtomicLong();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private RouteBench target;
    private RouteBench source;
    private byte[] content = random(SIZE, 1);
    private int interrupted;

    @BeforeEach
    void a_target_with_a_large_file() throws IOException {
        target = RouteBench.target(dir, "bactrian.lease=2s").start();
        source = source("state");
        replace(content);
        awaitTheSame();
        assertThat(parts).hasValue(SIZE);
        forgetCosts();
    }

    private RouteBench source(String state) {
        return RouteBench.source(dir, "bactrian.source.default.targets=http://127.0.0.1:" + target.port(),
                "bactrian.state=" + dir.resolve(state), "bactrian.retry.longest=200ms", "bactrian.content.part=64KiB")
                .advise("call-target", route -> route.weaveAddFirst().process(this::count)).start();
    }

    private void count(Exchange exchange) throws IOException {
        Object body = RouteBench.content(exchange);
        calls.add(exchange.getProperty("operation", String.class));
        if (body instanceof Part part) {
            if (interrupted > 0 && --interrupted == 0) {
                throw new IOException("the cable is cut");
            }
            parts.addAndGet(part.bytes().remaining());
        } else if (body instanceof Message.OpenContent || body instanceof Message.AskChunks) {
            messages.addAndGet(Codec.CBOR.write(body).length);
        }
    }

    private void forgetCosts() {
        parts.set(0);
        messages.set(0);
        calls.clear();
    }

    @AfterEach
    void stop() {
        source.close();
        target.close();
    }

    @Test
    void a_changed_byte_costs_a_chunk() throws IOException {
        content[SIZE / 2]++;
        write(SIZE / 2, new byte[] {content[SIZE / 2]});

        awaitTheSame();
        assertThat(parts.get()).isBetween(1L, 47_000L);
        assertThat(messages.get()).isLessThan(1_000);
        assertThat(calls).doesNotContain("tell-chunks");
    }

    @Test
    void bytes_put_in_near_the_start_cost_the_chunks_around_them() throws IOException {
        replace(ByteBuffer.allocate(SIZE + 77).put(content, 0, 1000).put(random(77, 2)).put(content, 1000, SIZE - 1000).array());

        awaitTheSame();
        assertThat(parts.get()).isBetween(77L, 150_000L);
    }

    @Test
    void a_file_that_grows_costs_its_tail_alone() throws IOException {
        write(SIZE, random(5_000, 3));
        content = Files.readAllBytes(file("source"));

        awaitTheSame();
        assertThat(parts.get()).isEqualTo(5_000);
    }

    @Test
    void a_file_that_is_cut_short_costs_its_last_chunk_at_most() throws IOException {
        replace(Arrays.copyOf(content, SIZE - 1_234_567));

        awaitTheSame();
        assertThat(parts.get()).isLessThan(33_000);
        assertThat(messages.get()).isLessThan(1_000);
    }

    @Test
    void several_changes_one_after_the_other_cost_a_chunk_each() throws IOException {
        for (int i = 1; i <= 4; i++) {
            forgetCosts();
            content[i * 1_000_000]++;
            write(i * 1_000_000, new byte[] {content[i * 1_000_000]});
            awaitTheSame();
            assertThat(parts.get()).as("change %d", i).isBetween(1L, 47_000L);
        }
    }

    @Test
    void a_source_that_remembers_nothing_asks_for_the_chunks() throws IOException {
        source.close();
        content[SIZE / 3]++;
        write(SIZE / 3, new byte[] {content[SIZE / 3]});
        source = source("other-state");

        awaitTheSame();
        assertThat(calls).contains("tell-chunks");
        assertThat(parts.get()).isBetween(1L, 47_000L);
    }

    @Test
    void a_base_that_somebody_else_changed_on_the_target_is_not_used() throws IOException {
        byte[] forged = content.clone();
        Arrays.fill(forged, 0, 100_000, (byte) 7);
        Files.write(file("target"), forged);
        content[SIZE / 2]++;
        write(SIZE / 2, new byte[] {content[SIZE / 2]});

        awaitTheSame();
        assertThat(parts.get()).isEqualTo(SIZE);
    }

    @Test
    void a_memory_that_is_wrong_costs_the_whole_file_and_nothing_else() throws IOException {
        byte[] other = content.clone();
        byte[] wanted = content.clone();
        Arrays.fill(other, 1_000_000, 2_000_000, (byte) 1);
        System.arraycopy(other, 1_000_000, wanted, 1_000_000, 1_000_000);
        // The source believes that the target has the ones already.
        source.link().view().chunks(Digest.of(content), chunks(other));
        replace(wanted);

        awaitTheSame();
        assertThat(parts.get()).isBetween((long) SIZE, SIZE + 100_000L);
        forgetCosts();
        content[SIZE / 2]++;
        write(SIZE / 2, new byte[] {content[SIZE / 2]});
        awaitTheSame();
        assertThat(parts.get()).as("afterwards").isBetween(1L, 47_000L);
    }

    @Test
    void a_delta_that_was_interrupted_goes_on() throws IOException {
        interrupted = 12;
        replace(ByteBuffer.allocate(SIZE + 3_000_000).put(content).put(random(3_000_000, 4)).array());

        awaitTheSame();
        assertThat(interrupted).isZero();
        assertThat(parts.get()).isEqualTo(3_000_000);
    }

    private static ChunkList chunks(byte[] content) {
        Chunker chunker = new Chunker(Chunker.bits(content.length));
        chunker.update(ByteBuffer.wrap(content));
        return chunker.finish();
    }

    private Path file(String side) {
        return dir.resolve(side).resolve("large");
    }

    /** As most programs save: a new file takes the place of the old one. */
    private void replace(byte[] now) throws IOException {
        content = now;
        Path temporary = Files.write(dir.resolve("temporary"), now);
        Files.move(temporary, file("source"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void write(long at, byte[] bytes) throws IOException {
        try (var channel = java.nio.channels.FileChannel.open(file("source"), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    private void awaitTheSame() {
        Digest wanted = Digest.of(content);
        RouteBench.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> {
            Link link = source.link();
            assertThat(Digest.of(Files.readAllBytes(file("target")))).as("%s, %s, %s, %s pending, %s", link.state(),
                    link.lastError(), link.heldPaths().list(), link.pending(), calls).isEqualTo(wanted);
            assertThat(link.status().inStep()).isTrue();
            // They are found when there is nothing else to do.
            assertThat(link.view().chunks(wanted)).isPresent();
        });
    }
}
