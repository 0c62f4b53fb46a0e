package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.bactrian.hostile.RunningTarget.Answer;
import io.bactrian.tree.Digest;
import io.bactrian.wire.WireHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadRecipeTest extends HostileTest {
    private static final byte[] BASE = "0123456789".repeat(30_000).getBytes(StandardCharsets.US_ASCII);
    private static final Digest WANTED = Digest.of("wanted".getBytes(StandardCharsets.US_ASCII));

    @ParameterizedTest
    @ValueSource(strings = {
        "[{\"from\":-1,\"length\":1,\"to\":0}]", "[{\"from\":0,\"length\":1,\"to\":-1}]",
        "[{\"from\":0,\"length\":0,\"to\":0}]", "[{\"from\":0,\"length\":-5,\"to\":9}]",
        "[{\"from\":299999,\"length\":2,\"to\":0}]", "[{\"from\":0,\"length\":2,\"to\":99999}]",
        "[{\"from\":9223372036854775807,\"length\":9223372036854775807,\"to\":0}]",
        "[{\"from\":0,\"length\":9223372036854775807,\"to\":1}]",
        "[{\"from\":0,\"length\":9,\"to\":0},{\"from\":0,\"length\":9,\"to\":8}]",
        "[{\"from\":0,\"length\":9,\"to\":9},{\"from\":0,\"length\":9,\"to\":0}]",
        "[{\"from\":0,\"length\":9}]", "[{\"from\":0,\"length\":9,\"to\":0,\"path\":\"kept/file\"}]", "[null]", "null", "{}",
        "[{\"from\":\"0\",\"length\":9,\"to\":0}]", "[{\"from\":0.5,\"length\":9,\"to\":0}]"})
    void refuses_invalid_copies(String copies) throws Exception {
        assertProblem(announce(target.lease(), copies, 100_000), 400);
    }

    @Test
    void refuses_too_many_copies() throws Exception {
        String copies = IntStream.range(0, 20_001).mapToObj(i -> "{\"from\":0,\"length\":1,\"to\":" + i + "}")
                .collect(Collectors.joining(",", "[", "]"));

        assertProblem(announce(target.lease(), copies, 100_000), 400);
    }

    @Test
    void refuses_a_recipe_without_the_lease() throws Exception {
        assertProblem(announce("stale", "[]", 100_000), 409);
        assertProblem(target.call("POST", "default/chunks", chunks(Digest.of(BASE), 13, 0), WireHeaders.LEASE, "stale"), 409);
    }

    @Test
    void an_unknown_base_leaves_everything_missing() throws Exception {
        Answer answer = announce(target.lease(), "[{\"from\":0,\"length\":300000,\"to\":0}]", 300_000);

        assertThat(answer.json().get("missing").toString()).isEqualTo("[{\"offset\":0,\"length\":300000}]");
        assertThat(answer.json().get("busy").asBoolean()).isFalse();
    }

    @Test
    void discards_copies_that_give_other_content() throws Exception {
        String lease = held();

        assertProblem(announce(lease, "[{\"from\":0,\"length\":300000,\"to\":0}]", 300_000), 422);
        assertThat(announce(lease, "[]", 300_000).json().get("missing").toString())
                .isEqualTo("[{\"offset\":0,\"length\":300000}]");
        restore("kept/base");
    }

    @Test
    void does_not_follow_a_link_that_replaced_the_base() throws Exception {
        String lease = held();
        Path base = replica.resolve("kept/base");
        FileTime before = Files.getLastModifiedTime(outside);
        Files.move(base, outside.resolve("base"));
        Files.createSymbolicLink(base, outside.resolve("base"));

        Answer answer = announce(lease, "[{\"from\":0,\"length\":300000,\"to\":0}]", 300_000);

        assertThat(answer.json().get("missing").toString()).isEqualTo("[{\"offset\":0,\"length\":300000}]");
        Files.delete(outside.resolve("base"));
        Files.setLastModifiedTime(outside, before);
        restore("kept/base");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"bits\":12,\"offset\":0", "\"bits\":21,\"offset\":0", "\"bits\":-1,\"offset\":0",
        "\"bits\":13,\"offset\":-1", "\"bits\":13,\"offset\":300001", "\"bits\":13"})
    void refuses_invalid_requests_for_chunks(String question) throws Exception {
        assertProblem(target.call("POST", "default/chunks", "{\"digest\":\"%s\",\"size\":300000,%s}"
                .formatted(Digest.of(BASE), question), WireHeaders.LEASE, target.lease()), 400);
    }

    @Test
    void returns_no_chunks_of_unknown_content() throws Exception {
        Answer answer = target.call("POST", "default/chunks", chunks(WANTED, 13, 0), WireHeaders.LEASE, target.lease());

        assertThat(java.util.Base64.getDecoder().decode(answer.json().get("list").asText())).hasSize(2);
    }

    /** Stores the base on the target and returns the lease. */
    private static String held() throws Exception {
        String lease = target.lease();
        String id = target.call("POST", "default/content", "{\"digest\":\"%s\",\"size\":300000}".formatted(Digest.of(BASE)),
                WireHeaders.LEASE, lease).json().get("id").asText();
        target.call("PUT", "default/content/" + id, BASE, WireHeaders.LEASE, lease, "Content-Range", "bytes 0-299999/300000");
        assertThat(target.send(lease, "{\"changes\":[{\"op\":\"file\",\"path\":\"kept/base\",\"mode\":420,\"modified\":0,"
                + "\"size\":300000,\"digest\":\"" + Digest.of(BASE) + "\"}]}").json().get("applied").asInt()).isOne();
        return lease;
    }

    private static Answer announce(String lease, String copies, long size) throws Exception {
        return target.call("POST", "default/content", "{\"digest\":\"%s\",\"size\":%d,\"recipe\":{\"base\":\"%s\",\"size\":300000,\"copies\":%s}}"
                .formatted(WANTED, size, Digest.of(BASE), copies), WireHeaders.LEASE, lease);
    }

    private static String chunks(Digest digest, int bits, long offset) {
        return "{\"digest\":\"%s\",\"size\":300000,\"bits\":%d,\"offset\":%d}".formatted(digest, bits, offset);
    }
}
