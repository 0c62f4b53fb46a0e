package io.bactrian.routes;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.bactrian.access.Call;
import io.bactrian.change.TouchedPath;
import io.bactrian.compare.HashedFile;
import io.bactrian.content.ChunkList;
import io.bactrian.content.Chunker;
import io.bactrian.content.Range;
import io.bactrian.content.Recipe;
import io.bactrian.index.IndexEntry;
import io.bactrian.link.Link;
import io.bactrian.measure.LinkCounters;
import io.bactrian.mirror.Mirror;
import io.bactrian.plan.Work;
import io.bactrian.source.TargetRequest;
import io.bactrian.target.Mirrors;
import io.bactrian.target.Request;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import io.bactrian.upload.ContentUpload;
import io.bactrian.upload.Delta;
import io.bactrian.upload.FileUpload;
import io.bactrian.upload.Part;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.Status;
import io.bactrian.wire.WireHeaders;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes that make a delta of a large file, and the one that tidies up after uploads, each alone. */
class DeltaRoutesTest {
    private static final byte[] CONTENT = random(300_000, 7);
    private static final Message.Content LACKS_ALL = new Message.Content("id", List.of(new Range(0, CONTENT.length)), false);

    @TempDir
    Path dir;
    @AutoClose
    private RouteBench routes;

    @Test
    void announce_content_names_the_content_and_hands_on_what_the_target_lacks() throws IOException {
        givenSource("announce-content");
        Message.Content lacking = new Message.Content("id", List.of(new Range(0, 10)), false);
        targetAnswers(lacking);

        announce(sending(Optional.empty()));

        assertThat(routes.received("direct:call-target"))
                .containsExactly(new TargetRequest(new Message.OpenContent(Digest.of(CONTENT), CONTENT.length, Optional.empty())));
        assertThat(routes.received("direct:send-parts")).containsExactly(lacking);
        assertThat(routes.received("direct:call-target")).doesNotHaveAnyElementsOfTypes(Message.AskChunks.class);
    }

    @Test
    void announce_content_asks_for_the_chunks_of_a_base_that_is_not_known_before_it_sends() throws IOException {
        givenSource("announce-content");
        givenBase();
        targetAnswers(LACKS_ALL, new Message.Chunks(chunks().bytes()));
        ContentUpload sending = sending(Optional.of(base()));

        announce(sending);

        assertThat(routes.received("direct:call-target")).element(1)
                .isEqualTo(new Message.AskChunks(Digest.of(CONTENT), CONTENT.length, chunks().bits(), 0));
        assertThat(routes.received("direct:send-parts")).isEmpty();
        assertThat(sending.announcement().recipe()).as("what can be copied").isPresent();
        sending.answered(new Message.Content("id", List.of(new Range(0, 100)), false), false);
        LinkCounters sent = new LinkCounters();
        sending.tellSaved(sent);
        assertThat(sent.saved(new Status.Wire(0, 0)).delta()).isEqualTo(CONTENT.length - 100);
    }

    @Test
    void a_file_whose_base_was_replaced_meanwhile_is_compared_again_and_not_sent_whole() throws IOException {
        givenSource("announce-content", "send-parts");
        targetAnswers(new Message.Content("id", List.of(new Range(0, CONTENT.length)), false));
        ContentUpload sending = new ContentUpload(upload(), new HashedFile(upload().stat(), Digest.of(CONTENT), false),
                new Delta.Found(Optional.empty(), Optional.of(Recipe.grown(Digest.of(new byte[1]), CONTENT.length - 1)), Optional.empty()));

        announce(sending);

        assertThat(routes.parts()).isEmpty();
        assertThat(sending.abandoned()).contains("id");
        assertThat(sending.isRefused()).isFalse();
    }

    @Test
    void a_file_whose_base_was_replaced_before_its_chunks_were_learned_is_compared_again_and_not_sent_whole() throws IOException {
        givenSource("announce-content");
        givenBase();
        ContentUpload sending = sending(Optional.of(base()));
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            boolean asked = exchange.getMessage().getBody() instanceof Message.AskChunks;
            if (asked) {
                routes.link().view().remove("large");
            }
            exchange.getMessage().setBody(asked ? new Message.Chunks(new ChunkList.Builder(chunks().bits()).build().bytes()) : LACKS_ALL);
        });

        announce(sending);

        assertThat(sending.abandoned()).contains("id");
        assertThat(sending.isIncomplete()).isFalse();
    }

    @Test
    void announce_content_does_without_chunks_if_the_target_cannot_tell_them() throws IOException {
        givenSource("announce-content");
        givenBase();
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            if (exchange.getMessage().getBody() instanceof Message.AskChunks) {
                throw new ProblemException(Problem.notFound("no such call"));
            }
            exchange.getMessage().setBody(LACKS_ALL);
        });
        ContentUpload sending = sending(Optional.of(base()));

        announce(sending);

        assertThat(sending.isLearning()).isFalse();
        assertThat(sending.announcement().recipe()).isEmpty();
    }

    @Test
    void send_parts_sends_each_range_that_is_lacking() throws IOException {
        givenSource("send-parts");

        routes.send("direct:send-parts", new Message.Content("id", List.of(new Range(0, 10), new Range(50, 20)), false),
                Map.of("link", routes.link(), "upload", upload(sending(Optional.empty()))));

        assertThat(routes.parts()).extracting(Part::contentRange)
                .containsExactlyInAnyOrder("bytes 0-9/" + CONTENT.length, "bytes 50-69/" + CONTENT.length);
    }

    @Test
    void send_content_has_the_target_drop_what_the_file_no_longer_is_and_looks_at_it_again() throws Exception {
        givenSource("send-contents", "drop-contents");
        routes.mock("direct:announce-content").whenAnyExchangeReceived(exchange -> {
            ContentUpload sending = exchange.getProperty("upload", FileUpload.class).content();
            sending.answered(new Message.Content("key-1", List.of(), false), false);
            sending.giveUp();
        });

        routes.link().open();
        routes.link().connected(new Message.Session("L", 15, Digest.EMPTY, false, true));
        routes.link().uploads().queue(upload());
        Exchange exchange = routes.send("direct:send-contents", routes.link(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(routes.mock("direct:call-target").getReceivedExchanges()).singleElement()
                .satisfies(call -> assertThat(call.getProperty("operation") + " " + call.getMessage().getBody(TargetRequest.class).id()).isEqualTo("drop-content key-1"));
        RouteBench.await().until(routes.link()::takeTurn);
        assertThat(routes.link().take()).contains(TouchedPath.entry("large"));
    }

    @Test
    void cut_chunks_remembers_them_once_there_is_nothing_else_to_do() throws Exception {
        Link link = givenUncut();

        routes.send("direct:cut-chunks", "", Map.of());
        assertThat(link.view().chunks(Digest.of(CONTENT))).as("while there is something to do").isEmpty();
        connected(link);
        routes.send("direct:cut-chunks", "", Map.of());

        assertThat(link.view().chunks(Digest.of(CONTENT))).contains(chunks());
    }

    @Test
    void cut_chunks_finds_a_file_that_was_renamed_meanwhile() throws Exception {
        Link link = givenUncut();
        connected(link);
        Files.move(dir.resolve("source/large"), dir.resolve("source/renamed"));
        link.view().put(IndexEntry.unseen(new Entry.File("renamed", 0644, Time.ofNanos(1), CONTENT.length, Digest.of(CONTENT))));

        routes.send("direct:cut-chunks", "", Map.of());

        assertThat(link.view().chunks(Digest.of(CONTENT))).contains(chunks());
    }

    @Test
    void cut_chunks_remembers_none_of_a_file_that_is_another_now() throws Exception {
        Link link = givenUncut();
        connected(link);
        byte[] other = CONTENT.clone();
        other[0]++;
        Files.write(dir.resolve("source/large"), other);

        routes.send("direct:cut-chunks", "", Map.of());

        assertThat(link.view().chunks(Digest.of(CONTENT))).isEmpty();
    }

    @Test
    void tell_chunks_cuts_a_file_that_the_replica_holds_as_the_source_would() throws Exception {
        Message.Chunks answer = askForChunks(Digest.of(CONTENT)).getMessage().getBody(Message.Chunks.class);

        assertThat(answer.list()).isEqualTo(chunks().bytes());
    }

    @Test
    void tell_chunks_knows_none_of_a_content_that_is_not_there() throws Exception {
        Message.Chunks answer = askForChunks(Digest.EMPTY).getMessage().getBody(Message.Chunks.class);

        assertThat(ChunkList.of(answer.list()).count()).isZero();
    }

    @Test
    void sweep_staging_discards_what_nobody_goes_on_with_and_nothing_else() throws IOException {
        routes = RouteBench.target(dir, "bactrian.staging.keep=1h").only("sweep-staging").start();
        Mirror mirror = routes.bean("mirrors", Mirrors.class).find("default").orElseThrow();
        String old = mirror.replica().staging().open(Digest.of(CONTENT), CONTENT.length).id();
        String young = mirror.replica().staging().open(Digest.EMPTY, 5).id();
        Path staging = dir.resolve("target/.bactrian/staging");
        Files.setLastModifiedTime(staging.resolve(old + ".ranges"), FileTime.from(Instant.now().minusSeconds(7200)));

        routes.send("direct:sweep-staging", "", Map.of());

        assertThat(staging.resolve(old)).doesNotExist();
        assertThat(staging.resolve(young)).exists();
    }

    private void givenSource(String... route) throws IOException {
        Files.write(RouteBench.makeDirectory(dir.resolve("source")).resolve("large"), CONTENT);
        routes = RouteBench.source(dir).only(route).start();
    }

    /** A link that has sent a file without its chunks. */
    private Link givenUncut() throws IOException {
        givenSource("cut-chunks");
        Link link = routes.link();
        link.open();
        link.uploads().findChunksLater("large", new HashedFile(upload().stat(), Digest.of(CONTENT), false));
        return link;
    }

    /** Leaves a link with nothing to do. */
    private static void connected(Link link) {
        link.connected(new Message.Session("L", 15, Digest.EMPTY, false, true));
        link.touch(List.of(TouchedPath.EVERYTHING));
        link.takeTurn();
        link.take();
        link.turnDone();
    }

    private void targetAnswers(Message announced) {
        targetAnswers(announced, null);
    }

    private void targetAnswers(Message announced, Message chunks) {
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> exchange.getMessage().setBody(
                exchange.getMessage().getBody() instanceof Message.AskChunks ? chunks : announced));
    }

    /** What the target is known to hold at the path. */
    private void givenBase() throws IOException {
        routes.link().open();
        routes.link().view().put(IndexEntry.unseen(base()));
    }

    private void announce(ContentUpload sending) throws IOException {
        Exchange exchange = routes.send("direct:announce-content", "", known(sending));
        assertThat(exchange.getException()).isNull();
    }

    private Map<String, Object> known(ContentUpload sending) throws IOException {
        Link link = routes.link();
        link.open();
        return Map.of("upload", upload(sending), "link", link);
    }

    private Exchange askForChunks(Digest digest) throws Exception {
        Files.write(RouteBench.makeDirectory(dir.resolve("target")).resolve("large"), CONTENT);
        routes = RouteBench.target(dir).only("stage-content").start();
        routes.bean("mirrors", Mirrors.class).scan();
        Mirror mirror = routes.bean("mirrors", Mirrors.class).find("default").orElseThrow();
        String lease = mirror.lease().open("a sender", "one", Optional.empty());
        Request request = new Request(new Call("POST", "default", "chunks", ""), mirror,
                new DefaultHttpHeaders().set("Content-Type", "application/json").set(WireHeaders.LEASE, lease));
        Exchange exchange = routes.send("direct:stage-content", Codec.JSON.write(
                new Message.AskChunks(digest, CONTENT.length, chunks().bits(), 0)),
                Map.of("request", request, "operation", "tell-chunks"));
        assertThat(exchange.getException()).isNull();
        return exchange;
    }

    private ContentUpload sending(Optional<Entry.File> base) throws IOException {
        Work.Upload upload = upload();
        return new ContentUpload(upload, new HashedFile(upload.stat(), Digest.of(CONTENT), false),
                new Delta.Found(Optional.of(chunks()), Optional.empty(), base));
    }

    private FileUpload upload(ContentUpload content) throws IOException {
        FileUpload upload = new FileUpload(upload());
        upload.begin(content);
        return upload;
    }

    private Work.Upload upload() throws IOException {
        return new Work.Upload("large", Stat.of(dir.resolve("source/large")).orElseThrow());
    }

    private static Entry.File base() {
        return new Entry.File("large", 0644, Time.ofNanos(1), CONTENT.length, Digest.of(CONTENT));
    }

    private static ChunkList chunks() {
        Chunker chunker = new Chunker(Chunker.bits(CONTENT.length));
        chunker.update(ByteBuffer.wrap(CONTENT));
        return chunker.finish();
    }
}
