package io.bactrian;

import static io.bactrian.Processes.freePort;
import static io.bactrian.Tools.awaitReferee;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What travels is read by nobody else, and goes to whom it is meant for. */
class TlsIT extends TwoEnds {
    @BeforeEach
    void a_source_with_files_and_a_certificate() {
        sh(source, "echo content >f; mkdir d; for i in $(seq 20); do seq $i 3000 >d/$i; done; head -c 9000000 /dev/urandom >large");
        certificate("target", "ip:127.0.0.1,dns:localhost");
        trust("trust", "target");
    }

    private void certificate(String name, String names) {
        sh(place, keytool("-genkeypair -alias " + name + " -keyalg EC -groupname secp256r1 -validity 30 -dname CN=" + name
                + " -ext san=" + names + " -keystore " + name + ".p12 -storepass changeit"));
    }

    private void trust(String store, String... names) {
        for (String name : names) {
            sh(place, keytool("-exportcert -rfc -alias " + name + " -keystore " + name + ".p12 -storepass changeit -file " + name + ".pem"),
                    keytool("-importcert -noprompt -alias " + name + " -file " + name + ".pem -keystore " + store + ".p12 -storepass changeit"));
        }
    }

    private void sh(Path directory, String... scripts) {
        Stream.of(scripts).forEach(script -> Tools.sh(directory, script));
    }

    private static String keytool(String arguments) {
        return Path.of(System.getProperty("java.home"), "bin", "keytool") + " -storetype PKCS12 " + arguments + " 2>&1";
    }

    private Object[] with(String keys, String trusted, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--set", "camel.ssl.enabled=true"));
        if (!keys.isEmpty()) {
            all.addAll(List.of("--set", "camel.ssl.keyStore=file:" + place.resolve(keys + ".p12"), "--set", "camel.ssl.keystorePassword=changeit"));
        }
        if (!trusted.isEmpty()) {
            all.addAll(List.of("--set", "camel.ssl.trustStore=file:" + place.resolve(trusted + ".p12"), "--set", "camel.ssl.trustStorePassword=changeit"));
        }
        return all.toArray();
    }

    private Running target(Object... more) {
        return startTarget(with("target", "", "--set", "bactrian.http.tls=true"), more);
    }

    private String url(String host) {
        return "https://" + host + ":" + port;
    }

    @Test
    void a_source_that_trusts_the_certificate_mirrors_and_verifies() throws Exception {
        target();
        Running sender = processes.start(with("", "trust", "source", source, url("localhost"))).awaitInStep();
        awaitReferee(source, target);
        Files.writeString(source.resolve("more"), "more");
        awaitReferee(source, target);
        assertThat(processes.start(with("", "trust", "verify", source, url("127.0.0.1"))).awaitExit()).isZero();
        assertThat(sender.link().lastError()).isEmpty();
        assertThat(Tools.run("curl", "-s", "--cacert", place.resolve("target.pem").toString(), url("localhost") + "/v1/default/files/f"))
                .isEqualTo("content\n");
    }

    @Test
    void certificate_files_may_have_any_name() throws Exception {
        String odd = " a?b&=#%41+;,{}$\"' ${body} RAW(x) \\ \n ";
        for (String name : List.of("target", "trust")) {
            Files.copy(place.resolve(name + ".p12"), place.resolve(name + odd + ".p12"));
        }
        startTarget(with("target" + odd, "", "--set", "bactrian.http.tls=true"));

        Running once = processes.start(with("", "trust" + odd, "source", source, url("localhost"), "--once"));

        assertThat(once.awaitExit()).as(once.output()).isZero();
        awaitReferee(source, target);
    }

    /** Two braces are Camel's placeholder in any property, so that they are written as in a URL. */
    @Test
    void or_with_two_braces() throws Exception {
        for (String name : List.of("target", "trust")) {
            Files.copy(place.resolve(name + ".p12"), place.resolve(name + "{{x}}.p12"));
        }
        startTarget(with("target%7B%7Bx%7D%7D", "", "--set", "bactrian.http.tls=true"));

        Running once = processes.start(with("", "trust%7B%7Bx%7D%7D", "source", source, url("localhost"), "--once"));

        assertThat(once.awaitExit()).as(once.output()).isZero();
        awaitReferee(source, target);
    }

    @Test
    void a_certificate_may_be_for_an_address_of_ipv6_and_is_for_no_other() throws Exception {
        assumeTrue(hasIpv6(), "this machine has no IPv6");
        certificate("six", "ip:::1");
        trust("six-trust", "six");
        startTarget(with("six", "", "--set", "bactrian.http.tls=true"), "--host", "::1");

        Running once = processes.start(with("", "six-trust", "source", source, url("[::1]"), "--once"));

        assertThat(once.awaitExit()).as(once.output()).isZero();
        awaitReferee(source, target);
        Object[] other = with("target", "", "target", place.resolve("other"), "--host", "::1", "--port", freePort(), "--set", "bactrian.http.tls=true");
        processes.start(other).awaitSaying("receives");
        Running wrong = processes.start(with("", "trust", "source", source, "https://[::1]:" + other[5]));
        wrong.awaitSaying("another host");
        assertThat(place.resolve("other/f")).doesNotExist();
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void a_source_rejects_untrusted_certificates_and_other_hosts() throws Exception {
        certificate("elsewhere", "dns:elsewhere.example");
        certificate("stranger", "ip:127.0.0.1");
        trust("elsewhere-trust", "elsewhere");
        trust("stranger-trust", "stranger");
        target();
        Running stranger = processes.start(with("", "stranger-trust", "source", source, url("127.0.0.1")));
        Running without = processes.start("source", source, url("127.0.0.1"), "--set", "bactrian.state=" + place.resolve("state"));
        for (Running sender : List.of(stranger, without)) {
            sender.awaitSaying("is not trusted").awaitSaying("camel.ssl.trust-store");
            assertThat(sender.output()).doesNotContain("\tat ", "Exception").containsOnlyOnce("is not trusted");
            assertThat(sender.link().lastError().orElseThrow().what()).contains("is not trusted");
        }
        Object[] other = with("elsewhere", "", "target", place.resolve("other"), "--port", freePort(), "--set", "bactrian.http.tls=true");
        processes.start(other).awaitSaying("receives");

        Running wrong = processes.start(with("", "elsewhere-trust", "source", source, "https://127.0.0.1:" + other[3]));
        wrong.awaitSaying("its certificate is for another host");
        Running named = processes.start(with("", "elsewhere-trust", "source", source, "https://localhost:" + other[3]));
        named.awaitSaying("its certificate is for another host");
        assertThat(processes.start(with("", "elsewhere-trust", "verify", source, "https://localhost:" + other[3])).awaitExit()).isEqualTo(3);
        assertThat(target.resolve("f")).doesNotExist();
        assertThat(place.resolve("other/f")).doesNotExist();
    }

    @Test
    void a_target_with_client_certificates_admits_trusted_ones() throws Exception {
        certificate("source", "dns:source");
        certificate("stranger", "dns:source");
        trust("clients", "source");
        startTarget(with("target", "clients", "--set", "bactrian.http.tls=true", "--set", "bactrian.http.client-certificates=true"));
        for (String keys : List.of("", "stranger")) {
            Running refused = processes.start(with(keys, "trust", "source", source, url("localhost"), "--set", "bactrian.retry.longest=200ms"));
            refused.awaitSaying("requires one").awaitSaying("camel.ssl.key-store");
            assertThat(refused.output()).doesNotContain("Exception");
            assertThat(target.resolve("f")).doesNotExist();
            refused.stop();
        }

        assertThat(processes.start(with("source", "trust", "source", source, url("localhost"), "--once")).awaitExit()).isZero();

        awaitReferee(source, target);
    }

    @Test
    void plain_and_old_are_refused() throws Exception {
        Running receiver = target();
        Running plain = processes.start("source", source, "http://127.0.0.1:" + port);
        plain.awaitSaying("will retry");
        int other = freePort();
        processes.start("target", place.resolve("other"), "--port", other).awaitSaying("receives");
        processes.start("source", source, "https://127.0.0.1:" + other, "--set", "bactrian.state=" + place.resolve("state"))
                .awaitSaying("does not use TLS");
        assertThat(Tools.succeeds("curl", "-sk", url("127.0.0.1"))).isTrue();
        assertThat(Tools.succeeds("curl", "-sk", "--tls-max", "1.2", url("127.0.0.1"))).isTrue();
        assertThat(Tools.succeeds("curl", "-sk", "--ciphers", "DEFAULT:@SECLEVEL=0", "--tls-max", "1.1", url("127.0.0.1"))).isFalse();
        assertThat(receiver.output()).doesNotContain("\tat ");
    }

    @Test
    void missing_or_invalid_settings_fail_the_start() {
        String port = Integer.toString(freePort());
        misuse("camel.ssl.key-store", processes.start("target", target, "--port", port, "--set", "bactrian.http.tls=true"));
        misuse("camel.ssl.key-store", processes.start(with("", "trust", "target", target, "--port", port, "--set", "bactrian.http.tls=true")));
        misuse("absent.p12", processes.start(with("absent", "", "target", target, "--port", port, "--set", "bactrian.http.tls=true")));
        sh(place, keytool("-genkeypair -alias x -keyalg EC -dname CN=x -keystore locked.p12 -storepass another"));
        misuse("password", processes.start(with("locked", "", "target", target, "--port", port, "--set", "bactrian.http.tls=true")));
        misuse("camel.ssl.trust-store", processes.start(with("target", "", "target", target, "--port", port,
                "--set", "bactrian.http.tls=true", "--set", "bactrian.http.client-certificates=true")));
        misuse("bactrian.http.client-certificates", processes.start(with("target", "trust", "target", target, "--port", port,
                "--set", "bactrian.http.tls=true", "--set", "camel.ssl.clientAuthentication=REQUIRE")));
        misuse("absent.p12", processes.start(with("", "absent", "source", source, "https://localhost:1")));
    }

    private static void misuse(String words, Running running) {
        assertThat(running.awaitExit()).as(running.output()).isEqualTo(2);
        assertThat(running.output()).contains(words).doesNotContain("\tat ", "Exception").hasLineCount(1);
    }

    @Test
    void a_mirror_and_properties_and_variables_have_it_too() throws Exception {
        assertThat(processes.start(with("target", "trust", "mirror", source, target, "--once", "--set", "bactrian.http.tls=true"))
                .awaitExit()).isZero();
        awaitReferee(source, target);
        Path home = Files.createDirectory(place.resolve("home"));
        Files.writeString(home.resolve("application.properties"), String.join("\n", "bactrian.target.default.directory=" + place.resolve("two"),
                "bactrian.http.port=" + port, "bactrian.http.tls=true", "camel.ssl.enabled=true",
                "camel.ssl.key-store=file:" + place.resolve("target.p12"), "camel.ssl.keystore-password=changeit"));
        processes.start(home, Map.of()).awaitSaying("https on 127.0.0.1").awaitSaying("receives");

        Running sender = processes.start(home.getParent(), Map.of("CAMEL_SSL_ENABLED", "true", "CAMEL_SSL_TRUST_STORE",
                "file:" + place.resolve("trust.p12"), "CAMEL_SSL_TRUST_STORE_PASSWORD", "changeit"), "source", "--once", source, url("localhost"));

        assertThat(sender.awaitExit()).as(sender.output()).isZero();
        awaitReferee(source, place.resolve("two"));
    }
}
