package io.bactrian.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.bactrian.change.Change;
import io.bactrian.target.Mirrors;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Time;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes of a target, as somebody with an HTTP client of their own sees them. */
class TargetRoutesTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path dir;

    @AutoClose
    private RouteBench routes;
    private Path replica;

    @BeforeEach
    void start() throws IOException {
        replica = RouteBench.makeDirectory(dir.resolve("target"));
        Files.writeString(replica.resolve("hello"), "hello, world");
        Files.createDirectory(replica.resolve("ein Ordner"));
        Files.writeString(replica.resolve("ein Ordner/äöü 100%+.txt"), "ü");
        routes = RouteBench.target(dir).start();
        assertThat(routes.bean("mirrors", Mirrors.class).find("default").orElseThrow().awaitReady(Duration.ofSeconds(60)))
                .isTrue();
    }

    // --- open-session, close-session

    @Test
    void the_lease_is_one_senders_until_it_gives_it_back() throws Exception {
        String lease = open("one");

        assertProblem(post("session", new Message.OpenSession("b", "two")), 423, "lease-held");
        assertThat(call("DELETE", "session", null, "Bactrian-Lease", lease).statusCode()).isEqualTo(204);
        open("two");
        assertProblem(post("changes", new Message.Changes(List.of()), "Bactrian-Lease", lease, "Idempotency-Key", "k"),
                409, "lease-lost");
    }

    @Test
    void changes_need_a_lease() throws Exception {
        assertProblem(post("changes", batch("a"), "Idempotency-Key", "k"), 409, "lease-lost");
        assertThat(replica.resolve("a")).doesNotExist();
    }

    // --- receive-changes, apply-batch, apply-change

    @Test
    void a_batch_that_comes_twice_is_applied_once_and_answered_alike() throws Exception {
        String lease = open("one");
        HttpResponse<byte[]> first = post("changes", batch("a"), "Bactrian-Lease", lease, "Idempotency-Key", "k");
        Files.delete(replica.resolve("a"));
        HttpResponse<byte[]> second = post("changes", batch("a"), "Bactrian-Lease", lease, "Idempotency-Key", "k");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(replica.resolve("a")).doesNotExist();
    }

    @Test
    void a_key_whose_first_try_failed_can_be_tried_again() throws Exception {
        String lease = open("one");
        HttpResponse<byte[]> failed = call("POST", "changes", "{".getBytes(), "Bactrian-Lease", lease, "Idempotency-Key", "k");
        HttpResponse<byte[]> again = post("changes", batch("a"), "Bactrian-Lease", lease, "Idempotency-Key", "k");

        assertProblem(failed, 400, "bad-request");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(replica.resolve("a")).exists();
    }

    @Test
    void every_kind_of_change_reaches_its_step_and_one_that_fails_hinders_no_other() throws Exception {
        Message.Receipt receipt = apply(new Change.MakeDirectory("d", 0755, Time.ofNanos(1_000_000_000L)), file("d/f", "x", Digest.of("x".getBytes())),
                new Change.MakeLink("l", Time.ofNanos(1), "d"), new Change.Move("hello", "moved"),
                file("bad", "x", Digest.of("y".getBytes())),
                new Change.WriteFile("missing", 0644, Time.ofNanos(1), 9, Digest.of("elsewhere".getBytes()), Optional.empty()),
                new Change.Remove("ein Ordner"), new Change.Remove("nothing"));

        assertThat(receipt.failures()).extracting(failure -> failure.index() + " " + failure.path() + " " + failure.kind())
                .containsExactly("4 bad digest-mismatch", "5 missing content-missing");
        assertThat(receipt.applied()).isEqualTo(5);
        assertThat(receipt.same()).isEqualTo(1);
        io.bactrian.TreeAssert.assertThatTree(replica).holdsExactly("d", "d/f", "l", "moved");
        assertThat(Files.getLastModifiedTime(replica.resolve("d")).toMillis()).isEqualTo(1000);
    }

    @Test
    void a_change_that_cannot_be_made_does_not_hold_up_the_batches_after_it() throws Exception {
        String lease = open("one");
        String[] first = {"Bactrian-Lease", lease, "Idempotency-Key", "0", "Bactrian-Sequence", "0"};
        String[] second = {"Bactrian-Lease", lease, "Idempotency-Key", "1", "Bactrian-Sequence", "1"};

        assertThat(read(post("changes", batch("hello/below"), first), Message.Receipt.class).failures()).hasSize(1);
        assertThat(read(post("changes", batch("fine"), second), Message.Receipt.class).failures()).isEmpty();

        assertThat(replica.resolve("fine")).exists();
    }

    @Test
    void requests_are_counted_by_call_and_status_and_what_a_caller_makes_up_is_other() throws Exception {
        open("one");
        post("session", new Message.OpenSession("b", "two"));
        call("BREW", "coffee", null);
        call("GET", "files/hello", null);

        assertThat(routes.bean("mirrors", Mirrors.class).find("default").orElseThrow().received().requests())
                .isEqualTo(java.util.Map.of("POST session", java.util.Map.of("200", 1L, "423", 1L), "POST changes",
                        java.util.Map.of("200", 0L), "other", java.util.Map.of("404", 1L), "GET files", java.util.Map.of("200", 1L)));
        assertThat(routes.bean("mirrors", Mirrors.class).find("default").orElseThrow().received().errors())
                .containsEntry("lease-held", 1L).containsEntry("not-found", 1L).containsEntry("internal", 0L);
    }

    // --- open-content, receive-part

    @Test
    void a_content_can_come_in_parts_in_any_order() throws Exception {
        byte[] content = new byte[200_000];
        Arrays.fill(content, (byte) 7);
        String lease = open("one");
        Message.OpenContent announced = new Message.OpenContent(Digest.of(content), content.length, Optional.empty());
        String id = read(post("content", announced, "Bactrian-Lease", lease), Message.Content.class).id();
        part(lease, id, content, 150_000, 200_000);
        part(lease, id, content, 0, 100_000);
        Message.Content left = read(post("content", announced, "Bactrian-Lease", lease), Message.Content.class);
        assertThat(left.missing()).extracting(range -> range.offset() + "+" + range.length()).containsExactly("100000+50000");
        part(lease, id, content, 100_000, 150_000);

        Message.Receipt receipt = read(post("changes", new Message.Changes(List.of(new Change.WriteFile("big", 0600, Time.ofNanos(1),
                content.length, Digest.of(content), Optional.empty()))), "Bactrian-Lease", lease, "Idempotency-Key", "k"),
                Message.Receipt.class);

        assertThat(receipt.failures()).isEmpty();
        assertThat(replica.resolve("big")).hasBinaryContent(content);
        assertThat(read(post("content", announced, "Bactrian-Lease", lease), Message.Content.class).missing()).isEmpty();
    }

    @Test
    void a_staged_content_of_another_digest_is_refused_by_the_change_that_names_it() throws Exception {
        byte[] content = new byte[100_000];
        Digest other = Digest.of("other".getBytes());
        String lease = open("one");
        String id = read(post("content", new Message.OpenContent(other, content.length, Optional.empty()), "Bactrian-Lease", lease),
                Message.Content.class).id();
        part(lease, id, content, 0, content.length);

        Message.Receipt receipt = read(post("changes", new Message.Changes(List.of(new Change.WriteFile("big", 0600, Time.ofNanos(1),
                content.length, other, Optional.empty()))), "Bactrian-Lease", lease, "Idempotency-Key", "k"),
                Message.Receipt.class);

        assertThat(receipt.failures()).extracting("kind").containsExactly("digest-mismatch");
        assertThat(replica.resolve("big")).doesNotExist();
    }

    @Test
    void a_part_needs_a_range_that_fits_and_an_upload_that_is_open() throws Exception {
        String lease = open("one");
        String id = read(post("content", new Message.OpenContent(Digest.of("x".getBytes()), 100_000, Optional.empty()),
                "Bactrian-Lease", lease), Message.Content.class).id();

        assertProblem(put(lease, id, "nonsense", 4), 400, "bad-request");
        assertProblem(put(lease, id, "bytes 0-4/100000", 4), 400, "bad-request");
        assertProblem(put(lease, id, "bytes 99998-100001/100002", 4), 400, "bad-request");
        assertProblem(put(lease, "f".repeat(64), "bytes 0-3/100000", 4), 404, "not-found");
    }

    @Test
    void holes_of_a_content_are_not_missing_and_nonsense_is_no_hole() throws Exception {
        byte[] content = new byte[200_000];
        content[199_999] = 1;
        String lease = open("one");
        Message.OpenContent announced = new Message.OpenContent(Digest.of(content), content.length, Optional.empty());
        for (String nonsense : List.of("", "5-4", "x", "0-99,", "-1-5", "0-" + Long.MAX_VALUE)) {
            assertProblem(post("content", announced, "Bactrian-Lease", lease, "Bactrian-Holes", nonsense), 400, "bad-request");
        }
        assertProblem(post("content", announced, "Bactrian-Lease", lease, "Bactrian-Holes", "0-200000"), 416, "range-not-satisfiable");

        Message.Content opened = read(post("content", announced, "Bactrian-Lease", lease, "Bactrian-Holes", "0-99999, 120000-149999"),
                Message.Content.class);

        assertThat(opened.missing()).extracting(range -> range.offset() + "+" + range.length())
                .containsExactly("100000+20000", "150000+50000");
    }

    // --- read-file

    @Test
    void a_file_is_read_with_its_digest_as_tag() throws Exception {
        HttpResponse<byte[]> answer = call("GET", "files/hello", null);

        assertThat(new String(answer.body())).isEqualTo("hello, world");
        String tag = answer.headers().firstValue("ETag").orElseThrow();
        assertThat(tag).isEqualTo('"' + Digest.of("hello, world".getBytes()).toString() + '"');
        assertThat(call("GET", "files/hello", null, "If-None-Match", tag).statusCode()).isEqualTo(304);
        HttpResponse<byte[]> head = call("HEAD", "files/hello", null);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("12");
    }

    @Test
    void a_part_of_a_file_is_read_and_one_beyond_its_end_refused() throws Exception {
        HttpResponse<byte[]> part = call("GET", "files/hello", null, "Range", "bytes=7-8");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(new String(part.body())).isEqualTo("wo");
        assertThat(part.headers().firstValue("Content-Range")).contains("bytes 7-8/12");
        assertThat(new String(call("GET", "files/hello", null, "Range", "bytes=-5").body())).isEqualTo("world");
        assertThat(new String(call("GET", "files/hello", null, "Range", "bytes=7-").body())).isEqualTo("world");
        assertThat(new String(call("GET", "files/hello", null, "Range", "lines=1").body())).isEqualTo("hello, world");
        assertProblem(call("GET", "files/hello", null, "Range", "bytes=12-"), 416, "range-not-satisfiable");
    }

    @Test
    void a_path_is_percent_encoded_once() throws Exception {
        String path = "files/ein%20Ordner/%C3%A4%C3%B6%C3%BC%20100%25+.txt";

        assertThat(new String(call("GET", path, null).body(), UTF_8)).isEqualTo("ü");
        assertProblem(call("GET", "files/..%2Fsecret", null), 400, "bad-request");
        assertProblem(call("GET", "files/hello%00", null), 400, "bad-request");
        assertProblem(call("GET", "files/nowhere", null), 404, "not-found");
        assertProblem(call("GET", "files/ein%20Ordner", null), 404, "not-found");
    }

    @Test
    void a_large_file_is_streamed() throws Exception {
        byte[] content = new byte[50_000_000];
        content[49_999_999] = 1;
        Files.write(replica.resolve("large"), content);
        routes.bean("mirrors", Mirrors.class).scan();

        assertThat(Digest.of(call("GET", "files/large", null).body())).isEqualTo(Digest.of(content));
        assertThat(call("GET", "files/large", null, "Range", "bytes=49999990-").body()).endsWith((byte) 1).hasSize(10);
    }

    // --- serve-requests

    @Test
    void what_nobody_answers_to_is_said_so() throws Exception {
        assertProblem(call("POST", "nothing", new byte[0]), 404, "not-found");
        assertProblem(call("PUT", "tree", new byte[0]), 405, "method-not-allowed");
        assertProblem(call("POST", "tree", "{\"directories\":[],\"rescan\":false,\"more\":1}".getBytes()), 400, "bad-request");
    }

    @Test
    void the_answer_has_the_form_that_is_asked_for() throws Exception {
        byte[] question = Codec.CBOR.write(new Message.CompareTree(
                List.of(new Message.CompareTree.Known("", Optional.empty(), Optional.empty())), false));
        HttpResponse<byte[]> cbor = call("POST", "tree", question, "Content-Type", "application/cbor", "Accept", "application/cbor");
        HttpResponse<byte[]> json = call("POST", "tree", question, "Content-Type", "application/cbor");

        assertThat(cbor.headers().firstValue("Content-Type")).contains("application/cbor");
        assertThat(json.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(Codec.CBOR.read(cbor.body(), Message.Tree.class)).isEqualTo(Codec.JSON.read(json.body(), Message.Tree.class));
        assertThat(Codec.JSON.read(json.body(), Message.Tree.class).listings().get(0).children())
                .extracting(node -> node.entry().path()).containsExactly("ein Ordner", "hello");
    }

    @Test
    void headers_from_outside_steer_nothing() throws Exception {
        HttpResponse<byte[]> answer = call("GET", "files/hello", null, "CamelHttpResponseCode", "418", "CamelFileName", "x",
                "operation", "close-session", "CamelHttpMethod", "DELETE", "BactrianOp", "file", "X-Secret", "s");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new String(answer.body())).isEqualTo("hello, world");
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.toLowerCase().startsWith("camel")
                || name.equalsIgnoreCase("operation") || name.equalsIgnoreCase("x-secret"));
    }

    private String open(String instance) throws Exception {
        return read(post("session", new Message.OpenSession("a person's " + instance, instance)), Message.Session.class).lease();
    }

    private Message.Receipt apply(Change... changes) throws Exception {
        return read(post("changes", new Message.Changes(List.of(changes)), "Bactrian-Lease", open("one"),
                "Idempotency-Key", "k"), Message.Receipt.class);
    }

    private static Message.Changes batch(String path) {
        return new Message.Changes(List.of(file(path, "x", Digest.of("x".getBytes()))));
    }

    private static Change file(String path, String content, Digest digest) {
        return new Change.WriteFile(path, 0644, Time.ofNanos(1), content.length(), digest, Optional.of(content.getBytes()));
    }

    private void part(String lease, String id, byte[] content, int from, int to) throws Exception {
        assertThat(call("PUT", "content/" + id, Arrays.copyOfRange(content, from, to), "Bactrian-Lease", lease,
                "Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length).statusCode()).isEqualTo(204);
    }

    private HttpResponse<byte[]> put(String lease, String id, String range, int bytes) throws Exception {
        return call("PUT", "content/" + id, new byte[bytes], "Bactrian-Lease", lease, "Content-Range", range);
    }

    private HttpResponse<byte[]> post(String path, Message message, String... headers) throws Exception {
        return call("POST", path, Codec.JSON.write(message), headers);
    }

    private HttpResponse<byte[]> call(String method, String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + routes.port() + "/v1/default/" + path)).method(method,
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static <T> T read(HttpResponse<byte[]> answer, Class<T> type) throws IOException {
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
        return Codec.JSON.read(answer.body(), type);
    }

    private static void assertProblem(HttpResponse<byte[]> answer, int status, String type) throws IOException {
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
        assertThat(Codec.JSON.read(answer.body(), Problem.class).type()).endsWith(":" + type);
    }
}
