package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

import com.github.luben.zstd.Zstd;
import io.bactrian.hostile.RunningTarget.Answer;
import io.bactrian.wire.WireHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadEncodingTest extends HostileTest {
    private static final byte[] QUESTION = "{\"directories\":[{\"path\":\"\"}],\"rescan\":false}".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "gzip, gzip", "gzip, zstd", "zstd,zstd", "gzip;q=1", "identity, gzip", "*", "x"})
    void refuses_an_encoding_that_it_does_not_know(String encoding) throws Exception {
        assertProblem(tree(gzip(QUESTION), encoding), 415);
    }

    @Test
    void reports_the_supported_encodings() throws Exception {
        try (Socket socket = target.connect()) {
            socket.getOutputStream().write(("POST /v1/default/tree HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\n"
                    + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}").getBytes(StandardCharsets.ISO_8859_1));

            assertThat(RunningTarget.readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 415 ")
                    .containsIgnoringCase("\r\nAccept-Encoding: zstd, gzip\r\n");
        }
    }

    @Test
    void refuses_bodies_that_decode_to_too_many_bytes() throws Exception {
        byte[] zeros = new byte[RunningTarget.MAX_BODY + 1];
        for (byte[] bomb : new byte[][] {zeros, new byte[100 << 20]}) {
            assertProblem(tree(gzip(bomb), "gzip"), 413);
            assertProblem(tree(Zstd.compress(bomb), "zstd"), 413);
        }
        // Each of two frames contains half of it
        byte[] half = Zstd.compress(new byte[RunningTarget.MAX_BODY / 2 + 1]);
        byte[] two = Arrays.copyOf(half, 2 * half.length);
        System.arraycopy(half, 0, two, half.length, half.length);
        assertProblem(tree(two, "zstd"), 413);
    }

    @Test
    void refuses_what_is_broken() throws Exception {
        byte[] gzip = gzip(QUESTION);
        byte[] zstd = Zstd.compress(QUESTION);
        byte[] wrong = gzip.clone();
        wrong[gzip.length - 6] ^= 1;
        assertProblem(tree(wrong, "gzip"), 400);
        assertProblem(tree(Arrays.copyOf(gzip, gzip.length - 1), "gzip"), 400);
        assertProblem(tree(Arrays.copyOf(zstd, zstd.length - 1), "zstd"), 400);
        assertProblem(tree(QUESTION, "gzip"), 400);
        assertProblem(tree(QUESTION, "zstd"), 400);
        assertProblem(tree(zstd, "gzip"), 400);
        assertProblem(tree(gzip, "zstd"), 400);
        assertProblem(tree(new byte[0], "zstd"), 400);
        assertProblem(tree(gzip, "identity"), 400);
    }

    @Test
    void refuses_several_encodings() throws Exception {
        assertThat(tree(gzip(QUESTION), "gzip").status()).isEqualTo(200);
        assertThat(tree(Zstd.compress(QUESTION), "ZSTD").status()).isEqualTo(200);
        assertProblem(tree(gzip(gzip(QUESTION)), "gzip"), 400);
        assertProblem(tree(Zstd.compress(gzip(QUESTION)), "zstd"), 400);
    }

    @Test
    void the_range_of_an_encoded_part_is_that_of_its_decoded_bytes() throws Exception {
        byte[] part = new byte[1000];
        String lease = target.lease();
        String digest = "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53";
        String id = target.call("POST", "default/content", "{\"digest\":\"" + digest + "\",\"size\":1000}",
                WireHeaders.LEASE, lease).json().get("id").asText();

        assertProblem(put(lease, id, gzip(part), "bytes 0-" + (gzip(part).length - 1) + "/1000"), 400);
        assertProblem(put(lease, id, gzip(new byte[999]), "bytes 0-999/1000"), 400);
        assertThat(put(lease, id, gzip(part), "bytes 0-999/1000").status()).isEqualTo(204);
        assertThat(target.batch("{\"op\":\"file\",\"path\":\"zeros\",\"mode\":420,\"modified\":1,\"size\":1000,\"digest\":\"" + digest
                + "\"}").json().get("applied").asInt()).isEqualTo(1);
        assertThat(replica.resolve("zeros")).hasBinaryContent(part);
        restore("zeros");
    }

    private static Answer put(String lease, String id, byte[] body, String range) throws Exception {
        return target.call("PUT", "default/content/" + id, body, WireHeaders.LEASE, lease, "Content-Range", range,
                "Content-Encoding", "gzip");
    }

    private static Answer tree(byte[] body, String encoding) throws Exception {
        return target.call("POST", "default/tree", body, "Content-Encoding", encoding);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        }
        return zipped.toByteArray();
    }
}
