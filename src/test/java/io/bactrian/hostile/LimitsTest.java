package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;

import com.github.luben.zstd.Zstd;
import io.bactrian.hostile.HostileTest.With;
import io.bactrian.hostile.RunningTarget.Answer;
import io.bactrian.tree.Digest;
import io.bactrian.wire.WireHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@With({"bactrian.http.max-body=50331648", "bactrian.http.max-bodies=60000000", "bactrian.target.default.max-path=300",
    "bactrian.target.default.max-file=8MiB", "bactrian.target.default.max-staging=1MiB",
    "bactrian.target.default.max-uploads=5"})
class LimitsTest extends HostileTest {
    private static final int CUT = 0;

    @Test
    void refuses_a_batch_of_a_million_entries_before_it_has_read_them() throws Exception {
        String change = "{\"op\":\"remove\",\"path\":\"kept\"},";
        String million = "{\"changes\":[" + change.repeat(999_999) + change.substring(0, change.length() - 1) + "]}";

        Answer answer = target.send(target.lease(), million);

        assertProblem(answer, 413);
        assertThat(answer.json().get("detail").asText()).contains("100000", "bactrian.http.max-entries", "bactrian.batch.entries");
        assertProblem(target.send(target.lease(), "{\"changes\":[" + "{},".repeat(999_999) + "{}]}"), 400);
        assertProblem(target.send(target.lease(), "{\"changes\":[" + "null,".repeat(999_999) + "null]}"), 400);
    }

    @Test
    void refuses_a_request_about_a_million_directories() throws Exception {
        assertProblem(target.call("POST", "default/tree", "{\"directories\":[" + "{\"path\":\"\"},".repeat(999_999)
                + "{\"path\":\"\"}],\"rescan\":false}"), 413);
    }

    /** A few megabytes that decode to ten gigabytes or more. */
    @Test
    void refuses_a_decompression_bomb() throws Exception {
        byte[] zeros = new byte[64 << 20];
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            for (int i = 0; i < 16; i++) {
                out.write(zeros);
            }
        }
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < 160; i++) {
            frames.write(Zstd.compress(zeros, 1));
        }
        String lease = target.lease();
        for (String call : new String[] {"POST default/changes", "POST default/tree", "POST default/content",
            "PUT default/content/" + announce(lease, "bomb", 1 << 20).json().get("id").asText()}) {
            String[] parts = call.split(" ");
            for (Object[] bomb : new Object[][] {{"gzip", gzip.toByteArray()}, {"zstd", frames.toByteArray()}}) {
                assertProblem(target.call(parts[0], parts[1], (byte[]) bomb[1], "Content-Encoding", (String) bomb[0],
                        WireHeaders.LEASE, lease, WireHeaders.IDEMPOTENCY_KEY, "bomb" + bomb[0], "Content-Range",
                        "bytes 0-1048575/1048576"), 413);
            }
        }
        drop(lease, "bomb", 1 << 20);
    }

    @ParameterizedTest
    @CsvSource({"9223372036854775808,400", "18446744073709551616,400", "1e400,400", "1e18,400", "-1,400",
        "-9223372036854775809,400", "9223372036854775807,413", "4611686018427387904,413", "8388609,413"})
    void refuses_uploads_that_are_too_large(String size, int status) throws Exception {
        for (String named : new String[] {"digest", "key"}) {
            assertProblem(target.call("POST", "default/content",
                    "{\"" + named + "\":\"" + digest("large") + "\",\"size\":" + size + "}", WireHeaders.LEASE, target.lease()), status);
        }
        assertThat(replica.resolve(".bactrian/staging")).doesNotExist();
    }

    @Test
    void limits_the_number_of_uploads() throws Exception {
        String lease = target.lease();
        for (int i = 0; i < 5; i++) {
            assertThat(announce(lease, "upload" + i, 1000).status()).isEqualTo(200);
        }

        assertProblem(announce(lease, "upload5", 1000), 507);

        assertThat(announce(lease, "upload4", 1000).status()).isEqualTo(200);
        drop(lease, "upload0", 1000);
        assertThat(announce(lease, "upload5", 1000).status()).isEqualTo(200);
        for (int i = 1; i < 6; i++) {
            drop(lease, "upload" + i, 1000);
        }
    }

    @Test
    void limits_the_size_of_all_uploads() throws Exception {
        String lease = target.lease();
        byte[] part = new byte[600_000];
        // Zeros would take no disk space
        Arrays.fill(part, (byte) 1);
        for (String name : new String[] {"one", "two"}) {
            announce(lease, name, 1_000_000);
        }
        assertThat(part(lease, "one", part, 0, 1_000_000).status()).isEqualTo(204);

        assertProblem(part(lease, "two", part, 0, 1_000_000), 507);
        assertProblem(part(lease, "two", part, 400_000, 1_000_000), 507);

        // Content that the target has already takes no further space.
        assertThat(part(lease, "one", part, 0, 1_000_000).status()).isEqualTo(204);
        drop(lease, "one", 1_000_000);
        assertThat(part(lease, "two", part, 400_000, 1_000_000).status()).isEqualTo(204);
        drop(lease, "two", 1_000_000);
    }

    @Test
    void local_copies_count_against_the_limit() throws Exception {
        String base = "x".repeat(200_000);
        assertThat(target.batch(RunningTarget.file("kept/base", base)).json().get("applied").asInt()).isOne();
        String lease = target.lease();
        StringBuilder copies = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            copies.append(i == 0 ? "" : ",").append("{\"from\":0,\"to\":").append(i * 200_000).append(",\"length\":200000}");
        }

        Answer answer = target.call("POST", "default/content", "{\"digest\":\"" + digest("copies")
                + "\",\"size\":2000000,\"recipe\":{\"base\":\"" + digest(base) + "\",\"size\":200000,\"copies\":["
                + copies + "]}}", WireHeaders.LEASE, lease);

        drop(lease, "copies", 2_000_000);
        restore("kept/base");
        assertProblem(answer, 507);
    }

    @Test
    void an_overlong_path_does_not_affect_others() throws Exception {
        String deep = ("d".repeat(99) + "/").repeat(2) + "f".repeat(101);

        Answer answer = target.batch(RunningTarget.file(deep, "x"), RunningTarget.file("kept/new", "x"),
                "{\"op\":\"move\",\"from\":\"kept/new\",\"path\":\"" + deep + "\"}");

        assertThat(answer.json().get("applied").asInt()).as(answer.text()).isOne();
        assertThat(answer.json().get("failures")).hasSize(2);
        assertThat(answer.json().get("failures").get(0).get("detail").asText()).contains("300 bytes", "max-path");
        restore("kept/new");
    }

    /** Bodies that are each within the limit but together exceed it. */
    @Test
    void limits_the_bodies_in_memory_and_releases_them() throws Exception {
        byte[] spaces = " ".repeat(40 << 20).getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 2; round++) {
            try (Socket unfinished = target.connect()) {
                unfinished.getOutputStream().write(("POST /v1/default/tree HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        + (spaces.length + 1) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                unfinished.getOutputStream().write(spaces);
                // As soon as the target has read that
                await().atMost(RunningTarget.PATIENCE).until(() -> status(spaces) != 400);
                List<CompletableFuture<Integer>> answers = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    answers.add(CompletableFuture.supplyAsync(() -> status(spaces)));
                }
                assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isIn(CUT, 503));
            }
            await().atMost(RunningTarget.PATIENCE).until(() -> status(spaces) == 400);
        }
    }

    /** The status of an answer to a body that means nothing; {@link #CUT} if the connection was closed before that could be read. */
    private static int status(byte[] body) {
        try {
            return target.call("POST", "default/tree", body).status();
        } catch (IOException e) {
            return CUT;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Lengths of bytes, text, lists and maps without the announced data. */
    @ParameterizedTest
    @ValueSource(strings = {"5b7fffffffffffffff", "7b7fffffffffffffff", "9b7fffffffffffffff", "bb7fffffffffffffff",
        "5bffffffffffffffff", "5a7fffffff", "7a7fffffff", "9a7fffffff", "ba7fffffff", "c25a7fffffff",
        "a1676368616e6765739b7fffffffffffffff", "a1676368616e6765739a7fffffff", "a1676368616e6765735a7fffffff",
        "a1676368616e6765737b7fffffffffffffff", "a17a7fffffff", "a1676368616e676573c2"})
    void does_not_trust_lengths_in_cbor(String hex) throws Exception {
        for (int i = 0; i < 20; i++) {
            assertProblem(target.call("POST", "default/changes", HexFormat.of().parseHex(hex), "Content-Type",
                    "application/cbor", WireHeaders.LEASE, target.lease(), WireHeaders.IDEMPOTENCY_KEY, hex + i), 400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c0ae", "c0ae2fc0ae", "e080ae", "f08080ae", "eda080", "ff", "c3", "fc80808080ae"})
    void refuses_overlong_text(String hex) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write("{\"changes\":[{\"op\":\"remove\",\"path\":\"".getBytes(StandardCharsets.US_ASCII));
        body.write(HexFormat.of().parseHex(hex));
        body.write("\"}]}".getBytes(StandardCharsets.US_ASCII));

        assertProblem(target.call("POST", "default/changes", body.toByteArray(), WireHeaders.LEASE, target.lease(),
                WireHeaders.IDEMPOTENCY_KEY, hex), 400);
    }

    @Test
    void refuses_a_number_of_a_million_digits() throws Exception {
        for (String number : new String[] {"9".repeat(1 << 20), "0." + "9".repeat(1 << 20), "1e" + "9".repeat(1 << 20),
            "-" + "9".repeat(1 << 20)}) {
            assertProblem(target.send(target.lease(), "{\"changes\":[{\"op\":\"dir\",\"path\":\"a\",\"mode\":" + number
                    + ",\"modified\":0}]}"), 400);
        }
    }

    private static Digest digest(String name) {
        return Digest.of(name.getBytes(StandardCharsets.UTF_8));
    }

    private static Answer announce(String lease, String name, int size) throws Exception {
        return target.call("POST", "default/content", "{\"digest\":\"" + digest(name) + "\",\"size\":" + size + "}",
                WireHeaders.LEASE, lease);
    }

    private static Answer part(String lease, String name, byte[] part, int offset, int size) throws Exception {
        return target.call("PUT", "default/content/" + digest(name) + "-" + size, part, WireHeaders.LEASE, lease,
                "Content-Range", "bytes " + offset + "-" + (offset + part.length - 1) + "/" + size);
    }

    private static void drop(String lease, String name, int size) throws Exception {
        assertThat(target.call("DELETE", "default/content/" + digest(name) + "-" + size, "", WireHeaders.LEASE, lease)
                .status()).isEqualTo(204);
    }
}
