package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many bytes are sent, and how fast. */
class WireIT extends TwoEnds {
    /** Some megabytes, as people write them. */
    private static final String TEXT = "seq 1 900000 | sed 's/$/ lines/' >text; ";

    private CountingProxy proxy;

    WireIT() {
        super(Processes.withMuchToDo());
    }

    @BeforeEach
    void a_proxy() throws IOException {
        proxy = new CountingProxy(port);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    @Test
    void text_is_sent_in_a_fraction_of_its_bytes_and_noise_in_no_more() throws IOException {
        startTarget();
        sh(source, "mkdir d; for i in $(seq 1500); do seq $i $((i + 500)) >d/$i; done; " + TEXT);
        long text = size();
        // On a link of this speed it pays on any machine; on loopback it may not
        Running sender = processes.start("source", source, url(proxy.port()), "--set", "bactrian.bandwidth=2MiB").awaitInStep();
        assertThat(proxy.sent()).as("of %d bytes of text", text).isLessThan(text / 2);
        assertThat(sender.link().wire().sent()).isBetween(proxy.sent() * 9 / 10, proxy.sent());
        assertThat(sender.link().wire().plain()).isGreaterThan(text);
        awaitReferee(source, target);

        long before = proxy.sent();
        // Otherwise a file might be sent before it is whole, and then again
        sender.whileSuspended(() -> sh(source, "mkdir n; head -c 10000000 /dev/urandom >n/large;"
                + " for i in $(seq 300); do head -c 10000 /dev/urandom >n/$i; done"));
        awaitReferee(source, target);
        // Beside it, for each file its path and digest, for each request its headers
        assertThat(proxy.sent() - before).isBetween(13_000_000L, 13_200_000L);
    }

    private long size() throws IOException {
        return Long.parseLong(Tools.run("bash", "-c", "find \"$0\" -type f -printf '%s\\n' | awk '{n += $1} END {print n}'",
                source.toString()).strip());
    }

    @Test
    void a_slow_link_loses_neither_lease_nor_data() throws IOException {
        Running receiver = processes.start("target", target, "--port", port, "--set", "bactrian.lease=5s").awaitSaying("receives");
        sh(source, "head -c 4000000 /dev/urandom >large; for i in $(seq 100); do head -c 5000 /dev/urandom >$i; done");
        long begin = System.nanoTime();
        Running sender = processes.start("source", source, url(proxy.port()), "--set", "bactrian.bandwidth=400KiB").awaitInStep();
        // Never faster, on any machine
        assertThat(System.nanoTime() - begin).isGreaterThan(10_300_000_000L);
        awaitReferee(source, target);
        assertThat(proxy.sent()).as("nothing is sent twice").isLessThan(4_600_000);
        assertThat(sender.output()).doesNotContain("lease", "will retry");
        assertThat(receiver.output()).containsOnlyOnce(" sends");
    }

    @Test
    void any_client_may_send_and_ask_in_gzip() throws Exception {
        startTarget();
        HttpResponse<byte[]> session = post("session", "{\"sender\":\"me\",\"instance\":\"one\"}");
        assertThat(session.headers().firstValue("Accept-Encoding")).contains("zstd, gzip");
        String lease = new String(session.body(), StandardCharsets.UTF_8).replaceAll(".*\"lease\":\"([^\"]*)\".*", "$1");
        StringBuilder changes = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            changes.append(i == 0 ? "" : ",").append("{\"op\":\"dir\",\"path\":\"d").append(i).append("\",\"mode\":493,\"modified\":5}");
        }
        HttpResponse<byte[]> batch = post("changes", "{\"changes\":[" + changes + "]}", "Bactrian-Lease", lease, "Idempotency-Key", "1");
        assertThat(new String(batch.body(), StandardCharsets.UTF_8)).isEqualTo("{\"applied\":500,\"same\":0,\"failures\":[]}");

        assertThat(batch.headers().firstValue("Server-Timing")).as("of little").isEmpty();

        HttpResponse<byte[]> tree = post("tree", "{\"directories\":[{\"path\":\"\"}],\"rescan\":false}", "Accept-Encoding", "gzip");

        assertThat(tree.headers().firstValue("Content-Encoding")).contains("gzip");
        String text = new String(new GZIPInputStream(new ByteArrayInputStream(tree.body())).readAllBytes(), StandardCharsets.UTF_8);
        assertThat(text).contains("\"path\":\"d499\"");
        assertThat(tree.body().length).isLessThan(text.length() / 4);
    }

    private HttpResponse<byte[]> post(String call, String body, String... headers) throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(port) + "/v1/default/" + call))
                .header("Content-Encoding", "gzip").POST(BodyPublishers.ofByteArray(zipped.toByteArray()));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<byte[]> response = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        return response;
    }
}
