package io.bactrian.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost:8481", "localhost.", "127.0.0.1:8481", "127.9.9.9", "[::1]:8481", "[::1]",
        "nas.example.org", "NAS.Example.org.:80"})
    void a_server_on_loopback_accepts_the_names_of_loopback_and_the_configured_ones(String host) {
        for (String bound : new String[] {"127.0.0.1", "localhost", "::1"}) {
            assertThat(new HostNames(bound, List.of("nas.example.org")).contains(host)).as(bound).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8481", "127.0.0.1.evil.example", "localhost.evil.example",
        "evil.localhost", "nas", "10.1.2.3", "[fe80::1]", "0.0.0.0", "", ":8481", "x@localhost", "localhost/", "127.1", "2130706433",
        "[::1", "::1", "[127.0.0.1]", "0x7f.0.0.1", "localhost:80:80", "%6cocalhost"})
    void a_server_on_loopback_accepts_no_other_names(String host) {
        assertThat(new HostNames("127.0.0.1", List.of("nas.example.org")).contains(host)).isFalse();
        assertThat(new HostNames("localhost", List.of()).contains(host)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0,10.1.2.3:8481,true", "0.0.0.0,127.0.0.1,true", "10.1.2.3,[fe80::1]:1,true", "0.0.0.0,target:8481,true",
        "nas.home.lan,NAS.home.lan,true", "0.0.0.0,evil.example,false", "10.1.2.3,10.1.2.3.evil.example,false",
        "nas.home.lan,home.lan,false"})
    void a_server_on_a_network_accepts_addresses_and_names_without_a_dot(String bound, String host,
            boolean known) {
        assertThat(new HostNames(bound, List.of()).contains(host)).isEqualTo(known);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"http://localhost:8481,true", "https://LOCALHOST:8481,true", "http://localhost,false",
        "http://localhost:8480,false", "null,false", "http://evil.example,false", "'',false", "-,true"})
    void a_page_is_same_origin_if_host_and_port_match(String origin, boolean own) {
        assertThat(HostNames.foreign(List.of("localhost:8481"), origin == null ? List.of() : List.of(origin)).isEmpty()).isEqualTo(own);
    }
}
