package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bactrian.content.Range;
import io.bactrian.tree.Digest;
import io.bactrian.source.TargetRequest;
import io.bactrian.upload.BufferPool;
import io.bactrian.upload.Part;
import io.bactrian.upload.PartQueue;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.WireHeaders;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route {@code call-target} alone, against a server that is not Bactrian's. */
class CallTargetTest {
    private static final Message.Changes BATCH = new Message.Changes(List.of());
    private static final TargetRequest NAMED = new TargetRequest(BATCH).with(WireHeaders.IDEMPOTENCY_KEY, "a-key");

    @TempDir
    Path dir;

    private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private RouteBench routes;

    private interface Answer {
        void to(HttpExchange request, int number) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        routes = RouteBench.source(dir, "bactrian.source.default.targets=http://127.0.0.1:" + server.getAddress().getPort())
                .only("call-target").start();
    }

    @AfterEach
    void stop() {
        routes.close();
        server.stop(0);
    }

    private void answer(Answer answer) {
        server.createContext("/", request -> {
            request.getRequestBody().readAllBytes();
            keys.add(request.getRequestMethod() + " " + request.getRequestURI() + " "
                    + request.getRequestHeaders().getFirst("Idempotency-Key"));
            answer.to(request, keys.size());
            request.close();
        });
    }

    @Test
    void an_answer_becomes_the_body() throws Exception {
        answer((request, number) -> receipt(request));

        Exchange exchange = call(BATCH);

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isEqualTo(new Message.Receipt(1, 2, List.of()));
        assertThat(keys).singleElement().asString().startsWith("POST /v1/default/changes ");
    }

    @Test
    void a_request_whose_connection_broke_is_repeated_by_the_same_name() throws Exception {
        answer((request, number) -> {
            if (number == 3) {
                receipt(request);
            }
        });

        Exchange exchange = call(NAMED);

        assertThat(exchange.getException()).isNull();
        assertThat(keys).hasSize(3).containsOnly(keys.get(0)).doesNotContain("POST /v1/default/changes null");
    }

    @Test
    void a_request_whose_answer_broke_off_is_repeated() throws Exception {
        answer((request, number) -> {
            if (number == 1) {
                request.getResponseHeaders().set("Content-Type", "application/cbor");
                request.sendResponseHeaders(200, 100);
                request.getResponseBody().write(1);
                request.getResponseBody().flush();
            } else {
                receipt(request);
            }
        });

        assertThat(call(BATCH).getException()).isNull();
        assertThat(keys).hasSize(2).containsOnly(keys.get(0));
    }

    @Test
    void a_target_that_is_away_is_left_to_the_link_after_three_tries() throws Exception {
        answer((request, number) -> { });

        Exchange exchange = call(BATCH);

        assertThat(exchange.getException()).isNotNull();
        assertThat(keys).hasSize(3);
    }

    @Test
    void a_problem_is_no_reason_to_ask_again() throws Exception {
        answer((request, number) -> send(request, 503, Problem.MEDIA_TYPE,
                Codec.JSON.write(Problem.unavailable("the disk is full"))));

        Exchange exchange = call(BATCH);

        assertThat(exchange.getException()).isInstanceOf(ProblemException.class).hasMessageContaining("the disk is full");
        assertThat(keys).hasSize(1);
    }

    @Test
    void a_foreign_answer_names_what_to_check() throws Exception {
        answer((request, number) -> send(request, 200, "text/html", "<html>".getBytes()));

        assertThat(call(BATCH).getException())
                .hasMessage("it answered HTTP 200 with text/html, which is not a Bactrian response; check the port and the"
                        + " mirror name in the URL");
    }

    @Test
    void a_lease_travels_with_every_request() throws Exception {
        routes.link().open();
        routes.link().connected(new Message.Session("the lease", 15, Digest.EMPTY, false, true));
        List<String> leases = new ArrayList<>();
        answer((request, number) -> {
            leases.add(request.getRequestHeaders().getFirst("Bactrian-Lease"));
            receipt(request);
        });

        call(BATCH);

        assertThat(leases).containsExactly("the lease");
    }

    @Test
    void a_parts_memory_is_used_again_unless_a_broken_connection_may_still_be_sending_it() throws IOException {
        answer((request, number) -> {
            if (number != 2) {
                request.sendResponseHeaders(204, -1);
            }
        });
        BufferPool buffers = new BufferPool(1000);
        PartQueue parts = new PartQueue("large", 110, new Message.Content("id", List.of(new Range(0, 10), new Range(50, 10)), false),
                1000, new Semaphore(1), buffers, (read, into) -> into.position(into.limit()).flip());

        Part once = sent(parts);
        assertThat(buffers.take(10)).isSameAs(once.bytes());
        Part twice = sent(parts);

        assertThat(keys).hasSize(3);
        assertThat(buffers.take(10)).isNotSameAs(twice.bytes());
    }

    private Part sent(PartQueue parts) throws IOException {
        Part part = parts.next();
        routes.send("direct:call-target", new TargetRequest(part, part.id(), Map.of("Content-Range", part.contentRange())),
                Map.of("link", routes.link(), "operation", "receive-part"));
        parts.done(part);
        return part;
    }

    private Exchange call(Object body) {
        return routes.send("direct:call-target", body, Map.of("link", routes.link(), "operation", "receive-changes"));
    }

    private static void receipt(HttpExchange request) throws IOException {
        send(request, 200, "application/cbor", Codec.CBOR.write(new Message.Receipt(1, 2, List.of())));
    }

    private static void send(HttpExchange request, int status, String type, byte[] body) throws IOException {
        request.getResponseHeaders().set("Content-Type", type);
        request.sendResponseHeaders(status, body.length);
        request.getResponseBody().write(body);
    }
}
