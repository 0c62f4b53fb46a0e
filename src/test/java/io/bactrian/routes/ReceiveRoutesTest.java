package io.bactrian.routes;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.bactrian.access.Call;
import io.bactrian.access.LeaseException;
import io.bactrian.change.Change;
import io.bactrian.content.Range;
import io.bactrian.host.Finish;
import io.bactrian.mirror.BatchProgress;
import io.bactrian.mirror.Stretch;
import io.bactrian.mirror.Stretches;
import io.bactrian.mirror.Mirror;
import io.bactrian.replica.write.Batch;
import io.bactrian.target.Mirrors;
import io.bactrian.target.Request;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Time;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.WireHeaders;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import org.apache.camel.Exchange;
import org.apache.camel.model.ChoiceDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The routes behind {@code serve-requests}, each alone: what it passes on, what it answers, how it refuses. */
@Timeout(600)
class ReceiveRoutesTest {
    private static final byte[] CONTENT = "0123456789".repeat(10_000).getBytes();
    private static final Message.Receipt RECEIPT = new Message.Receipt(1, 2, List.of());

    @TempDir
    Path dir;

    private RouteBench routes;
    private Mirror mirror;
    private Path replica;
    private String lease;

    private void given(String route, String... properties) throws Exception {
        replica = RouteBench.makeDirectory(dir.resolve("target"));
        Files.writeString(replica.resolve("hello"), "hello, world");
        routes = RouteBench.target(dir, properties).only(route);
        started();
    }

    private void started() throws Exception {
        routes.start();
        routes.bean("mirrors", Mirrors.class).scan();
        mirror = routes.bean("mirrors", Mirrors.class).find("default").orElseThrow();
        lease = mirror.lease().open("a sender", "one", Optional.empty());
        mirror.sequence().begin(lease);
    }

    @AfterEach
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void stop() {
        routes.close();
    }

    // --- open-replicas

    @Test
    void a_target_accepts_connections_before_it_reads_its_directory_and_says_that_it_receives() throws Exception {
        routes = RouteBench.target(dir);
        CompletableFuture<Void> connected = new CompletableFuture<>();
        routes.advise("open-replicas", route -> route.weaveAddFirst().process(exchange -> {
            try (Socket socket = new Socket("127.0.0.1", routes.port())) {
                connected.complete(null);
            } catch (IOException e) {
                connected.completeExceptionally(e);
            }
        }));
        routes.start();

        assertThat(connected).succeedsWithin(Duration.ofMinutes(1));
    }

    @Test
    void open_replicas_looks_at_what_every_directory_holds_and_only_then_is_it_ready() throws Exception {
        replica = RouteBench.makeDirectory(dir.resolve("target"));
        Files.writeString(replica.resolve("hello"), "hello, world");
        routes = RouteBench.target(dir).only("open-replicas").start();
        mirror = routes.bean("mirrors", Mirrors.class).find("default").orElseThrow();
        assertThat(mirror.awaitReady(Duration.ZERO)).isFalse();

        routes.template().sendBody("direct:open-replicas", null);

        assertThat(mirror.awaitReady(Duration.ZERO)).isTrue();
        assertThat(mirror.replica().index().find("hello")).isPresent();
    }

    // --- open-session, close-session

    @Test
    void open_session_answers_with_a_lease_and_the_digest_of_all_that_the_replica_holds() throws Exception {
        given("serve-session");
        mirror.lease().release(Optional.of(lease));

        Message.Session session = answer(send("open-session", request("POST session"),
                new Message.OpenSession("another", "two")), Message.Session.class);

        assertThat(session.root()).isEqualTo(mirror.replica().index().digest(""));
        mirror.lease().check(Optional.of(session.lease()));
    }

    @Test
    void open_session_refuses_a_second_sender_and_what_is_no_message() throws Exception {
        given("serve-session");

        assertThat(send("open-session", request("POST session"), new Message.OpenSession("another", "two")).getException())
                .isInstanceOf(LeaseException.class).hasMessageContaining("a sender holds the lease");
        assertProblem(send("open-session", request("POST session"), "{".getBytes()), 400);
    }

    @Test
    void close_session_takes_the_lease_back_and_answers_nothing() throws Exception {
        given("serve-session");

        Exchange exchange = send("close-session", request("DELETE session"), new byte[0]);

        assertThat(answer(exchange, Object.class)).isNull();
        assertThat(mirror.lease().sender()).isEmpty();
        assertThat(routes.bean("finish", Finish.class).outcome()).isEmpty();
    }

    @Test
    void close_session_leaves_a_lease_that_is_another_senders() throws Exception {
        given("serve-session", "bactrian.once=true");

        Exchange exchange = send("close-session", request("DELETE session", WireHeaders.LEASE, "an old one"), new byte[0]);

        assertThat(exchange.getException()).isNull();
        assertThat(mirror.lease().sender()).contains("a sender");
        assertThat(routes.bean("finish", Finish.class).outcome()).isEmpty();
    }

    @Test
    void close_session_ends_a_process_that_was_there_for_one_sender() throws Exception {
        given("serve-session", "bactrian.once=true");

        send("close-session", request("DELETE session"), new byte[0]);

        assertThat(routes.bean("finish", Finish.class).outcome()).contains(Finish.Outcome.DONE);
    }

    // --- compare-tree

    @Test
    void compare_tree_tells_of_the_directories_that_differ_only() throws Exception {
        given("compare-tree");
        Digest root = mirror.replica().index().digest("");

        assertThat(compare("", Optional.of(root)).listings()).isEmpty();
        assertThat(compare("", Optional.empty()).listings()).singleElement().satisfies(listing ->
                assertThat(listing.children()).extracting(node -> node.entry().path()).containsExactly("hello"));
        assertThat(compare("nowhere", Optional.of(root)).listings()).singleElement()
                .satisfies(listing -> assertThat(listing.self()).isEmpty());
    }

    @Test
    void compare_tree_refuses_a_path_that_leads_out() throws Exception {
        given("compare-tree");

        assertProblem(send("compare-tree", request("POST tree"),
                "{\"directories\":[{\"path\":\"../x\"}],\"rescan\":false}".getBytes()), 400);
    }

    // --- open-content, receive-part

    @Test
    void open_content_tells_what_is_missing_which_is_nothing_of_what_the_replica_holds() throws Exception {
        byte[] held = new byte[CONTENT.length];
        Files.write(RouteBench.makeDirectory(dir.resolve("target")).resolve("held"), held);
        given("stage-content");

        assertThat(content(Digest.of(CONTENT), CONTENT.length).missing()).containsExactly(new Range(0, CONTENT.length));
        assertThat(content(Digest.of(held), held.length).missing()).isEmpty();
    }

    @Test
    void receive_part_writes_to_the_staging_and_answers_nothing() throws Exception {
        given("stage-content");
        String id = mirror.replica().staging().open(Digest.of(CONTENT), CONTENT.length).id();

        Exchange exchange = send("receive-part", part(id, "Content-Range", "bytes 0-9/100000"), "0123456789".getBytes());

        assertThat(answer(exchange, Object.class)).isNull();
        assertThat(mirror.replica().staging().open(Digest.of(CONTENT), CONTENT.length).missing())
                .containsExactly(new Range(10, CONTENT.length - 10));
        assertThatTree(replica).holdsExactly("hello");
    }

    @Test
    void open_content_opens_under_a_key_what_has_no_digest_yet_and_names_it_later() throws Exception {
        given("stage-content");
        Digest key = Digest.of("key".getBytes());
        Message.OpenContent unnamed = new Message.OpenContent(Optional.empty(), 10, Optional.empty(), Optional.of(key));

        Message.Content opened = answer(send("open-content", request("POST content"), unnamed), Message.Content.class);
        mirror.replica().staging().write(opened.id(), 0, ByteBuffer.wrap("0123456789".getBytes()));
        Digest digest = Digest.of("0123456789".getBytes());
        Message.Content named = answer(send("open-content", request("POST content"),
                new Message.OpenContent(Optional.of(digest), 10, Optional.empty(), Optional.of(key))), Message.Content.class);

        assertThat(opened.missing()).containsExactly(new Range(0, 10));
        assertThat(named.missing()).isEmpty();
        assertThat(mirror.replica().staging().claim(digest, 10)).isPresent();
        assertThat(answer(send("open-content", request("POST content"), unnamed), Message.Content.class).missing())
                .as("what is left under the key").containsExactly(new Range(0, 10));
    }

    @Test
    void drop_content_removes_what_has_arrived() throws Exception {
        given("stage-content");
        String id = mirror.replica().staging().openUnnamed(Digest.of(CONTENT), CONTENT.length).id();

        assertThat(answer(send("drop-content", request("DELETE content", id, new String[0]), null), Object.class)).isNull();

        assertThat(replica.resolve(".bactrian/staging").resolve(id)).doesNotExist();
    }

    @Test
    void content_is_taken_under_the_lease_only() throws Exception {
        given("stage-content");
        assertThat(send("open-content", request("POST content", WireHeaders.LEASE, "an old one"),
                new Message.OpenContent(Digest.of(CONTENT), CONTENT.length, Optional.empty())).getException()).isInstanceOf(LeaseException.class);
        routes.close();
        given("stage-content");
        String id = mirror.replica().staging().open(Digest.of(CONTENT), CONTENT.length).id();
        assertThat(send("receive-part", part(id, "Content-Range", "bytes 0-9/100000", WireHeaders.LEASE, "an old one"),
                "0123456789".getBytes()).getException()).isInstanceOf(LeaseException.class);
        assertThat(mirror.replica().staging().open(Digest.of(CONTENT), CONTENT.length).missing())
                .containsExactly(new Range(0, CONTENT.length));
    }

    // --- receive-changes

    @Test
    void receive_changes_has_a_batch_applied_once_and_answers_a_repetition_alike() throws Exception {
        given("receive-changes");
        routes.mock("direct:apply-batch").whenAnyExchangeReceived(exchange -> {
            mirror.remember("default " + lease + " k", RECEIPT);
            exchange.getMessage().setBody(RECEIPT);
        });

        assertThat(answer(changes("k"), Object.class)).isEqualTo(RECEIPT);
        assertThat(answer(changes("k"), Object.class)).isEqualTo(RECEIPT);

        assertThat(routes.received("direct:apply-batch")).hasSize(1);
    }

    @Test
    void receive_changes_says_that_the_first_of_two_is_not_done_yet() throws Exception {
        given("receive-changes");
        routes.mock("direct:apply-batch").whenAnyExchangeReceived(exchange -> assertProblem(changes("k"), 409));

        assertThat(changes("k").getException()).isNull();
    }

    @Test
    void receive_changes_lets_a_batch_that_failed_come_again() throws Exception {
        given("receive-changes");
        routes.mock("direct:apply-batch").whenExchangeReceived(1, exchange -> {
            throw new IOException("the disk is full");
        });

        assertThat(changes("k").getException()).hasMessage("the disk is full");
        assertThat(changes("k").getException()).isNull();

        assertThat(routes.received("direct:apply-batch")).hasSize(2);
    }

    @Test
    void receive_changes_needs_a_name_for_the_batch() throws Exception {
        given("receive-changes");

        assertProblem(changes(""), 400);
        assertThat(routes.received("direct:apply-batch")).isEmpty();
    }

    // --- apply-batch

    @Test
    void apply_batch_passes_changes_on_in_order_in_stretches_of_one_operation() throws Exception {
        given("apply-batch");
        routes.mock("direct:apply-changes").whenExchangeReceived(2, exchange -> exchange.getProperty("applied", BatchProgress.class)
                .rejected(stretch(exchange).each().get(0),
                        new io.bactrian.replica.write.ChangeFailedException.CannotApply("new", "no")));

        Message.Receipt receipt = answer(batch(), Message.Receipt.class);

        assertThat(routes.mock("direct:apply-changes").getReceivedExchanges()).extracting(exchange -> stretch(exchange).op()
                + " " + stretch(exchange).steps().stream().map(step -> step.change().path()).toList())
                .containsExactly("move [moved]", "file [new, newer]", "delete [gone]");
        assertThat(receipt.failures()).extracting(failure -> failure.index() + " " + failure.kind())
                .containsExactly("1 cannot-apply");
        assertThat(mirror.remembered("default " + lease + " k")).contains(receipt);
    }

    @Test
    void apply_batch_changes_nothing_when_the_lease_has_ended() throws Exception {
        given("apply-batch");
        mirror.lease().release(Optional.of(lease));

        assertThat(batch().getException()).isInstanceOf(LeaseException.class);

        assertThat(routes.received("direct:apply-changes")).isEmpty();
        theNextBatchCanBegin();
    }

    @Test
    void apply_batch_ends_the_batch_whatever_happens_in_it() throws Exception {
        given("apply-batch");
        routes.mock("direct:apply-changes").whenAnyExchangeReceived(exchange -> {
            throw new IllegalStateException("a step is broken");
        });

        assertThat(batch().getException()).hasMessageContaining("a step is broken");

        theNextBatchCanBegin();
    }

    @Test
    void apply_batch_applies_batches_in_the_order_of_their_numbers_whatever_order_they_come_in() throws Exception {
        given("apply-batch");
        CompletableFuture<Exchange> second = CompletableFuture.supplyAsync(() -> numbered("1", file("second")));
        RouteBench.await().until(() -> routes.received("direct:apply-changes").isEmpty() && !second.isDone());

        Exchange first = numbered("0", file("first"));

        assertThat(first.getException()).isNull();
        assertThat(second.get(60, TimeUnit.SECONDS).getException()).isNull();
        assertThat(routes.mock("direct:apply-changes").getReceivedExchanges()).extracting(exchange ->
                stretch(exchange).change().path()).containsExactly("first", "second");
    }

    @Test
    void apply_batch_lets_none_through_after_one_that_failed() throws Exception {
        given("apply-batch");
        CompletableFuture<Exchange> second = CompletableFuture.supplyAsync(() -> numbered("1", file("second")));
        routes.mock("direct:apply-changes").whenAnyExchangeReceived(exchange -> {
            throw new IllegalStateException("a step is broken");
        });

        assertThat(numbered("0", file("first")).getException()).isNotNull();

        assertThat(second.get(60, TimeUnit.SECONDS).getException()).isInstanceOf(LeaseException.class);
        assertThat(routes.received("direct:apply-changes")).hasSize(1);
        theNextBatchCanBegin();
    }

    @Test
    void apply_batch_refuses_a_number_that_is_none() throws Exception {
        given("apply-batch");

        assertThat(numbered("-1", file("a")).getException()).isInstanceOf(ProblemException.class);
        assertThat(numbered("first", file("a")).getException()).isInstanceOf(ProblemException.class);
    }

    private Exchange numbered(String number, Change change) {
        return send("apply-batch", request("POST changes", WireHeaders.IDEMPOTENCY_KEY, "k" + number,
                WireHeaders.SEQUENCE, number), new Message.Changes(List.of(change)));
    }

    // --- apply-changes

    @Test
    void apply_changes_makes_each_kind_of_change_true() throws Exception {
        given("apply-changes");
        BatchProgress applied = begin();

        apply(applied, new Change.MakeDirectory("d", 0755, Time.ofNanos(1)));
        apply(applied, file("d/f"));
        apply(applied, new Change.MakeLink("d/l", Time.ofNanos(1), "f"));
        apply(applied, new Change.Move("hello", "d/moved"));
        apply(applied, file("f"));
        apply(applied, new Change.Remove("f"));
        apply(applied, new Change.MakeDirectory("e", 0755, Time.ofNanos(1)));
        apply(applied, file("e/f"));
        apply(applied, new Change.Remove("e"));
        apply(applied, new Change.Remove("e"));
        applied.batch().close();

        assertThatTree(replica).holdsExactly("d", "d/f", "d/l", "d/moved");
        assertThat(applied.receipt()).isEqualTo(new Message.Receipt(9, 1, List.of()));
    }

    @Test
    void apply_changes_reports_one_that_cannot_be_and_fails_nothing_else() throws Exception {
        given("apply-changes");
        BatchProgress applied = begin();

        apply(applied, new Change.Move("nowhere", "there"));
        apply(applied, new Change.WriteFile("f", 0644, Time.ofNanos(1), 1, Digest.of("y".getBytes()), Optional.of("x".getBytes())));
        applied.batch().close();

        assertThat(applied.receipt().failures()).extracting(Message.Receipt.Failure::path).containsExactly("there", "f");
        assertThat(mirror.status().lastError()).isPresent();
        assertThatTree(replica).holdsExactly("hello");
    }

    @Test
    void a_step_before_the_choice_of_apply_changes_can_see_each_change_alone_and_refuse_it() throws Exception {
        replica = RouteBench.makeDirectory(dir.resolve("target"));
        routes = RouteBench.target(dir).only("apply-batch", "apply-changes");
        routes.advise("apply-batch", route -> route.weaveByToUri("direct:apply-changes").replace()
                .split().method("applier", "each").to("direct:apply-changes").end());
        routes.advise("apply-changes", route -> route.weaveByType(ChoiceDefinition.class).selectFirst().before()
                .filter(exchange -> stretch(exchange).change().path().endsWith(".exe"))
                .throwException(new SecurityException("infected, says /opt/scanner")));
        started();

        Message.Receipt receipt = answer(send("apply-batch", request("POST changes", WireHeaders.IDEMPOTENCY_KEY, "k"),
                new Message.Changes(List.of(file("a.txt"), file("b.exe"), new Change.MakeLink("c.exe", Time.ofNanos(1), "a.txt"),
                        new Change.MakeDirectory("d", 0755, Time.ofNanos(1))))), Message.Receipt.class);

        assertThat(receipt.applied()).isEqualTo(2);
        assertThat(receipt.failures()).extracting(failure -> failure.index() + " " + failure.path() + " " + failure.kind())
                .containsExactly("1 b.exe cannot-apply", "2 c.exe cannot-apply");
        assertThat(receipt.failures()).noneMatch(failure -> failure.detail().contains("scanner"));
        assertThatTree(replica).holdsExactly("a.txt", "d");
    }

    @Test
    void a_step_before_the_choice_of_apply_changes_refuses_a_stretch_and_no_other() throws Exception {
        replica = RouteBench.makeDirectory(dir.resolve("target"));
        routes = RouteBench.target(dir).only("apply-batch", "apply-changes");
        routes.advise("apply-changes", route -> route.weaveByType(ChoiceDefinition.class).selectFirst().before()
                .filter(exchange -> stretch(exchange).op().equals("link"))
                .throwException(new SecurityException("no links here")));
        started();

        Message.Receipt receipt = answer(send("apply-batch", request("POST changes", WireHeaders.IDEMPOTENCY_KEY, "k"),
                new Message.Changes(List.of(file("a.txt"), new Change.MakeLink("b", Time.ofNanos(1), "a.txt"), file("c"),
                        new Change.MakeLink("d", Time.ofNanos(1), "a.txt")))), Message.Receipt.class);

        assertThat(receipt.failures()).extracting(failure -> failure.index() + " " + failure.path()).containsExactly("1 b", "3 d");
        assertThatTree(replica).holdsExactly("a.txt", "c");
    }

    @Test
    void an_error_in_one_change_of_a_stretch_does_not_affect_the_others() throws Exception {
        given("apply-changes");
        BatchProgress applied = begin();
        Stretch files = new Stretches(List.of(file("a"), file("b"), file("c")), path -> false).next();

        applied.make(files, change -> {
            if (change.path().equals("b")) {
                throw new StackOverflowError();
            }
            return applied.batch().write((Change.WriteFile) change);
        });
        applied.batch().close();

        assertThat(applied.receipt().failures()).extracting(Message.Receipt.Failure::path).containsExactly("b");
        assertThatTree(replica).holdsExactly("a", "c", "hello");
    }

    @Test
    void apply_changes_prunes_a_directory_that_an_earlier_change_of_the_batch_made() throws Exception {
        replica = RouteBench.makeDirectory(dir.resolve("target"));
        routes = RouteBench.target(dir).only("apply-batch", "apply-changes");
        started();

        Message.Receipt receipt = answer(send("apply-batch", request("POST changes", WireHeaders.IDEMPOTENCY_KEY, "k"),
                new Message.Changes(List.of(new Change.MakeDirectory("d", 0755, Time.ofNanos(1)), file("d/f"), file("f"),
                        new Change.Remove("f"), new Change.Remove("d"), new Change.Remove("d/f")))), Message.Receipt.class);

        assertThat(receipt).isEqualTo(new Message.Receipt(5, 1, List.of()));
        assertThatTree(replica).holdsExactly();
    }

    // --- read-file

    @Test
    void read_file_answers_with_the_file_and_its_digest() throws Exception {
        given("read-file");

        HttpResponse response = answer(send("read-file", item("hello"), null), HttpResponse.class);

        assertThat(response.status().code()).isEqualTo(200);
        assertThat(response.headers().get("ETag")).isEqualTo('"' + Digest.of("hello, world".getBytes()).toString() + '"');
        assertProblem(send("read-file", item("nowhere"), null), 404);
        assertProblem(send("read-file", item("%2e%2e/x"), null), 400);
    }

    private Message.Tree compare(String path, Optional<Digest> digest) {
        return answer(send("compare-tree", request("POST tree"), new Message.CompareTree(
                List.of(new Message.CompareTree.Known(path, digest, Optional.empty())), false)), Message.Tree.class);
    }

    private Message.Content content(Digest digest, long size) {
        return answer(send("open-content", request("POST content"), new Message.OpenContent(digest, size, Optional.empty())),
                Message.Content.class);
    }

    private Exchange changes(String key) {
        return send("receive-changes", request("POST changes", WireHeaders.IDEMPOTENCY_KEY, key), new byte[0]);
    }

    private Exchange batch() {
        return send("apply-batch", request("POST changes", WireHeaders.IDEMPOTENCY_KEY, "k"), new Message.Changes(
                List.of(new Change.Move("hello", "moved"), file("new"), file("newer"), new Change.Remove("gone"))));
    }

    private BatchProgress begin() throws Exception {
        return new BatchProgress(mirror.replica().begin(), mirror);
    }

    private void apply(BatchProgress applied, Change change) {
        new Stretches(List.of(change), path -> Files.isDirectory(replica.resolve(path))).forEachRemaining(stretch -> {
            Exchange exchange = routes.template().request("direct:apply-changes", it -> {
                it.getMessage().setBody(stretch);
                it.setProperty("applied", applied);
                it.setProperty("request", request("POST changes"));
            });
            assertThat(exchange.getException()).isNull();
        });
    }

    private static Stretch stretch(Exchange exchange) {
        return exchange.getMessage().getBody(Stretch.class);
    }

    private static Change.WriteFile file(String path) {
        return new Change.WriteFile(path, 0644, Time.ofNanos(1), 1, Digest.of("x".getBytes()), Optional.of("x".getBytes()));
    }

    private void theNextBatchCanBegin() {
        assertThat(CompletableFuture.runAsync(() -> {
            try (Batch next = mirror.replica().begin()) {
                assertThat(next).isNotNull();
            } catch (IOException | io.bactrian.replica.write.ChangeFailedException e) {
                throw new AssertionError(e);
            }
        })).succeedsWithin(Duration.ofSeconds(60));
    }

    /** A request as {@code serve-requests} reads it; of headers that are given twice the last counts. */
    private Request request(String call, String... headers) {
        return request(call, "", headers);
    }

    private Request part(String id, String... headers) {
        return request("PUT content", id, headers);
    }

    private Request item(String path) {
        return request("GET files", path, new String[0]);
    }

    private Request request(String call, String item, String[] headers) {
        HttpHeaders all = new DefaultHttpHeaders().set("Content-Type", "application/json").set(WireHeaders.LEASE, lease);
        for (int i = 0; i < headers.length; i += 2) {
            all.set(headers[i], headers[i + 1]);
        }
        String[] names = call.split(" ");
        return new Request(new Call(names[0], "default", names[1], item), mirror, all);
    }

    private Exchange send(String operation, Request request, Object body) {
        Map<String, Object> properties = new HashMap<>(Map.of("request", request, "operation", operation));
        String route = switch (operation) {
            case "open-session", "close-session" -> "serve-session";
            case "open-content", "receive-part", "drop-content" -> "stage-content";
            default -> operation;
        };
        return routes.send("direct:" + route, body instanceof Message message ? Codec.JSON.write(message) : body, properties);
    }

    private static <T> T answer(Exchange exchange, Class<T> type) {
        assertThat(exchange.getException()).isNull();
        return type.cast(exchange.getMessage().getBody());
    }

    private static void assertProblem(Exchange exchange, int status) {
        assertThat(exchange.getException()).isInstanceOfSatisfying(ProblemException.class,
                fault -> assertThat(fault.problem()).extracting(Problem::status).isEqualTo(status));
    }
}
