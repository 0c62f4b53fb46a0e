package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.bactrian.Processes;
import io.bactrian.access.Lease;
import io.bactrian.target.Request;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.Status;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The routes {@code serve-requests} and {@code serve-management}, each alone: no request is answered behind them. */
class ServeRequestsTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path dir;

    @AutoClose
    private RouteBench routes;

    @ParameterizedTest
    @CsvSource({"POST,session,serve-session", "DELETE,session,serve-session", "POST,tree,compare-tree",
            "POST,content,stage-content", "PUT,content/id,stage-content", "DELETE,content/id,stage-content", "POST,chunks,stage-content",
            "POST,changes,receive-changes", "POST,scrub,ask-scrub",
            "GET,files/a%20b,read-file", "HEAD,files/a%20b,read-file"})
    void serve_requests_passes_each_call_on_to_its_route_and_nothing_of_it_is_a_header(String method, String path,
            String route) throws Exception {
        routes = RouteBench.target(dir).only("serve-requests").start();

        assertThat(call(method, path).statusCode()).isEqualTo(200);

        assertThat(routes.mock("direct:" + route).getReceivedExchanges()).singleElement().satisfies(exchange -> {
            assertThat(exchange.getMessage().getHeaders()).isEmpty();
            assertThat(exchange.getProperty("caller")).isEqualTo("anybody");
            Request request = exchange.getProperty("request", Request.class);
            assertThat(request.call().method() + " " + request.call().resource()).isEqualTo(method + " " + path.replaceAll("/.*", ""));
            assertThat(request.item()).isEqualTo(path.contains("/") ? path.replaceAll(".*/", "") : "");
        });
    }

    @Test
    void serve_requests_listens_at_an_address_of_ipv6_as_any_host_writes_it() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            assertThat(socket.isBound()).isTrue();
        } catch (IOException e) {
            assumeTrue(false, "this machine has no IPv6: " + e.getMessage());
        }
        routes = RouteBench.target(dir, "bactrian.http.host=::1").only("serve-requests").start();

        assertThat(routes.context().getRoute("serve-requests").getEndpoint().getEndpointUri()).contains("http://[::1]:");
        URI uri = URI.create("http://[::1]:" + routes.port() + "/v1/default/session");
        assertThat(HTTP.send(HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    }

    @Test
    void serve_requests_answers_a_message_as_json_and_nothing_as_no_content() throws Exception {
        Message.Receipt receipt = new Message.Receipt(1, 2, List.of());
        routes = RouteBench.target(dir).only("serve-requests").start();
        routes.mock("direct:receive-changes").whenAnyExchangeReceived(exchange -> exchange.getMessage().setBody(receipt));
        routes.mock("direct:serve-session").whenAnyExchangeReceived(exchange -> exchange.getMessage().setBody(null));

        assertThat(Codec.JSON.read(call("POST", "changes").body(), Message.Receipt.class)).isEqualTo(receipt);
        assertThat(call("DELETE", "session").statusCode()).isEqualTo(204);
    }

    @Test
    void serve_requests_makes_a_fault_a_problem_and_says_nothing_of_what_is_inside() throws Exception {
        routes = RouteBench.target(dir).only("serve-requests").advise("serve-requests", route ->
                route.weaveById("dispatch").before().process(exchange -> {
                    if (exchange.getProperty("operation").equals("open-content")) {
                        throw new StackOverflowError("/secret/place");
                    }
                })).start();
        routes.mock("direct:receive-changes").whenAnyExchangeReceived(exchange ->
                new Lease(Duration.ofSeconds(1)).check(Optional.empty()));
        fail("stage-content", new FileSystemException("/secret/place", null, "No space left on device"));
        fail("compare-tree", new IllegalStateException("/secret/place"));

        assertProblem(call("POST", "changes"), 409, "changes require a lease; open a session first");
        assertProblem(call("PUT", "content/id"), 503, "The target's storage failed: No space left on device: free some space on the target");
        assertProblem(call("POST", "tree"), 500, "See the target's log.");
        assertProblem(call("POST", "content"), 500, "See the target's log.");
    }

    @Test
    void serve_requests_refuses_what_nobody_answers_to() throws Exception {
        routes = RouteBench.target(dir).only("serve-requests").start();

        assertProblem(call("DELETE", "files/x"), 405, "The method DELETE is not supported.");
        assertProblem(call("GET", "nothing"), 404, "Calls are session, tree, content, chunks, changes, scrub and files/PATH.");
    }

    @Test
    void serve_status_tells_what_the_process_does_to_who_only_asks() throws Exception {
        int port = Processes.freePort();
        routes = RouteBench.target(dir, "bactrian.management.port=" + port).only("serve-management").start();
        URI uri = URI.create("http://127.0.0.1:" + port + "/status");

        HttpResponse<byte[]> answer = HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());

        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        Status status = Codec.JSON.read(answer.body(), Status.class);
        assertThat(status.sources()).isEmpty();
        assertThat(status.targets()).extracting(Status.Replica::directory).containsExactly(dir.resolve("target").toString());
        assertThat(HTTP.send(HttpRequest.newBuilder(uri).DELETE().build(), HttpResponse.BodyHandlers.discarding())
                .statusCode()).isEqualTo(405);
    }

    @Test
    void serve_requests_works_on_as_many_at_the_same_time_as_there_are_threads() throws Exception {
        int threads = 2 * Runtime.getRuntime().availableProcessors() + 4;
        CountDownLatch others = new CountDownLatch(threads);
        routes = RouteBench.target(dir, "bactrian.http.threads=" + threads).only("serve-requests").advise("serve-requests",
                route -> route.weaveById("dispatch").replace().process(exchange -> {
                    others.countDown();
                    exchange.getMessage().setBody(others.await(60, TimeUnit.SECONDS) ? null : "they do not come");
                })).start();

        List<CompletableFuture<Integer>> answers = IntStream.range(0, threads).mapToObj(i -> HTTP.sendAsync(
                HttpRequest.newBuilder(uri("changes")).POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.discarding()).thenApply(HttpResponse::statusCode)).toList();

        assertThat(answers).extracting(CompletableFuture::join).containsOnly(204);
    }

    private void fail(String route, Exception fault) {
        routes.mock("direct:" + route).whenAnyExchangeReceived(exchange -> {
            throw fault;
        });
    }

    private HttpResponse<byte[]> call(String method, String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(uri(path))
                .header("CamelHttpMethod", "TRACE").header("operation", "close-session")
                .method(method, HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + routes.port() + "/v1/default/" + path);
    }

    private static void assertProblem(HttpResponse<byte[]> answer, int status, String detail) throws IOException {
        assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(Codec.JSON.read(answer.body(), Problem.class).detail()).isEqualTo(detail);
    }
}
