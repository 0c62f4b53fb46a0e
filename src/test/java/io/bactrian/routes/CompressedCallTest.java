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
import java.util.Optional;

import com.github.luben.zstd.Zstd;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bactrian.change.Change;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Time;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Encoding;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the route {@code call-target} makes shorter, against a server that is not Bactrian's. */
class CompressedCallTest {
    private static final byte[] CONTENT = new byte[60_000];
    private static final Message.Changes BATCH = new Message.Changes(List.of(new Change.WriteFile("zeros", 0644, Time.ofNanos(1),
            CONTENT.length, Digest.of(CONTENT), Optional.of(CONTENT))));

    @TempDir
    Path dir;

    private record Seen(String call, String encoding, String accepted, byte[] body) {
    }

    private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private RouteBench routes;
    private String takes = "zstd, gzip";
    private boolean refuses;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        routes = RouteBench.source(dir, "bactrian.source.default.targets=http://127.0.0.1:" + server.getAddress().getPort())
                .only("call-target").start();
    }

    @AfterEach
    void stop() {
        routes.close();
        server.stop(0);
    }

    private void answer(HttpExchange request) throws IOException {
        Seen now = new Seen(request.getRequestMethod() + " " + request.getRequestURI().getPath().replace("/v1/default/", ""),
                request.getRequestHeaders().getFirst("Content-Encoding"),
                request.getRequestHeaders().getFirst("Accept-Encoding"), request.getRequestBody().readAllBytes());
        seen.add(now);
        if (!takes.isEmpty()) {
            request.getResponseHeaders().set("Accept-Encoding", takes);
        }
        switch (now.call()) {
            case "POST session" -> send(request, 200, new Message.Session("the lease", 15, Digest.EMPTY, false, true));
            case "POST tree" -> send(request, 200, new Message.Tree(List.of()));
            default -> {
                if (refuses && now.encoding() != null) {
                    byte[] problem = Codec.JSON.write(Problem.unsupportedEncoding("not that"));
                    request.getResponseHeaders().set("Content-Type", Problem.MEDIA_TYPE);
                    request.sendResponseHeaders(415, problem.length);
                    request.getResponseBody().write(problem);
                } else {
                    send(request, 200, new Message.Receipt(1, 0, List.of()));
                }
            }
        }
        request.close();
    }

    private static void send(HttpExchange request, int status, Message message) throws IOException {
        byte[] body = Codec.CBOR.write(message);
        String accepted = request.getRequestHeaders().getFirst("Accept-Encoding");
        if (accepted != null) {
            Encoding encoding = Encoding.wanted(accepted).orElseThrow();
            body = encoding == Encoding.ZSTD ? Zstd.compress(body) : encoding.encode(body).orElseThrow();
            request.getResponseHeaders().set("Content-Encoding", encoding.token());
        }
        request.getResponseHeaders().set("Content-Type", "application/cbor");
        request.sendResponseHeaders(status, body.length);
        request.getResponseBody().write(body);
    }

    @Test
    void a_batch_travels_as_zstd_once_the_session_says_that_the_target_takes_it() throws Exception {
        call("receive-changes", BATCH);
        call("open-session", new Message.OpenSession("a", "b"));
        Exchange answered = call("receive-changes", BATCH);

        assertThat(seen).extracting(Seen::encoding).containsExactly(null, null, "zstd");
        assertThat(seen.get(2).body().length).isLessThan(1000);
        assertThat(Zstd.decompress(seen.get(2).body(), seen.get(0).body().length)).isEqualTo(seen.get(0).body());
        assertThat(answered.getMessage().getBody()).isEqualTo(new Message.Receipt(1, 0, List.of()));
        assertThat(routes.link().compression().status().plain()).isGreaterThan(2 * CONTENT.length);
        assertThat(routes.link().compression().status().sent()).isBetween((long) CONTENT.length, CONTENT.length + 2000L);
    }

    @Test
    void an_older_target_and_one_behind_a_proxy_that_says_less_get_it_as_it_is() {
        takes = "";

        call("open-session", new Message.OpenSession("a", "b"));
        call("receive-changes", BATCH);

        assertThat(seen).extracting(Seen::encoding).containsOnlyNulls();
    }

    @Test
    void a_target_that_refuses_what_is_compressed_gets_no_more_of_it() {
        refuses = true;
        call("open-session", new Message.OpenSession("a", "b"));

        assertThat(call("receive-changes", BATCH).getException()).hasMessageContaining("not that");
        call("open-session", new Message.OpenSession("a", "b"));
        assertThat(call("receive-changes", BATCH).getException()).isNull();

        assertThat(seen).extracting(Seen::encoding).containsExactly(null, "zstd", null, null);
    }

    @Test
    void a_large_answer_is_asked_for_in_fewer_bytes_and_read() {
        Exchange answered = call("compare-tree", new Message.CompareTree(List.of(), false));

        assertThat(seen).extracting(Seen::accepted).containsExactly("zstd, gzip");
        assertThat(answered.getMessage().getBody()).isEqualTo(new Message.Tree(List.of()));
    }

    @Test
    void no_more_bytes_a_second_leave_than_are_wanted() throws Exception {
        routes.close();
        routes = RouteBench.source(dir.resolve("slow"), "bactrian.bandwidth=128KiB", "bactrian.source.default.targets=http://127.0.0.1:"
                + server.getAddress().getPort()).only("call-target").start();

        long begin = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            call("receive-changes", BATCH);
        }

        // Never less, on any machine
        assertThat(System.nanoTime() - begin).isGreaterThan(2_000_000_000L);
        assertThat(seen).hasSize(5);
    }

    private Exchange call(String operation, Object body) {
        return routes.send("direct:call-target", body, Map.of("link", routes.link(), "operation", operation));
    }
}
