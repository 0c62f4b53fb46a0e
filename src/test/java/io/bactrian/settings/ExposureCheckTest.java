package io.bactrian.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExposureCheckTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "::ffff:192.0.2.1", "0"})
    void a_target_that_others_reach_needs_tls_and_proof_of_who_calls(String host) {
        refused("bactrian.http.host=" + host + " lets other machines in|TLS (bactrian.http.tls|bactrian.access.tokens"
                + "|bactrian.http.insecure=true|read and change the replica", target(), "bactrian.http.host=" + host);
        refused("needs TLS (|listen to tokens", target(), "bactrian.http.host=" + host, "bactrian.access.tokens=t");
        refused("needs callers that prove who they are", target(), "bactrian.http.host=" + host, "bactrian.http.tls=true");
        accepted(target(), "bactrian.http.host=" + host, "bactrian.http.tls=true", "bactrian.access.tokens=t");
        accepted(target(), "bactrian.http.host=" + host, "bactrian.http.tls=true", "bactrian.http.client-certificates=true");
        accepted(target(), "bactrian.http.host=" + host, "bactrian.http.tls=true", "bactrian.access.jwt.keys=k",
                "bactrian.access.jwt.issuer=i", "bactrian.access.jwt.audience=a");
        accepted(target(), "bactrian.http.host=" + host, "bactrian.http.insecure=true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "localhost", "::1"})
    void a_target_that_only_this_machine_reaches_needs_neither(String host) {
        accepted(target(), "bactrian.http.host=" + host);
    }

    @Test
    void an_unknown_host_is_refused() {
        refused("bactrian.http.host|no such host", target(), "bactrian.http.host=nowhere.invalid");
    }

    @Test
    void a_process_without_a_target_needs_no_protection() {
        accepted("bactrian.http.host=0.0.0.0");
    }

    @Test
    void the_management_server_needs_loopback_or_an_explicit_property() {
        refused("bactrian.management.host=0.0.0.0|bactrian.management.insecure=true", "bactrian.management.host=0.0.0.0");
        refused("bactrian.management.insecure=true", "bactrian.management.host=0.0.0.0", "bactrian.http.insecure=true");
        accepted("bactrian.management.host=0.0.0.0", "bactrian.management.insecure=true");
        accepted("bactrian.management.host=0.0.0.0", "bactrian.management.port=0");
    }

    @Test
    void client_certificates_need_tls() {
        refused("bactrian.http.client-certificates|bactrian.http.tls", target(), "bactrian.http.client-certificates=true");
    }

    @Test
    void a_jwt_needs_an_issuer_and_an_audience() {
        refused("bactrian.access.jwt.issuer is not set", target(), "bactrian.access.jwt.keys=k");
        refused("bactrian.access.jwt.audience is not set", target(), "bactrian.access.jwt.keys=k", "bactrian.access.jwt.issuer=i");
    }

    @ParameterizedTest
    @CsvSource({"http://nas:8480,false", "https://nas:8480,true", "http://127.0.0.1:8480,true", "http://localhost:1,true",
            "http://[::1]:8480,true", "http://127.0.0.1.example:8480,false", "http://localhost.example,false",
            "http://192.0.2.1:8480,false"})
    void a_token_is_sent_only_where_nobody_else_can_read_it(String url, boolean may) {
        assertThat(ExposureCheck.isPrivate(URI.create(url))).isEqualTo(may);
        String[] source = {"bactrian.source.s.directory=" + dir, "bactrian.source.s.targets=" + url,
                "bactrian.state=/tmp/elsewhere", "bactrian.source.s.token-file=token"};
        String[] verify = {"bactrian.verify.directory=" + dir, "bactrian.verify.target=" + url, "bactrian.access.token-file=token"};
        if (may) {
            accepted(source);
            accepted(verify);
        } else {
            refused("the token in|" + url + "|https|bactrian.http.insecure=true", source);
            refused("the token in|" + url, verify);
            source[2] = source[2] + "\nbactrian.http.insecure=true";
            accepted(String.join("\n", source).split("\n"));
        }
    }

    @Test
    void a_source_has_its_own_token_or_the_common_one() {
        Map<String, String> properties = properties("bactrian.source.s.directory=" + dir, "bactrian.source.s.targets=http://localhost",
                "bactrian.state=/tmp/elsewhere", "bactrian.access.token-file=/all");
        assertThat(Settings.of(properties, Map.of()).sources().get(0).tokenFile()).contains(Path.of("/all"));
        properties.put("bactrian.source.s.token-file", "/own");
        assertThat(Settings.of(properties, Map.of()).sources().get(0).tokenFile()).contains(Path.of("/own"));
    }

    private String target() {
        return "bactrian.target.t.directory=" + dir.resolve("target");
    }

    private static Map<String, String> properties(String... lines) {
        Map<String, String> properties = new HashMap<>();
        for (String line : lines) {
            properties.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return properties;
    }

    private static void accepted(String... lines) {
        assertThatCode(() -> Settings.of(properties(lines), Map.of())).doesNotThrowAnyException();
    }

    private static void refused(String words, String... lines) {
        assertThatThrownBy(() -> Settings.of(properties(lines), Map.of())).isInstanceOf(InvalidSettingException.class)
                .message().contains(words.split("\\|"));
    }
}
