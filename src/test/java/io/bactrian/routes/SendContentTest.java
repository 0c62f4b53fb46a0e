package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bactrian.change.TouchedPath;
import io.bactrian.compare.HashedFile;
import io.bactrian.content.Range;
import io.bactrian.link.HeldPaths;
import io.bactrian.link.Link;
import io.bactrian.plan.Work;
import io.bactrian.source.TargetRequest;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import io.bactrian.upload.BufferPool;
import io.bactrian.upload.ContentUpload;
import io.bactrian.upload.Delta;
import io.bactrian.upload.FileUpload;
import io.bactrian.upload.Part;
import io.bactrian.upload.PartQueue;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.StrangeAnswerException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** The routes that stage large files, each alone. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SendContentTest {
    private static final Message.Session SESSION = new Message.Session("L", 15, Digest.EMPTY, false, true);
    private static final String CONTENT = "0123456789".repeat(10);

    @TempDir
    Path dir;

    @AutoClose
    private RouteBench routes;
    private Link link;
    private Path file;

    @BeforeEach
    void make() throws IOException {
        file = RouteBench.makeDirectory(dir.resolve("source")).resolve("large");
        Files.writeString(file, CONTENT);
    }

    private void given(String... kept) throws IOException {
        routes = RouteBench.source(dir, "bactrian.content.part=64KiB", "bactrian.content.parallel=2").only(kept).start();
        link = routes.link();
        link.open();
        link.connected(SESSION);
    }

    @Test
    void of_two_files_with_the_same_content_one_is_sent_and_the_other_looked_at_again() throws Exception {
        given("send-contents", "announce-content", "send-parts");
        link.uploads().claim("twin", Digest.of(CONTENT.getBytes()));
        link.uploads().queue(upload());

        content();

        assertThat(routes.received("direct:call-target")).isEmpty();
        assertThat(link.uploads().underWay()).isZero();
        link.uploads().ended("twin");
        RouteBench.await().until(link::takeTurn);
        assertThat(link.take()).containsExactly(TouchedPath.entry("large"));
    }

    @Test
    void a_file_that_was_compared_while_it_was_sent_is_compared_again_afterwards() throws Exception {
        given("send-contents", "announce-content", "send-parts");
        link.uploads().queue(upload());
        routes.mock("direct:take-turn").whenAnyExchangeReceived(exchange -> { });
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            link.uploads().queue(upload());
            exchange.getMessage().setBody(new Message.Content("id", List.of(), false));
        });

        content();

        assertThat(link.uploads().underWay()).isZero();
        assertThat(link.uploads().staged("large")).isPresent();
        RouteBench.await().until(link::takeTurn);
        assertThat(link.take()).containsExactly(TouchedPath.entry("large"));
    }

    @Test
    void a_file_that_is_being_written_is_not_read_again_before_the_last_reading_has_its_place() throws Exception {
        given("send-contents", "announce-content", "send-parts");
        Work.Upload again = new Work.Upload("large", upload().stat(), true);
        link.uploads().queue(again);
        link.uploads().staged("large", new HashedFile(upload().stat(), Digest.of(new byte[1]), true));

        content();

        assertThat(routes.received("direct:call-target")).isEmpty();
        assertThat(link.uploads().underWay()).isZero();
        RouteBench.await().until(link::takeTurn);
        assertThat(link.take()).containsExactly(TouchedPath.entry("large"));
    }

    @Test
    void send_parts_says_why_a_part_was_not_sent_once_none_is_on_its_way() throws Exception {
        given("send-contents", "announce-content", "send-parts");
        link.uploads().queue(upload());
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            if (exchange.getProperty("operation", "", String.class).equals("receive-part")) {
                throw new java.net.ConnectException("the cable is cut");
            }
            exchange.getMessage().setBody(new Message.Content("id", List.of(new Range(0, 50), new Range(50, 50)), false));
        });

        content();

        assertThat(link.session()).as("the session").isEmpty();
        assertThat(link.uploads().underWay()).isZero();
        assertThat(link.uploads().staged("large")).isEmpty();
    }

    @Test
    void send_contents_sends_one_file_after_the_other_and_sleeps_when_none_is_left() throws Exception {
        given("send-contents");
        Path second = Files.writeString(dir.resolve("source/other"), CONTENT + "1");
        Work.Upload other = new Work.Upload("other", Stat.of(second).orElseThrow());
        link.uploads().queue(upload());
        link.uploads().queue(other);
        routes.mock("direct:announce-content").whenAnyExchangeReceived(exchange ->
                exchange.getProperty("upload", FileUpload.class).content().giveUp());

        routes.template().sendBody("direct:send-contents", link);

        assertThat(routes.mock("direct:announce-content").getReceivedExchanges())
                .extracting(exchange -> exchange.getProperty("upload", FileUpload.class).path()).containsExactly("large", "other");
        assertThat(link.uploads().queue(new Work.Upload("third", upload().stat()))).as("asks to be woken").isTrue();
    }

    @Test
    void send_contents_waits_for_a_session() throws Exception {
        given("send-contents");
        link.uploads().queue(upload());
        link.disconnect();

        routes.template().sendBody("direct:send-contents", link);

        assertThat(routes.received("direct:announce-content")).isEmpty();
        assertThat(link.uploads().underWay()).isZero();
    }

    @Test
    void send_content_sends_only_the_parts_that_the_target_lacks_and_touches_the_path() throws Exception {
        given("send-contents", "announce-content", "send-parts");
        link.uploads().queue(upload());
        targetLacks(new Range(0, 10), new Range(50, 20));

        content();

        assertThat(routes.mock("direct:call-target").getReceivedExchanges().get(0).getMessage().getBody(TargetRequest.class).content())
                .isEqualTo(new Message.OpenContent(Digest.of(CONTENT.getBytes()), 100, Optional.empty()));
        assertThat(routes.parts()).extracting(Part::contentRange)
                .containsExactlyInAnyOrder("bytes 0-9/100", "bytes 50-69/100");
        assertThat(link.uploads().staged("large")).map(HashedFile::digest)
                .contains(Digest.of(CONTENT.getBytes()));
        assertThat(link.take()).containsExactly(TouchedPath.entry("large"));
        assertThat(routes.received("direct:take-turn")).containsExactly(link);
    }

    @Test
    void send_content_sends_nothing_of_a_content_that_is_there() throws Exception {
        given("send-contents", "announce-content", "send-parts");
        link.uploads().queue(upload());
        targetLacks();

        content();

        assertThat(routes.parts()).isEmpty();
        assertThat(link.uploads().staged("large")).isPresent();
    }

    @Test
    void send_content_cuts_a_file_into_parts_and_has_no_more_under_way_than_it_may() throws Exception {
        Files.write(file, new byte[1_000_000]);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger bytes = new AtomicInteger();
        given("send-contents", "announce-content", "send-parts");
        routes.advise("send-parts", route -> route.weaveByToUri("direct:call-target").replace().to("direct:target"));
        routes.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                // No mock, for those take one exchange after the other.
                from("direct:target").process(exchange -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    bytes.addAndGet(((Part) RouteBench.content(exchange)).bytes().remaining());
                    RouteBench.await().until(() -> most.get() == 2);
                    now.decrementAndGet();
                });
            }
        });
        link.uploads().queue(upload());
        targetLacks(new Range(0, 1_000_000));

        content();

        assertThat(bytes).hasValue(1_000_000);
        assertThat(most).hasValue(2);
    }

    @Test
    void send_content_ends_when_one_of_many_parts_cannot_be_sent() throws Exception {
        Files.write(file, new byte[1_000_000]);
        given("send-contents", "announce-content", "send-parts");
        link.uploads().queue(upload());
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            if (!exchange.getProperty("operation").equals("open-content")) {
                throw new IOException("away");
            }
            exchange.getMessage().setBody(new Message.Content("id", List.of(new Range(0, 1_000_000)), false));
        });

        assertThat(routes.template().asyncSendBody("direct:send-contents", link)).succeedsWithin(Duration.ofSeconds(60));

        assertThat(link.uploads().underWay()).isZero();
    }

    @Test
    void send_content_gives_up_a_file_that_cannot_be_sent_and_looks_at_it_again() throws Exception {
        given("send-contents", "announce-content", "send-parts");
        link.uploads().queue(upload());
        targetLacksButRefuses(new Range(0, 100), new ProblemException(Problem.unavailable("the disk is full")));

        content();

        assertThat(link.uploads().underWay()).isZero();
        assertThat(link.uploads().staged("large")).isEmpty();
        assertThat(link.session()).isEmpty();
        assertThat(link.pending()).isPositive();
        assertThat(routes.received("direct:take-turn")).containsExactly(link);
    }

    static List<Arguments> faults() {
        return List.of(Arguments.of(new ProblemException(Problem.internal()), List.of("see its log")),
                Arguments.of(new StrangeAnswerException("it answered HTTP 413, which is not a Bactrian response"), List.of("HTTP 413")),
                Arguments.of(new ProblemException(Problem.leaseLost("")), List.of()));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void send_content_says_which_file_the_target_or_something_before_it_does_not_take(Exception fault, List<String> words)
            throws Exception {
        given("send-contents", "announce-content", "send-parts");
        link.uploads().queue(upload());
        targetLacksButRefuses(new Range(0, 100), fault);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        Logger log = (Logger) LoggerFactory.getLogger(HeldPaths.class);
        log.addAppender(said);
        try {
            content();
        } finally {
            log.detachAppender(said);
        }

        assertThat(said.list).hasSameSizeAs(words).allSatisfy(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage()).startsWith("default: large: not sent yet: ").contains(words)
                    .endsWith("; it is retried automatically");
        });
    }

    @Test
    void send_content_leaves_a_file_that_changed_meanwhile_for_the_next_look() throws Exception {
        given("send-contents", "announce-content", "send-parts");
        Work.Upload before = upload();
        link.uploads().queue(before);
        Files.writeString(file, "shorter");

        content();

        assertThat(routes.received("direct:call-target")).isEmpty();
        assertThat(link.uploads().underWay()).isZero();
        RouteBench.await().until(link::takeTurn);
        assertThat(link.take()).containsExactly(TouchedPath.entry("large"));
    }

    @Test
    void send_parts_sends_the_bytes_of_each_range() throws Exception {
        given("send-parts");
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            ByteBuffer bytes = ((Part) RouteBench.content(exchange)).bytes().duplicate();
            while (bytes.hasRemaining()) {
                sent.write(bytes.get());
            }
        });

        Exchange exchange = send(parts(new Range(8, 4)));

        assertThat(exchange.getException()).isNull();
        assertThat(sent.toString()).isEqualTo("8901");
        assertThat(routes.mock("direct:call-target").getReceivedExchanges()).singleElement().satisfies(call ->
                assertThat(call.getProperty("operation") + " " + call.getMessage().getBody(TargetRequest.class).id()).isEqualTo("receive-part id"));
    }

    @Test
    void send_parts_lets_no_other_part_follow_one_that_failed() throws Exception {
        given("send-parts");
        PartQueue parts = parts(new Range(90, 20), new Range(90, 20));

        Exchange exchange = send(parts);

        assertThat(exchange.getProperty("upload", FileUpload.class).content().isGivenUp()).isTrue();
        assertThat(parts.hasNext()).as("whether more is sent").isFalse();
    }

    private Exchange send(PartQueue parts) {
        routes.advise("send-parts", route -> route.weaveById("cut-into-parts").replace()
                .process(exchange -> exchange.setProperty("parts", parts)));
        FileUpload upload = new FileUpload(upload());
        upload.begin(new ContentUpload(upload(), new HashedFile(upload().stat(), Digest.of(CONTENT.getBytes()), false), Delta.Found.NOTHING));
        return routes.send("direct:send-parts", "", Map.of("link", link, "upload", upload));
    }

    private PartQueue parts(Range... ranges) {
        return new PartQueue("large", 110, new Message.Content("id", List.of(ranges), false), 1000, new Semaphore(1),
                new BufferPool(1000), (read, into) -> link.files().part("large", read.offset(), into));
    }

    private void content() {
        routes.send("direct:send-contents", link, Map.of());
    }

    private void targetLacks(Range... missing) {
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange ->
                exchange.getMessage().setBody(new Message.Content("id", List.of(missing), false)));
    }

    private void targetLacksButRefuses(Range missing, Exception fault) {
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            if (exchange.getProperty("operation").equals("receive-part")) {
                throw fault;
            }
            exchange.getMessage().setBody(new Message.Content("id", List.of(missing), false));
        });
    }

    private Work.Upload upload() {
        try {
            Optional<Stat> stat = Stat.of(file);
            return new Work.Upload("large", stat.orElseThrow());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
