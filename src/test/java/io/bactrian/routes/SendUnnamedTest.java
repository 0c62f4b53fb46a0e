package io.bactrian.routes;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.link.Link;
import io.bactrian.source.TargetRequest;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Statx;
import io.bactrian.upload.Part;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source and a target over HTTP: a large file that is hashed while it is sent, whatever happens to it meanwhile. */
class SendUnnamedTest {
    private static final int SIZE = 20_000_000;
    private static final int PART = 1 << 20;

    @TempDir
    Path dir;

    private final AtomicLong parts = new AtomicLong();
    private final AtomicInteger count = new AtomicInteger();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Boolean> announced = new CopyOnWriteArrayList<>();
    private final byte[] content = random(SIZE, 1);
    private RouteBench target;
    private RouteBench source;
    private volatile int turningPoint;
    private volatile Meanwhile meanwhile = part -> { };

    /** What happens when so many parts are under way. */
    private interface Meanwhile {
        void happens(Exchange part) throws Exception;
    }

    @BeforeEach
    void both_ends() throws IOException {
        target = RouteBench.target(dir, "bactrian.lease=2s").start();
        Files.createDirectories(dir.resolve("source"));
    }

    private void start() {
        source = RouteBench.source(dir, "bactrian.source.default.targets=http://127.0.0.1:" + target.port(),
                "bactrian.retry.longest=200ms", "bactrian.content.part=1MiB")
                .advise("call-target", route -> route.weaveAddFirst().process(this::count)).start();
    }

    private void count(Exchange exchange) throws Exception {
        calls.add(exchange.getProperty("operation", String.class));
        if (RouteBench.content(exchange) instanceof Message.OpenContent content) {
            announced.add(content.digest().isPresent());
        }
        if (RouteBench.content(exchange) instanceof Part part) {
            if (count.incrementAndGet() == turningPoint) {
                meanwhile.happens(exchange);
            }
            parts.addAndGet(part.bytes().remaining());
        }
    }

    private void halfway(Meanwhile happening) {
        turningPoint = 9;
        meanwhile = happening;
    }

    @AfterEach
    void stop() {
        source.close();
        target.close();
    }

    @Test
    void a_new_file_is_announced_without_its_digest_and_sent_once() throws IOException {
        put("large", content);
        start();

        awaitTheSame("large");
        assertThat(parts).hasValue(SIZE);
        assertThat(announced).as("whether its digest was said").startsWith(false).endsWith(true);
        assertThat(calls.stream().filter(List.of("open-content", "receive-part", "drop-content")::contains).distinct())
                .containsExactly("open-content", "receive-part");
        assertThat(dir.resolve("target/.bactrian/staging")).satisfiesAnyOf(
                path -> assertThat(path).doesNotExist(), path -> assertThat(path).isEmptyDirectory());
    }

    @Test
    void of_a_file_with_holes_only_what_is_between_them_is_sent() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(dir.resolve("source/sparse").toFile(), "rw")) {
            file.setLength(100 << 20);
            file.seek(50 << 20);
            file.write(content, 0, 1 << 20);
        }
        start();

        awaitTheSame("sparse");
        assertThat(parts).hasValue(1 << 20);
        assertThat(Statx.allocated(dir.resolve("target/sparse"))).isEqualTo(1 << 20);
    }

    @Test
    void an_upload_that_fails_goes_on_and_costs_what_was_under_way() throws IOException {
        halfway(part -> {
            throw new ProblemException(Problem.unavailable("the target restarts"));
        });
        put("large", content);
        start();

        awaitTheSame("large");
        assertThat(parts.get()).isBetween((long) SIZE, SIZE + 4L * PART);
    }

    @Test
    void two_files_of_the_same_content_are_sent_once() throws IOException {
        put("large", content);
        put("other", content);
        start();

        awaitTheSame("large");
        awaitTheSame("other");
        assertThat(parts).hasValue(SIZE);
    }

    @Test
    void a_file_that_changes_while_it_is_sent_arrives_as_it_is_in_the_end() throws IOException {
        halfway(part -> {
            write("large", 0, random(1_000_000, 2));
            write("large", SIZE - 500_000, random(500_000, 3));
        });
        put("large", content);
        start();

        awaitTheSame("large");
        assertThat(calls).contains("drop-content");
        assertNothingStaged();
    }

    /** The upload of a file that is gone is discarded at the target. */
    @Test
    void what_arrived_of_a_file_that_is_removed_while_it_is_sent_goes_at_once() throws IOException {
        halfway(part -> Files.delete(dir.resolve("source/large")));
        put("large", content);
        start();

        RouteBench.await().untilAsserted(() -> assertThat(calls).contains("drop-content"));
        assertNothingStaged();
    }

    @Test
    void a_file_that_grows_while_it_is_sent_arrives_as_it_is_in_the_end() throws IOException {
        halfway(part -> write("large", SIZE, random(3_000_000, 2)));
        put("large", content);
        start();

        awaitTheSame("large");
        assertNothingStaged();
    }

    @Test
    void a_file_that_is_cut_short_while_it_is_sent_arrives_as_it_is_in_the_end() throws IOException {
        halfway(part -> {
            try (FileChannel channel = FileChannel.open(file("source", "large"), StandardOpenOption.WRITE)) {
                channel.truncate(5_000_000);
            }
        });
        put("large", content);
        start();

        awaitTheSame("large");
    }

    @Test
    void a_file_that_is_replaced_while_it_is_sent_arrives_as_the_other() throws IOException {
        halfway(part -> put("large", random(SIZE, 4)));
        put("large", content);
        start();

        awaitTheSame("large");
        assertNothingStaged();
    }

    @Test
    void a_part_that_arrives_as_something_else_has_all_sent_once_more() throws IOException {
        halfway(exchange -> {
            TargetRequest request = exchange.getMessage().getBody(TargetRequest.class);
            Part part = (Part) request.content();
            exchange.getMessage().setBody(new TargetRequest(new Part(part.path(), part.id(), part.size(), part.range(),
                    ByteBuffer.allocate(PART)), request.id(), request.headers()));
        });
        put("large", content);
        start();

        awaitTheSame("large");
        assertThat(parts).hasValue(2L * SIZE);
        assertNothingStaged();
    }

    private void assertNothingStaged() {
        RouteBench.await().untilAsserted(() -> {
            Path staging = dir.resolve("target/.bactrian/staging");
            assertThat(Files.exists(staging) ? staging.toFile().list() : new String[0]).isEmpty();
        });
    }

    private Path file(String side, String name) {
        return dir.resolve(side).resolve(name);
    }

    private void put(String name, byte[] bytes) throws IOException {
        Path temporary = Files.write(dir.resolve("temporary"), bytes);
        Files.move(temporary, file("source", name), StandardCopyOption.ATOMIC_MOVE);
    }

    private void write(String name, long at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file("source", name), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    private void awaitTheSame(String name) {
        RouteBench.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(file("target", name)).as("%s, %s, %s pending, %s", source.link().lastError(),
                    source.link().heldPaths().list(), source.link().pending(), calls).exists();
            Link link = source.link();
            Digest wanted = Digest.of(Files.readAllBytes(file("source", name)));
            assertThat(Digest.of(Files.readAllBytes(file("target", name)))).as("%s, %s, %s, %s pending, %s", link.state(),
                    link.lastError(), link.heldPaths().list(), link.pending(), calls).isEqualTo(wanted);
            assertThat(link.status().inStep()).isTrue();
        });
    }
}
