package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.bactrian.hostile.RunningTarget.Answer;
import io.bactrian.tree.Digest;
import io.bactrian.wire.WireHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadUploadTest extends HostileTest {
    private static final byte[] CONTENT = new byte[300_000];

    static {
        new Random(7).nextBytes(CONTENT);
    }

    private static final Digest DIGEST = Digest.of(CONTENT);
    private static final Digest KEY = Digest.of("a key".getBytes());

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"digest\":\"00\",\"size\":1}", "{\"size\":1}", "{\"digest\":null,\"size\":1}",
        "{\"digest\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}",
        "{\"digest\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"size\":-1}",
        "{\"digest\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"size\":9223372036854775808}",
        "{\"digest\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"size\":\"1\"}"})
    void refuses_invalid_announcements(String body) throws Exception {
        assertProblem(target.call("POST", "default/content", body, WireHeaders.LEASE, target.lease()), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes", "bytes 0-3", "bytes 0-3/*", "bytes */300000", "bytes -3/300000",
        "bytes 3-0/300000", "bytes 0-2/300000", "bytes 0-4/300000", "bytes 0-3/3", "bytes 0-3/4", "bytes 0-3/300001",
        "octets 0-3/300000", "bytes 0-3/99999999999999999999", "bytes 9223372036854775804-9223372036854775807/300000",
        "bytes 299998-300001/300002"})
    void refuses_a_part_that_does_not_fit(String range) throws Exception {
        String lease = target.lease();
        String id = announce(lease);

        Answer answer = range.isEmpty() ? put(lease, id, new byte[4])
                : put(lease, id, new byte[4], "Content-Range", range);

        assertThat(answer.status()).as(answer.text()).isIn(400, 416);
        assertProblem(answer, answer.status());
        assertThat(missing(lease)).isEqualTo("[{\"offset\":0,\"length\":300000}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "..", "../lock", "..%2f..%2fkept%2ffile", "tmp-0", "%00",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855-9",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855-9999999999999999999",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855-9.ranges"})
    void refuses_a_part_of_an_upload_that_was_not_opened(String id) throws Exception {
        String lease = target.lease();

        Answer answer = target.raw("PUT /v1/default/content/" + id + " HTTP/1.1\r\nHost: localhost\r\n"
                + WireHeaders.LEASE + ": " + lease + "\r\nContent-Range: bytes 0-3/9\r\nContent-Length: 4\r\n\r\nevil");

        assertThat(answer.status()).as(answer.text()).isIn(400, 404);
        assertProblem(answer, answer.status());
    }

    @Test
    void refuses_a_part_without_the_lease() throws Exception {
        String lease = target.lease();
        String id = announce(lease);

        assertProblem(target.call("PUT", "default/content/" + id, new byte[4], "Content-Range", "bytes 0-3/300000"), 409);
        assertProblem(put("stale", id, new byte[4], "Content-Range", "bytes 0-3/300000"), 409);
        assertThat(missing(lease)).isEqualTo("[{\"offset\":0,\"length\":300000}]");
    }

    @Test
    void content_with_a_wrong_digest_is_discarded_and_can_be_sent_again() throws Exception {
        String lease = target.lease();
        byte[] forged = CONTENT.clone();
        forged[150_000]++;
        send(lease, announce(lease), forged, 0, forged.length);

        Answer refused = target.send(lease, change());

        assertThat(refused.json().get("failures").get(0).get("kind").asText()).isEqualTo("digest-mismatch");
        assertTellsNothing(refused);
        send(lease, announce(lease), CONTENT, 0, CONTENT.length);
        assertThat(target.send(lease, change()).json().get("applied").asInt()).isOne();
        restore("kept/large");
    }

    @Test
    void content_sent_under_a_key_must_match_the_digest_given_at_the_end() throws Exception {
        String lease = target.lease();
        byte[] forged = CONTENT.clone();
        forged[150_000]++;
        send(lease, open(lease, "\"key\":\"" + KEY + "\"").json().get("id").asText(), forged, 0, forged.length);

        assertProblem(open(lease, "\"key\":\"" + KEY + "\",\"digest\":\"" + DIGEST + "\""), 422);

        assertThat(replica.resolve(".bactrian/staging")).satisfiesAnyOf(
                staging -> assertThat(staging).doesNotExist(), staging -> assertThat(staging).isEmptyDirectory());
        assertThat(target.send(lease, change()).json().get("failures").get(0).get("kind").asText())
                .isEqualTo("content-missing");
    }

    @Test
    void a_key_is_not_accepted_as_a_digest() throws Exception {
        String lease = target.lease();
        String id = open(lease, "\"key\":\"" + DIGEST + "\"").json().get("id").asText();
        send(lease, id, CONTENT, 0, CONTENT.length);

        assertThat(target.send(lease, change()).json().get("failures").get(0).get("kind").asText())
                .isEqualTo("content-missing");
        assertProblem(target.call("DELETE", "default/content/" + id, ""), 409);
        assertThat(target.call("DELETE", "default/content/" + id, "", WireHeaders.LEASE, lease).status()).isEqualTo(204);
        assertThat(target.call("DELETE", "default/content/..%2f..%2fkept%2ffile", "", WireHeaders.LEASE, lease).status())
                .isEqualTo(204);
    }

    private static Answer open(String lease, String named) throws Exception {
        return target.call("POST", "default/content", "{" + named + ",\"size\":" + CONTENT.length + "}",
                WireHeaders.LEASE, lease);
    }

    @Test
    void incomplete_content_is_not_applied() throws Exception {
        String lease = target.lease();
        send(lease, announce(lease), CONTENT, 0, 100_000);
        send(lease, announce(lease), CONTENT, 200_000, 100_000);

        Answer answer = target.send(lease, change());

        assertThat(answer.json().get("failures").get(0).get("kind").asText()).isEqualTo("content-missing");
        assertTellsNothing(answer);
        send(lease, announce(lease), CONTENT, 100_000, 100_000);
        assertThat(target.send(lease, change()).json().get("applied").asInt()).isOne();
        restore("kept/large");
    }

    @Test
    void two_clients_can_share_an_upload() throws Exception {
        String lease = target.lease();
        ExecutorService clients = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Answer>> parts = new ArrayList<>();
            for (int client = 0; client < 4; client++) {
                // Each uses other part boundaries, so parts overlap.
                int length = 30_000 + client * 7_001;
                for (int offset = 0; offset < CONTENT.length; offset += length) {
                    int from = offset;
                    int count = Math.min(length, CONTENT.length - offset);
                    parts.add(() -> send(lease, announce(lease), CONTENT, from, count));
                }
            }
            for (Future<Answer> part : clients.invokeAll(parts, 30, TimeUnit.SECONDS)) {
                assertThat(part.get().status()).isEqualTo(204);
            }
        } finally {
            clients.shutdownNow();
        }

        Answer answer = target.send(lease, change());

        assertThat(answer.json().get("applied").asInt()).as(answer.text()).isOne();
        assertThat(Digest.of(java.nio.file.Files.readAllBytes(replica.resolve("kept/large")))).isEqualTo(DIGEST);
        restore("kept/large");
    }

    private static String announce(String lease) throws Exception {
        return target.call("POST", "default/content", "{\"digest\":\"" + DIGEST + "\",\"size\":" + CONTENT.length + "}",
                WireHeaders.LEASE, lease).json().get("id").asText();
    }

    private static String missing(String lease) throws Exception {
        return target.call("POST", "default/content", "{\"digest\":\"" + DIGEST + "\",\"size\":" + CONTENT.length + "}",
                WireHeaders.LEASE, lease).json().get("missing").toString();
    }

    private static Answer send(String lease, String id, byte[] content, int offset, int length) throws Exception {
        return put(lease, id, java.util.Arrays.copyOfRange(content, offset, offset + length), "Content-Range",
                "bytes " + offset + "-" + (offset + length - 1) + "/" + content.length);
    }

    private static Answer put(String lease, String id, byte[] body, String... headers) throws Exception {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = WireHeaders.LEASE;
        all[headers.length + 1] = lease;
        return target.call("PUT", "default/content/" + id, body, all);
    }

    private static String change() {
        return "{\"changes\":[{\"op\":\"file\",\"path\":\"kept/large\",\"mode\":420,\"modified\":0,\"size\":%d,\"digest\":\"%s\"}]}"
                .formatted(CONTENT.length, DIGEST);
    }
}
