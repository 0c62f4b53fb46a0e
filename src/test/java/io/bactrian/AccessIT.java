package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Map;

import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has a token for it may talk, and nobody else. */
class AccessIT extends TwoEnds {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Path tokens;

    @BeforeEach
    void a_source_with_a_file() throws IOException {
        tokens = place.resolve("bactrian.tokens");
        Files.writeString(source.resolve("f"), "content\n");
    }

    /** Makes a token, puts it into a file, and tells it. */
    private String token(String file, Object... options) {
        sh(place, "umask 077; java -jar " + System.getProperty("bactrian.jar") + " token --file " + tokens + " "
                + String.join(" ", java.util.Arrays.stream(options).map(String::valueOf).toList()) + " >" + file + " 2>" + file + ".help");
        try {
            return Files.readString(place.resolve(file)).strip();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Running target(Object... more) {
        return startTarget("--set", "bactrian.access.tokens=" + tokens, more);
    }

    private Running source(String tokenFile, Object... more) {
        return startSource("--set", "bactrian.access.token-file=" + place.resolve(tokenFile), more);
    }

    @Test
    void a_source_with_the_token_mirrors_and_verifies_and_one_without_changes_nothing() throws Exception {
        String token = token("writer");
        Running receiver = target("--log-level", "trace");
        Running stranger = processes.start("source", source, url(port), "--set", "bactrian.retry.longest=200ms");
        stranger.awaitSaying("A token is required").awaitSaying("token-file");
        receiver.awaitSaying("refused, most recently from 127.0.0.1: Send a token");
        assertThat(target.resolve("f")).doesNotExist();
        stranger.stop();

        Running sender = source("writer", "--once", "--log-level", "trace");

        assertThat(sender.awaitExit()).as(sender.output()).isZero();
        awaitReferee(source, target);
        Running verify = processes.start("verify", source, url(port), "--set", "bactrian.access.token-file=" + place.resolve("writer"),
                "--log-level", "trace");
        assertThat(verify.awaitExit()).as(verify.output()).isZero();
        for (Running said : new Running[] {receiver, sender, verify}) {
            assertThat(said.output()).doesNotContain(token.substring("bactrian_".length()));
        }
        assertThat(receiver.output()).as("at trace").hasSizeGreaterThan(10_000);
        assertThat(Files.readString(tokens)).doesNotContain(token).contains("source sha256:", "*:write");
    }

    @Test
    void a_token_that_nobody_asked_for_is_not_written_anywhere_either() throws Exception {
        String token = token("writer");
        Running receiver = processes.start("target", target, "--port", port, "--log-level", "trace").awaitSaying("receives");

        assertThat(source("writer", "--once").awaitExit()).isZero();

        awaitReferee(source, target);
        assertThat(receiver.output()).doesNotContain(token.substring("bactrian_".length())).hasSizeGreaterThan(10_000);
    }

    @Test
    void a_token_is_valid_only_for_its_mirror_and_rights() throws Exception {
        String reader = token("reader", "alice", "--mirror", "default", "--read");
        String writer = token("writer", "bob", "--mirror", "default");
        String other = token("other", "eve", "--mirror", "other");
        target();
        assertThat(processes.start("source", source, url(port), "--once", "--set", "bactrian.access.token-file=" + place.resolve("writer"))
                .awaitExit()).isZero();

        assertThat(get("files/f", reader).body()).isEqualTo("content\n");
        Running verify = processes.start("verify", source, url(port), "--set", "bactrian.access.token-file=" + place.resolve("reader"));
        assertThat(verify.awaitExit()).as(verify.output()).isZero();
        assertThat(post("tree", reader, "{\"directories\":[{\"path\":\"\"}],\"rescan\":false}").statusCode()).isEqualTo(200);
        HttpResponse<String> forbidden = post("session", reader, "{\"sender\":\"me\",\"instance\":\"one\"}");
        assertThat(forbidden.statusCode()).isEqualTo(403);
        assertThat(forbidden.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(forbidden.headers().firstValue("WWW-Authenticate").orElseThrow()).startsWith("Bearer").contains("insufficient_scope");
        assertThat(forbidden.body()).contains("\"type\":\"urn:bactrian:problem:no-right\"", "\"status\":403", "alice", "write");
        assertThat(post("session", writer, "{\"sender\":\"me\",\"instance\":\"one\"}").statusCode()).isEqualTo(200);
        assertThat(get("files/f", other).statusCode()).isEqualTo(403);
        assertThat(get("files/f", "bactrian_00000000000000000000000").statusCode()).isEqualTo(401);
        HttpResponse<String> without = HTTP.send(request("files/f").build(), BodyHandlers.ofString());
        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(without.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"bactrian\"");
        assertThat(without.body()).contains("\"type\":\"urn:bactrian:problem:no-token\"");
    }

    @Test
    void a_mark_that_a_caller_makes_up_lets_nobody_in() throws Exception {
        token("writer");
        target();

        assertThat(HTTP.send(request("files/f").header("Bactrian-Admitted", "word source").build(), BodyHandlers.ofString())
                .statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /v1/default/changes", "PUT /v1/default/content/x", "POST /", "PUT /v1/default/files/f"})
    void a_body_that_is_announced_is_not_waited_for(String line) throws IOException {
        token("writer");
        target();
        for (String expect : new String[] {"", "Expect: 100-continue\r\n"}) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout((int) Running.PATIENCE.toMillis());
                socket.getOutputStream().write((line + " HTTP/1.1\r\nHost: x\r\n" + expect
                        + "Content-Length: 15000000\r\n\r\n").getBytes(StandardCharsets.US_ASCII));

                String answer = new String(readAll(socket.getInputStream()), StandardCharsets.UTF_8);

                assertThat(answer).startsWith("HTTP/1.1 401 ").doesNotContain("100 Continue").containsIgnoringCase("connection: close")
                        .endsWith("}");
            }
        }
    }

    /** Ends with the connection, which a caller who may not talk does not keep. */
    private static byte[] readAll(InputStream in) throws IOException {
        return in.readAllBytes();
    }

    @Test
    void who_sends_his_body_all_the_same_gets_the_answer_and_nobody_keeps_the_body() throws Exception {
        token("writer");
        Running receiver = target();
        long before = receiver.bytesWritten();

        HttpResponse<String> answer = HTTP.send(request("content/x").PUT(BodyPublishers.ofByteArray(new byte[3_000_000])).build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(receiver.bytesWritten() - before).isLessThan(100_000);
    }

    @Test
    void a_refusal_does_not_overtake_the_answer_to_a_request_before_it_on_the_connection() throws Exception {
        String writer = token("writer");
        target();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout((int) Running.PATIENCE.toMillis());
            String tree = "{\"directories\":[{\"path\":\"\"}],\"rescan\":true}";
            socket.getOutputStream().write(("POST /v1/default/tree HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + writer
                    + "\r\nContent-Length: " + tree.length() + "\r\n\r\n" + tree
                    + "GET /v1/default/files/f HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));

            String answers = new String(readAll(socket.getInputStream()), StandardCharsets.UTF_8);

            assertThat(answers).startsWith("HTTP/1.1 200 ").containsSubsequence("listings", "HTTP/1.1 401 ");
        }
    }

    @Test
    void tokens_come_and_go_while_the_target_runs() throws Exception {
        String first = token("first");
        Running receiver = target();
        assertThat(get("files/", first).statusCode()).isNotEqualTo(401);
        String second = token("second");
        assertThat(get("files/", second).statusCode()).isNotEqualTo(401);
        sh(place, "sed -i '$d' bactrian.tokens");
        assertThat(get("files/", second).statusCode()).isEqualTo(401);
        assertThat(get("files/", first).statusCode()).isNotEqualTo(401);

        sh(place, "chmod 644 bactrian.tokens");
        HttpResponse<String> unknown = get("files/", first);
        assertThat(unknown.statusCode()).isEqualTo(503);
        assertThat(unknown.body()).contains("log").doesNotContain(place.toString());
        receiver.awaitSaying("may be read by others").awaitSaying("chmod 600");
        sh(place, "chmod 600 bactrian.tokens; echo nonsense-secret >>bactrian.tokens");
        assertThat(get("files/", first).statusCode()).isEqualTo(503);
        receiver.awaitSaying("line 3 is invalid");
        sh(place, "sed -i '$d' bactrian.tokens");
        assertThat(get("files/", first).statusCode()).isNotIn(401, 503);
        receiver.awaitSaying("is valid again");
        assertThat(receiver.output()).doesNotContain("nonsense-secret");
    }

    @Test
    void a_source_rereads_its_token_file_and_resumes_when_it_is_valid_again() throws Exception {
        token("old");
        target();
        sh(place, "cp old current; chmod 600 current");
        Running sender = source("current", "--set", "bactrian.retry.longest=200ms").awaitInStep();
        token("new");
        sh(place, "sed -i 2d bactrian.tokens");
        Files.writeString(source.resolve("g"), "more");
        sender.awaitSaying("The token is not accepted");

        sh(place, "cat new >current");

        awaitReferee(source, target);
        assertThat(sender.isRunning()).isTrue();
    }

    @Test
    void fails_to_start_with_readable_token_files_or_exposed_ports() throws Exception {
        token("writer");
        sh(place, "cp writer open; chmod 644 open; cp bactrian.tokens open.tokens; chmod 644 open.tokens; echo x y z >bad.tokens; "
                + "chmod 600 bad.tokens");
        misuse("open.tokens may be read by others|chmod 600", processes.start("target", target, "--port", port, "--set",
                "bactrian.access.tokens=" + place.resolve("open.tokens")));
        misuse("bad.tokens: line 1 is invalid", processes.start("target", target, "--port", port, "--set",
                "bactrian.access.tokens=" + place.resolve("bad.tokens")));
        misuse("absent does not exist", processes.start("target", target, "--port", port, "--set",
                "bactrian.access.tokens=" + place.resolve("absent")));
        misuse("open may be read by others|chmod 600", source("open"));
        misuse("would be sent to http://192.0.2.1:1|https", processes.start("source", source, "http://192.0.2.1:1", "--set",
                "bactrian.access.token-file=" + place.resolve("writer")));
        misuse("bactrian.http.host=0.0.0.0 lets other machines in|bactrian.http.insecure=true",
                processes.start("target", target, "--port", port, "--host", "0.0.0.0"));
        misuse("bactrian.management.insecure=true", processes.start("target", target, "--port", port, "--set",
                "bactrian.management.host=0.0.0.0"));
        processes.start("target", target, "--port", port, "--host", "0.0.0.0", "--insecure").awaitSaying("receives")
                .awaitSaying("is insecure, as configured: everyone who can connect can read and change the replica");
    }

    private static void misuse(String words, Running running) {
        assertThat(running.awaitExit()).as(running.output()).isEqualTo(2);
        assertThat(running.output()).contains(words.split("\\|")).doesNotContain("\tat ", "Exception");
    }

    @Test
    void the_token_command_adds_to_a_file_that_only_its_owner_reads() throws Exception {
        String one = token("one", "alice", "--mirror", "photos", "--read");
        String two = token("two");

        assertThat(one).startsWith("bactrian_").hasSize("bactrian_".length() + 43).isNotEqualTo(two);
        assertThat(Tools.run("stat", "-c", "%a", tokens.toString()).strip()).isEqualTo("600");
        assertThat(Files.readAllLines(tokens)).hasSize(3).element(1).asString().matches("alice sha256:[0-9a-f]{64} photos:read");
        assertThat(Files.readAllLines(tokens).get(2)).contains(Tools.run("bash", "-c", "printf %s " + two + " | sha256sum").substring(0, 64));
        assertThat(Files.readString(place.resolve("one.help"))).contains("alice sha256:", "bactrian.access.tokens=" + tokens,
                "bactrian.access.token-file").doesNotContain(one);
        sh(place, "chmod 640 bactrian.tokens; chmod o+r bactrian.tokens");
        Running refused = processes.start(place, Map.of(), "token");
        assertThat(refused.awaitExit()).isEqualTo(3);
        assertThat(refused.output()).contains("may be read by others");
        assertThat(processes.start("token", "--mirror", "No!").awaitExit()).isEqualTo(2);
        assertThat(processes.start("token", "a name").awaitExit()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_json_web_token_grants_its_rights(boolean atAddress) throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic());
        Path file = Files.writeString(place.resolve("keys"), "{\"keys\":[" + key.toJson() + "]}");
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/keys", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            Files.copy(file, exchange.getResponseBody());
            exchange.close();
        });
        server.start();
        try {
            processes.start("target", target, "--port", port, "--set", "bactrian.access.jwt.keys=" + (atAddress
                    ? "http://127.0.0.1:" + server.getAddress().getPort() + "/keys" : file), "--set", "bactrian.access.jwt.issuer=me",
                    "--set", "bactrian.access.jwt.audience=bactrian", "--set", "bactrian.access.jwt.claim=may").awaitSaying("receives");
            sh(place, "umask 077; echo " + jwt(keys, "default:write") + " >writer");
            Running sender = source("writer", "--once", "--log-level", "debug");
            assertThat(sender.awaitExit()).as(sender.output()).isZero();
            awaitReferee(source, target);
            assertThat(sender.output()).doesNotContain(jwt(keys, "default:write").split("\\.")[1]);

            assertThat(get("files/f", jwt(keys, "default:read")).body()).isEqualTo("content\n");
            HttpResponse<String> forbidden = post("session", jwt(keys, "default:read"), "{}");
            assertThat(forbidden.statusCode()).isEqualTo(403);
            assertThat(forbidden.body()).contains("robot");
            HttpResponse<String> strange = get("files/f", jwt(KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), "*:write"));
            assertThat(strange.statusCode()).isEqualTo(401);
            assertThat(strange.headers().firstValue("WWW-Authenticate").orElseThrow()).contains("invalid_token");
        } finally {
            server.stop(0);
        }
    }

    private static String jwt(KeyPair keys, String... may) throws Exception {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer("me");
        claims.setAudience("bactrian");
        claims.setExpirationTime(NumericDate.fromSeconds(4_000_000_000L));
        claims.setSubject("robot");
        claims.setStringListClaim("may", may);
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue("EdDSA");
        signature.setKey(keys.getPrivate());
        return signature.getCompactSerialization();
    }

    private HttpRequest.Builder request(String call) {
        return HttpRequest.newBuilder(URI.create(url(port) + "/v1/default/" + call));
    }

    private HttpResponse<String> get(String call, String token) throws Exception {
        return HTTP.send(request(call).header("Authorization", "Bearer " + token).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String call, String token, String body) throws Exception {
        return HTTP.send(request(call).header("Authorization", "Bearer " + token).POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }
}
