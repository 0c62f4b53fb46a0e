package io.bactrian.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import io.bactrian.Tools;
import io.bactrian.access.AccessRefusedException.Kind;
import io.bactrian.settings.JwtSettings;
import io.bactrian.settings.InvalidSettingException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class JwtTest {
    private static KeyPair rsa;
    private static KeyPair other;

    @TempDir
    Path dir;

    private final JwtClaims claims = new JwtClaims();
    private Path file;

    @BeforeAll
    static void keys() throws Exception {
        rsa = pair("RSA", 2048);
        other = pair("RSA", 2048);
    }

    @BeforeEach
    void good_claims_and_a_key_file() throws Exception {
        claims.setIssuer("https://issuer.example");
        claims.setAudience("bactrian", "another");
        claims.setExpirationTimeMinutesInTheFuture(10);
        claims.setSubject("alice");
        claims.setStringListClaim("bactrian", "photos:write", "docs:read", "nonsense");
        file = Files.writeString(dir.resolve("key.pem"), pem(rsa.getPublic()));
    }

    private static KeyPair pair(String algorithm, int size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        } else if (size > 0) {
            generator.initialize(size);
        }
        return generator.generateKeyPair();
    }

    private static String pem(PublicKey key) {
        return pem("PUBLIC KEY", key.getEncoded());
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type + "-----\n";
    }

    private static String jwk(KeyPair pair, String id) throws Exception {
        PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
        key.setKeyId(id);
        return key.toJson();
    }

    private Jwt jwt(String keys) {
        return new Jwt(new JwtSettings(keys, "https://issuer.example", "bactrian", "bactrian"));
    }

    private String token(String algorithm, Key key, Optional<String> id) throws Exception {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue(algorithm);
        signature.setKey(key);
        id.ifPresent(signature::setKeyIdHeaderValue);
        signature.setDoKeyValidation(false);
        signature.setAlgorithmConstraints(org.jose4j.jwa.AlgorithmConstraints.NO_CONSTRAINTS);
        return signature.getCompactSerialization();
    }

    private void refused(String words, String token) {
        assertThat(Jwt.looksLikeOne(token)).isTrue();
        assertThatThrownBy(() -> jwt(file.toString()).verify(token)).isInstanceOfSatisfying(AccessRefusedException.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(Kind.BAD_TOKEN)).hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource({"RS256,RSA,2048", "PS256,RSA,2048", "ES256,EC,0", "EdDSA,Ed25519,0"})
    void a_token_signed_with_a_key_of_the_file_grants_its_rights(String algorithm, String kind, int size) throws Exception {
        KeyPair pair = pair(kind, size);
        String token = token(algorithm, pair.getPrivate(), Optional.empty());
        for (String text : List.of(pem(pair.getPublic()), jwk(pair, "k"), "{\"keys\":[" + jwk(pair, "k") + "]}")) {
            Files.writeString(file, text);

            Caller caller = jwt(file.toString()).verify(token);

            assertThat(caller).isEqualTo(new Caller("alice", List.of(new Right("photos", true), new Right("docs", false))));
        }
    }

    @Test
    void the_claim_may_be_a_single_string() throws Exception {
        claims.setStringClaim("bactrian", "photos:read  *:read");
        assertThat(jwt(file.toString()).verify(token("RS256", rsa.getPrivate(), Optional.of("any"))).rights())
                .containsExactlyInAnyOrder(new Right("photos", false), new Right("*", false));
        claims.unsetClaim("bactrian");
        assertThat(jwt(file.toString()).verify(token("RS256", rsa.getPrivate(), Optional.empty())).rights()).isEmpty();
        claims.setClaim("bactrian", 5);
        assertThat(jwt(file.toString()).verify(token("RS256", rsa.getPrivate(), Optional.empty())).rights()).isEmpty();
    }

    @Test
    void refuses_a_token_signed_by_another_key_or_unsigned() throws Exception {
        refused("is not valid", token("RS256", other.getPrivate(), Optional.empty()));
        refused("is not valid", token("none", null, Optional.empty()));
        String good = token("RS256", rsa.getPrivate(), Optional.empty());
        refused("is not valid", good.substring(0, good.lastIndexOf('.') + 1));
        String payload = Base64.getUrlEncoder().withoutPadding().encodeToString(
                claims.toJson().replace("docs:read", "docs:write").getBytes(StandardCharsets.UTF_8));
        refused("is not valid", good.split("\\.")[0] + "." + payload + "." + good.split("\\.")[2]);
        refused("is not valid", "a.b.c");
    }

    @Test
    void refuses_hmac_with_the_public_key_and_other_algorithms() throws Exception {
        for (String text : List.of(pem(rsa.getPublic()), pem(rsa.getPublic()).strip())) {
            refused("is not valid", token("HS256", new HmacKey(text.getBytes(StandardCharsets.UTF_8)), Optional.empty()));
        }
        refused("is not valid", token("HS256", new HmacKey(rsa.getPublic().getEncoded()), Optional.empty()));
        refused("is not valid", token("RS512", rsa.getPrivate(), Optional.empty()));
        Files.writeString(file, "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA\"}," + jwk(rsa, "k") + "]}");
        refused("is not valid", token("HS256", new HmacKey("secret-secret-secret-secret-secret".getBytes(StandardCharsets.UTF_8)),
                Optional.empty()));
    }

    @Test
    void refuses_a_token_without_any_required_claim() throws Exception {
        claims.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() - 60));
        refused("expired", token("RS256", rsa.getPrivate(), Optional.empty()));
        claims.unsetClaim("exp");
        refused("no expiry time", token("RS256", rsa.getPrivate(), Optional.empty()));
        claims.setExpirationTimeMinutesInTheFuture(10);
        claims.setIssuer("https://issuer.example.org");
        refused("issuer", token("RS256", rsa.getPrivate(), Optional.empty()));
        claims.unsetClaim("iss");
        refused("issuer", token("RS256", rsa.getPrivate(), Optional.empty()));
        claims.setIssuer("https://issuer.example");
        claims.setAudience("another");
        refused("audience", token("RS256", rsa.getPrivate(), Optional.empty()));
        claims.unsetClaim("aud");
        refused("audience", token("RS256", rsa.getPrivate(), Optional.empty()));
        claims.setAudience("bactrian");
        claims.setNotBefore(NumericDate.fromSeconds(NumericDate.now().getValue() + 300));
        refused("is not valid", token("RS256", rsa.getPrivate(), Optional.empty()));
        claims.setNotBefore(NumericDate.now());
        assertThat(jwt(file.toString()).verify(token("RS256", rsa.getPrivate(), Optional.empty())).name()).isEqualTo("alice");
    }

    @Test
    void rereads_a_changed_key_file_and_cannot_decide_while_it_is_invalid() throws Exception {
        Jwt jwt = jwt(file.toString());
        String one = token("RS256", rsa.getPrivate(), Optional.empty());
        String two = token("RS256", other.getPrivate(), Optional.empty());
        assertThat(jwt.verify(one).name()).isEqualTo("alice");
        Files.writeString(file, pem(other.getPublic()));
        assertThat(jwt.verify(two).name()).isEqualTo("alice");
        assertThatThrownBy(() -> jwt.verify(one)).isInstanceOf(AccessRefusedException.class);
        Files.writeString(file, "nothing");
        assertThatThrownBy(() -> jwt.verify(two)).isInstanceOfSatisfying(AccessRefusedException.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(Kind.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "{}", "{\"keys\":[]}", "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"})
    void reports_a_file_without_a_public_key_at_the_start(String text) throws Exception {
        Files.writeString(file, text);
        assertThatThrownBy(() -> jwt(file.toString())).isInstanceOf(InvalidSettingException.class).hasMessageContaining(file.toString());
    }

    @Test
    void refuses_a_key_address_without_tls() {
        assertThatThrownBy(() -> jwt("http://keys.example/jwks")).isInstanceOf(InvalidSettingException.class).hasMessageContaining("https");
    }

    @Test
    void fetches_remote_keys_in_the_background_and_again_for_a_new_key() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        StringBuilder set = new StringBuilder("{\"keys\":[" + jwk(rsa, "one"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/jwks", exchange -> {
            asked.incrementAndGet();
            byte[] body = (set + "]}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            Jwt jwt = jwt("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
            String one = token("RS256", rsa.getPrivate(), Optional.of("one"));
            String two = token("RS256", other.getPrivate(), Optional.of("two"));
            awaitAdmitted(jwt, one);
            assertThat(asked).hasValue(1);
            set.append(",").append(jwk(other, "two"));
            awaitAdmitted(jwt, two);
            assertThat(asked).hasValue(2);
            for (int i = 0; i < 100; i++) {
                String made = token("RS256", other.getPrivate(), Optional.of("made-up-" + i));
                assertThatThrownBy(() -> jwt.verify(made)).isInstanceOf(AccessRefusedException.class);
            }
            assertThat(asked.get()).as("however many keys are made up").isLessThan(5);
            assertThat(jwt.verify(one).name()).isEqualTo("alice");
        } finally {
            server.stop(0);
        }
    }

    private static void awaitAdmitted(Jwt jwt, String token) {
        await().atMost(Duration.ofSeconds(60)).ignoreException(AccessRefusedException.class).until(() -> jwt.verify(token).name().equals("alice"));
    }

    @Test
    void while_keys_cannot_be_fetched_requests_are_told_to_retry() throws Exception {
        Jwt jwt = jwt("http://127.0.0.1:9/jwks");
        String token = token("RS256", rsa.getPrivate(), Optional.empty());
        assertThatThrownBy(() -> jwt.verify(token)).isInstanceOfSatisfying(AccessRefusedException.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(Kind.UNKNOWN));
    }

    private Caller verified() throws Exception {
        return jwt(file.toString()).verify(token("RS256", rsa.getPrivate(), Optional.empty()));
    }

    @Test
    void a_token_without_a_subject_has_a_default_name() throws Exception {
        claims.unsetClaim("sub");

        assertThat(verified().name()).isEqualTo("bearer");
    }

    @Test
    void tolerates_clock_skew_of_half_a_minute() throws Exception {
        claims.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() - 10));

        assertThat(verified().name()).isEqualTo("alice");
    }

    @Test
    void refuses_a_subject_that_is_not_a_string() throws Exception {
        claims.setClaim("sub", 5);

        refused("", token("RS256", rsa.getPrivate(), Optional.empty()));
    }

    @Test
    void ignores_entries_of_the_claim_that_are_not_rights() throws Exception {
        claims.setStringClaim("bactrian", "  docs:read nonsense ");

        assertThat(verified().rights()).containsExactly(new Right("docs", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a.b", "a.b.c.d", "a.b.c ", ".b.c", "a..c", "bactrian_a"})
    void a_json_web_token_has_three_parts(String text) {
        assertThat(Jwt.looksLikeOne(text)).isFalse();
    }

    @Test
    void selects_a_key_by_its_id_or_the_only_one() throws Exception {
        Files.writeString(file, "{\"keys\":[" + jwk(rsa, "one") + "," + jwk(other, "two") + "]}");
        Jwt jwt = jwt(file.toString());

        assertThat(jwt.verify(token("RS256", rsa.getPrivate(), Optional.of("one"))).name()).isEqualTo("alice");
        assertThat(jwt.verify(token("RS256", other.getPrivate(), Optional.of("two"))).name()).isEqualTo("alice");
        refused("is not valid", token("RS256", rsa.getPrivate(), Optional.of("two")));
        refused("is not valid", token("RS256", rsa.getPrivate(), Optional.of("three")));
        refused("is not valid", token("RS256", rsa.getPrivate(), Optional.empty()));
    }

    @Test
    void a_key_with_a_name_does_not_verify_a_token_that_names_another() throws Exception {
        Files.writeString(file, jwk(rsa, "one"));

        refused("is not valid", token("RS256", rsa.getPrivate(), Optional.of("two")));
    }

    @Test
    void a_pem_file_may_hold_several_keys() throws Exception {
        KeyPair curve = pair("EC", 0);
        Files.writeString(file, pem(rsa.getPublic()) + "between\n" + pem(curve.getPublic()));
        Jwt jwt = jwt(file.toString());

        assertThat(jwt.verify(token("RS256", rsa.getPrivate(), Optional.empty())).name()).isEqualTo("alice");
        assertThat(jwt.verify(token("ES256", curve.getPrivate(), Optional.empty())).name()).isEqualTo("alice");
    }

    @Test
    void a_pem_file_may_hold_a_certificate_of_the_key() throws Exception {
        Path store = dir.resolve("issuer.p12");
        Tools.run(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "issuer", "-keyalg", "EC",
                "-groupname", "secp256r1", "-dname", "CN=issuer", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", "changeit");
        KeyStore issuer = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        Files.writeString(file, pem("CERTIFICATE", issuer.getCertificate("issuer").getEncoded()));

        String token = token("ES256", issuer.getKey("issuer", "changeit".toCharArray()), Optional.empty());

        assertThat(jwt(file.toString()).verify(token).name()).isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://keys.example/jwks", "HTTP://keys.example/jwks", "https:///jwks"})
    void accepts_only_key_addresses_with_an_authenticated_host(String address) {
        assertThatThrownBy(() -> jwt(address)).isInstanceOf(InvalidSettingException.class).hasMessageContaining("is not allowed");
    }

    @Test
    void logs_the_error_code_of_a_refused_token_but_not_the_token() throws Exception {
        claims.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() - 60));
        String token = token("RS256", rsa.getPrivate(), Optional.empty());
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        Logger log = (Logger) LoggerFactory.getLogger(Jwt.class);
        log.setLevel(Level.DEBUG);
        log.addAppender(said);
        try {
            refused("expired", token);
        } finally {
            log.detachAppender(said);
            log.setLevel(null);
        }
        assertThat(said.list).singleElement().extracting(ILoggingEvent::getFormattedMessage).asString()
                .contains("[" + ErrorCodes.EXPIRED + "]").doesNotContain(token);
    }
}
