package io.bactrian.hostile;

import static io.bactrian.hostile.RunningTarget.file;
import static io.bactrian.hostile.RunningTarget.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Random;
import java.util.stream.Stream;

import io.bactrian.hostile.RunningTarget.Answer;
import io.bactrian.tree.Digest;
import io.bactrian.wire.WireHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadBatchTest extends HostileTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "{", "[", "null", "true", "17", "\"changes\"", "[]", "{}", "{\"changes\":null}", "{\"changes\":{}}",
        "{\"changes\":7}", "{\"changes\":[null]}", "{\"changes\":[7]}", "{\"changes\":[[]]}", "{\"changes\":[{}]}",
        "{\"changes\":[],\"more\":1}", "{\"changes\":[]} {}", "{\"changes\":[],}", "\u0000\u0001\u0002", "<xml/>",
        "{\"changes\":[{\"op\":\"file\"}]}", "{\"changes\":[{\"op\":\"chmod\",\"path\":\"x\"}]}",
        "{\"changes\":[{\"op\":null,\"path\":\"x\"}]}", "{\"changes\":[{\"path\":\"x\"}]}",
        "{\"changes\":[{\"op\":\"remove\"}]}", "{\"changes\":[{\"op\":\"remove\",\"path\":null}]}",
        "{\"changes\":[{\"op\":\"remove\",\"path\":[\"kept\"]}]}", "{\"changes\":[{\"op\":\"remove\",\"path\":1}]}",
        "{\"changes\":[{\"op\":\"remove\",\"path\":\"x\",\"recursive\":true}]}",
        "{\"changes\":[{\"op\":\"dir\",\"path\":\"x\",\"mode\":\"493\",\"modified\":0}]}",
        "{\"changes\":[{\"op\":\"dir\",\"path\":\"x\",\"mode\":493.5,\"modified\":0}]}",
        "{\"changes\":[{\"op\":\"dir\",\"path\":\"x\",\"mode\":true,\"modified\":0}]}",
        "{\"changes\":[{\"op\":\"dir\",\"path\":\"x\",\"mode\":493}]}",
        "{\"changes\":[{\"op\":\"dir\",\"path\":\"x\",\"mode\":-1,\"modified\":0}]}",
        "{\"changes\":[{\"op\":\"dir\",\"path\":\"x\",\"mode\":4096,\"modified\":0}]}",
        "{\"changes\":[{\"op\":\"dir\",\"path\":\"x\",\"mode\":493,\"modified\":9223372036854775808}]}",
        "{\"changes\":[{\"op\":\"dir\",\"path\":\"x\",\"mode\":493,\"modified\":1e400}]}",
        "{\"changes\":[{\"op\":\"link\",\"path\":\"x\",\"modified\":0,\"target\":\"\"}]}",
        "{\"changes\":[{\"op\":\"link\",\"path\":\"x\",\"modified\":0,\"target\":\"a\\u0000b\"}]}",
        "{\"changes\":[{\"op\":\"link\",\"path\":\"x\",\"modified\":0,\"target\":\"a\\ud800b\"}]}",
        "{\"changes\":[{\"op\":\"link\",\"path\":\"\",\"modified\":0,\"target\":\"x\"}]}",
        "{\"changes\":[{\"op\":\"move\",\"from\":\"kept\",\"path\":\"kept/in\"}]}",
        "{\"changes\":[{\"op\":\"move\",\"from\":\"kept/deep\",\"path\":\"kept\"}]}",
        "{\"changes\":[{\"op\":\"move\",\"from\":\"\",\"path\":\"x\"}]}",
        "{\"changes\":[{\"op\":\"remove\",\"path\":\"\"}]}"})
    void refuses_bodies_that_are_not_a_batch(String body) throws Exception {
        assertProblem(target.send(target.lease(), body), 400);
    }

    @Test
    void explains_location_and_reason_in_plain_words() throws Exception {
        assertThat(target.batch("{\"op\":\"remove\",\"path\":\"x\"}", "{\"op\":\"remove\",\"path\":\"../x\"}")
                .json().get("detail").asText())
                .isEqualTo("changes[1]: a path must be relative, without empty, '.' and '..' names");
        assertThat(target.batch("{\"op\":\"remove\",\"path\":\"x\",\"force\":1}").json().get("detail").asText())
                .isEqualTo("changes[0].force: unknown field");
        assertThat(target.batch("{\"op\":\"chmod\",\"path\":\"x\"}").json().get("detail").asText())
                .isEqualTo("changes[0]: its \"op\" must be one of dir, file, link, move and remove");
        assertThat(target.batch("{\"op\":\"dir\",\"path\":\"x\",\"mode\":\"a\",\"modified\":0}").json().get("detail")
                .asText()).isEqualTo("changes[0].mode: expected an integer within the range");
    }

    static Stream<String> badPaths() {
        return Stream.of("/", "/etc/passwd", "//etc", "..", "../outside/secret", "kept/../../outside/secret", "kept/..",
                ".", "./kept", "kept/.", "kept//file", "kept/", "a\0b", "kept/file\0.txt", ".bactrian",
                ".bactrian/index.db", ".BACTRIAN/lock", ".Bactrian/staging/x", "\ud800", "kept/\udc00x", "x\ufffdy",
                "n".repeat(256), "\u00e9".repeat(128), "d/".repeat(33_000) + "x");
    }

    @ParameterizedTest
    @MethodSource("badPaths")
    void refuses_a_path_that_leads_outside(String path) throws Exception {
        String other = "{\"op\":\"remove\",\"path\":\"kept/deep/other\"}";
        String bad = quoted(path);
        for (String change : new String[] {file(path, "evil"), "{\"op\":\"remove\",\"path\":" + bad + "}",
                "{\"op\":\"dir\",\"path\":" + bad + ",\"mode\":493,\"modified\":0}",
                "{\"op\":\"link\",\"path\":" + bad + ",\"modified\":0,\"target\":\"x\"}",
                "{\"op\":\"move\",\"from\":\"kept/file\",\"path\":" + bad + "}",
                "{\"op\":\"move\",\"from\":" + bad + ",\"path\":\"x\"}"}) {
            // Earlier changes of the batch are not applied either: a batch is decoded completely or not at all.
            assertProblem(target.batch(other, change), 400);
        }
    }

    @Test
    void a_path_too_long_for_the_system_can_only_be_removed() throws Exception {
        String far = quoted("d/".repeat(2100) + "x");
        assertThat(target.batch("{\"op\":\"remove\",\"path\":" + far + "}").status()).isEqualTo(200);
        for (String change : new String[] {file("d/".repeat(2100) + "x", "evil"),
                "{\"op\":\"dir\",\"path\":" + far + ",\"mode\":493,\"modified\":0}",
                "{\"op\":\"move\",\"from\":\"kept/file\",\"path\":" + far + "}"}) {
            assertProblem(target.batch(change), 400);
        }
    }

    @ParameterizedTest
    @MethodSource("badPaths")
    void reveals_nothing_about_a_path_outside(String path) throws Exception {
        assertProblem(target.call("POST", "default/tree", "{\"directories\":[{\"path\":" + quoted(path)
                + "}],\"rescan\":false}"), 400);
    }

    @Test
    void does_not_follow_an_existing_link() throws Exception {
        Answer answer = target.batch(file("kept/door/secret", "evil"), file("kept/door/new", "evil"),
                "{\"op\":\"remove\",\"path\":\"kept/door/secret\"}",
                "{\"op\":\"dir\",\"path\":\"kept/door/d\",\"mode\":493,\"modified\":0}",
                "{\"op\":\"link\",\"path\":\"kept/door/l\",\"modified\":0,\"target\":\"x\"}",
                "{\"op\":\"move\",\"from\":\"kept/door/secret\",\"path\":\"kept/stolen\"}",
                "{\"op\":\"move\",\"from\":\"kept/file\",\"path\":\"kept/door/file\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("applied").asInt()).isZero();
        assertThat(answer.json().get("failures")).as("all but the removal of what is not in the tree").hasSize(6);
        assertTellsNothing(answer);
        assertProblem(target.call("GET", "default/files/kept/door/secret", ""), 404);
        assertProblem(target.call("GET", "default/files/kept/door", ""), 404);
    }

    @Test
    void does_not_follow_a_link_of_the_same_batch() throws Exception {
        String outsideLink = "\"modified\":0,\"target\":" + quoted(outside.toString()) + "}";
        Answer answer = target.batch("{\"op\":\"dir\",\"path\":\"kept/new\",\"mode\":493,\"modified\":0}",
                file("kept/new/first", "x"), "{\"op\":\"link\",\"path\":\"kept/new\"," + outsideLink,
                file("kept/new/secret", "evil"), "{\"op\":\"remove\",\"path\":\"kept/new/secret\"}",
                "{\"op\":\"link\",\"path\":\"kept/way\"," + outsideLink,
                "{\"op\":\"dir\",\"path\":\"kept/room\",\"mode\":493,\"modified\":0}",
                file("kept/room/first", "x"), "{\"op\":\"move\",\"from\":\"kept/way\",\"path\":\"kept/room\"}",
                file("kept/room/secret", "evil"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("failures")).hasSize(2);
        assertThat(answer.json().get("failures").get(0).get("path").asText()).isEqualTo("kept/new/secret");
        assertThat(answer.json().get("failures").get(1).get("path").asText()).isEqualTo("kept/room/secret");
        assertTellsNothing(answer);
        restore("kept/new", "kept/room");
    }

    @Test
    void does_not_follow_a_foreign_link() throws Exception {
        restore();
        target.batch("{\"op\":\"dir\",\"path\":\"kept/swapped\",\"mode\":493,\"modified\":0}", file("kept/swapped/a", "a"));
        Files.delete(replica.resolve("kept/swapped/a"));
        Files.delete(replica.resolve("kept/swapped"));
        Files.createSymbolicLink(replica.resolve("kept/swapped"), outside);

        Answer answer = target.batch(file("kept/swapped/secret", "evil"), "{\"op\":\"remove\",\"path\":\"kept/swapped/secret\"}",
                "{\"op\":\"move\",\"from\":\"kept/swapped/a\",\"path\":\"kept/b\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("applied").asInt()).isZero();
        assertTellsNothing(answer);
        assertProblem(target.call("GET", "default/files/kept/swapped/secret", ""), 404);
        restore("kept/swapped");
    }

    @Test
    void a_file_cannot_be_a_parent() throws Exception {
        Answer answer = target.batch(file("kept/file/below", "x"),
                "{\"op\":\"dir\",\"path\":\"kept/file/d\",\"mode\":493,\"modified\":0}", file("not/there/x", "x"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("failures")).hasSize(3)
                .allSatisfy(failure -> assertThat(failure.get("kind").asText()).isEqualTo("cannot-apply"));
        assertTellsNothing(answer);
    }

    @Test
    void content_with_a_wrong_digest_is_not_applied() throws Exception {
        Answer answer = target.batch(file("kept/file", 0644, "evils", Digest.of("other".getBytes())),
                file("kept/new", 0644, "evils", Digest.of("else".getBytes())));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("failures")).hasSize(2)
                .allSatisfy(failure -> assertThat(failure.get("kind").asText()).isEqualTo("digest-mismatch"));
        assertTellsNothing(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"abc\"", "\"\"", "7", "null", "[]",
        "\"zzzz5b9a0f2c8e3d7b1a6f4c0e9d8b7a6f5e4d3c2b1a09f8e7d6c5b4a39281706f5e\""})
    void refuses_an_invalid_digest(String digest) throws Exception {
        assertProblem(target.batch("{\"op\":\"file\",\"path\":\"x\",\"mode\":420,\"modified\":0,\"size\":0,\"digest\":"
                + digest + "}"), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "5", "9223372036854775807", "9223372036854775808", "\"4\"", "4.5", "1e99"})
    void refuses_a_size_that_differs_from_the_content(String size) throws Exception {
        assertProblem(target.batch(file("x", "evil").replace("\"size\":4", "\"size\":" + size)), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-9223372036854775808", "9223372036854775807", "-1"})
    void accepts_every_time_and_continues(String modified) throws Exception {
        assertThat(target.batch(file("kept/old", "x").replace("1600000000000000000", modified)).status()).isEqualTo(200);
        restore("kept/old");
    }

    @Test
    void refuses_content_that_is_not_base64() throws Exception {
        assertProblem(target.batch(file("x", "evil").replaceFirst("\"content\":\"[^\"]*", "\"content\":\"@@@@")), 400);
    }

    @Test
    void refuses_a_batch_without_a_lease_with_a_stale_one_or_without_a_key() throws Exception {
        String body = "{\"changes\":[{\"op\":\"remove\",\"path\":\"kept/file\"}]}";
        String stale = target.lease();
        assertThat(target.call("DELETE", "default/session", "", WireHeaders.LEASE, stale).status()).isEqualTo(204);
        String key = WireHeaders.IDEMPOTENCY_KEY;

        assertProblem(target.call("POST", "default/changes", body, key, "k1"), 409);
        assertProblem(target.call("POST", "default/changes", body, key, "k2", WireHeaders.LEASE, stale), 409);
        String lease = target.lease();
        assertProblem(target.call("POST", "default/changes", body, key, "k3", WireHeaders.LEASE, stale), 409);
        assertProblem(target.call("POST", "default/changes", body, key, "k3", WireHeaders.LEASE, lease + "x"), 409);
        assertProblem(target.call("POST", "default/changes", body, WireHeaders.LEASE, lease), 400);
        assertProblem(target.call("POST", "default/changes", body, WireHeaders.LEASE, lease, key, " "), 400);
        assertProblem(target.call("POST", "default/content", "{\"digest\":\"" + Digest.EMPTY + "\",\"size\":1}",
                WireHeaders.LEASE, stale), 409);
        Answer held = target.call("POST", "default/session", "{\"sender\":\"x\",\"instance\":\"two\"}");
        assertProblem(held, 423);
        assertThat(held.json().get("detail").asText())
                .isEqualTo("test holds the lease; it expires 15 s after the last request of that sender, or when that sender stops");
    }

    @Test
    void a_repeated_key_changes_nothing_whatever_the_body() throws Exception {
        String[] headers = {WireHeaders.LEASE, target.lease(), WireHeaders.IDEMPOTENCY_KEY, "the-same"};
        String first = "{\"changes\":[" + file("kept/file", "hello") + "]}";
        Answer answer = target.call("POST", "default/changes", first, headers);

        Answer again = target.call("POST", "default/changes",
                "{\"changes\":[{\"op\":\"remove\",\"path\":\"kept/file\"}]}", headers);

        assertThat(again).isEqualTo(answer);
    }

    @Test
    void refuses_a_body_that_is_nested_too_deeply() throws Exception {
        assertProblem(target.send(target.lease(), "[".repeat(500_000)), 400);
        assertProblem(target.send(target.lease(), "{\"changes\":[".repeat(50_000)), 400);
        assertProblem(target.send(target.lease(), "{\"a\":".repeat(100_000) + "1"), 400);
    }

    @Test
    void accepts_as_many_changes_as_a_body_can_hold() throws Exception {
        String change = "{\"op\":\"remove\",\"path\":\"a\"},";
        String body = "{\"changes\":[" + change.repeat(RunningTarget.MAX_BODY / change.length() - 2)
                + change.substring(0, change.length() - 1) + "]}";

        Answer answer = target.send(target.lease(), body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("failures")).isEmpty();
    }

    @Test
    void refuses_requests_for_too_many_directories() throws Exception {
        String known = "{\"path\":\"\"},";
        String body = "{\"directories\":[" + known.repeat(RunningTarget.MAX_BODY / known.length() - 5)
                + "{\"path\":\"\"}],\"rescan\":false}";

        assertProblem(target.call("POST", "default/tree", body), 413);
    }

    @Test
    void survives_invalid_cbor() throws Exception {
        Random random = new Random(42);
        String lease = target.lease();
        for (int i = 0; i < 200; i++) {
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            if (body.length > 1) {
                // Most start like a batch: with a map, an array or a string
                body[0] = (byte) (new int[] {0xbf, 0xa1, 0x9f, 0x7f})[i % 4];
            }
            for (String call : new String[] {"changes", "content", "session", "tree"}) {
                Answer answer = target.call("POST", "default/" + call, body, "Content-Type", "application/cbor",
                        WireHeaders.LEASE, lease, WireHeaders.IDEMPOTENCY_KEY, call + i);
                assertProblem(answer, 400);
            }
        }
    }

    @Test
    void refuses_a_sender_with_an_overlong_name() throws Exception {
        assertProblem(target.call("POST", "default/session",
                "{\"sender\":\"" + "n".repeat(100_000) + "\",\"instance\":\"one\"}"), 400);
        assertProblem(target.call("POST", "default/session",
                "{\"sender\":\"n\",\"instance\":\"" + "n".repeat(100_000) + "\"}"), 400);
    }
}
