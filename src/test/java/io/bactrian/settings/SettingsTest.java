package io.bactrian.settings;

import static io.bactrian.settings.Property.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.bactrian.change.RemovalLimit;
import io.bactrian.compare.RereadRenamed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @TempDir
    Path dir;

    private final Map<String, String> properties = new HashMap<>();
    private Path photos;

    @BeforeEach
    void makeDirectory() throws IOException {
        photos = Files.createDirectory(dir.resolve("photos"));
    }

    @Test
    void has_a_default_for_everything_but_the_directories() {
        Settings settings = read();

        assertThat(settings.sends() || settings.receives() || settings.verify().isPresent()).isFalse();
        assertThat(settings.value(HTTP_HOST)).isEqualTo("127.0.0.1");
        assertThat(settings.value(HTTP_PORT)).isEqualTo(8480);
        assertThat(settings.value(MANAGEMENT_PORT)).isEqualTo(8481);
        assertThat(settings.value(BATCH_ENTRIES)).isEqualTo(1000);
        assertThat(settings.value(BATCH_BYTES)).isEqualTo(4 << 20);
        assertThat(settings.value(CONTENT_INLINE)).isEqualTo(128 << 10);
        assertThat(settings.value(LEASE)).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.value(ONCE)).isFalse();
    }

    @Test
    void reads_a_source() {
        source("photos", photos);
        set("bactrian.source.photos.exclude", "*.tmp, cache/**");
        set("bactrian.source.photos.rescan", "0");
        set("bactrian.state", dir.resolve("state").toString());

        SourceSettings source = read().sources().get(0);
        assertThat(source.name()).isEqualTo("photos");
        assertThat(source.directory()).isEqualTo(photos);
        assertThat(source.targets()).containsExactly(URI.create("http://nas:8480/v1/photos"));
        assertThat(source.state()).isEqualTo(dir.resolve("state/photos"));
        assertThat(source.tokenFile()).isEmpty();
        assertThat(source.value(SOURCE_INCLUDE)).isEmpty();
        assertThat(source.value(SOURCE_EXCLUDE)).containsExactly("*.tmp", "cache/**");
        assertThat(source.value(SOURCE_EMPTY_DIRECTORIES)).isFalse();
        assertThat(source.value(SOURCE_SETTLE)).isEqualTo(Duration.ofMillis(15));
        assertThat(source.value(SOURCE_RESCAN)).isZero();
        assertThat(source.value(SOURCE_REREAD_RENAMED)).isEqualTo(RereadRenamed.RESCAN);
        assertThat(source.value(SOURCE_UNSETTLED)).isEqualTo(Duration.ofSeconds(30));
        assertThat(source.value(SOURCE_GUARD)).isEqualTo(RemovalLimit.DEFAULT);
    }

    @Test
    void requests_are_small_enough_for_the_bandwidth() {
        source("photos", photos);
        set("bactrian.bandwidth", "800KiB");

        assertThat(read().value(BANDWIDTH)).isEqualTo(800 << 10);
        // Four parts and four batches in a second
        assertThat(List.of(read().value(CONTENT_PART), read().value(BATCH_BYTES), read().value(CONTENT_INLINE))).containsOnly(100 << 10);
        set("bactrian.source.photos.targets", "http://a,http://b");
        assertThat(read().value(CONTENT_PART)).isEqualTo(50 << 10);
        set("bactrian.bandwidth", "1GiB");
        assertThat(read().value(CONTENT_PART)).isEqualTo(4 << 20);
        set("bactrian.bandwidth", "100");
        assertThatThrownBy(this::read).isInstanceOf(InvalidSettingException.class).hasMessageContaining("bactrian.bandwidth").hasMessageContaining("16KiB");
    }

    @Test
    void reads_a_target_that_is_not_there_yet() {
        set("bactrian.target.nas-1.directory", dir.resolve("new").toString());
        set("bactrian.target.nas-1.links", "false");

        TargetSettings target = read().targets().get(0);
        assertThat(target.name()).isEqualTo("nas-1");
        assertThat(target.directory()).isEqualTo(dir.resolve("new"));
        assertThat(target.value(TARGET_KEEP_SETUID)).isFalse();
        assertThat(target.value(TARGET_LINKS)).isFalse();
        assertThat(target.value(TARGET_FSYNC)).isEqualTo(Fsync.BATCH);
        assertThat(target.value(TARGET_MAX_PATH)).isEqualTo(4096);
        assertThat(List.of(target.value(TARGET_MAX_FILE), target.value(TARGET_MAX_STAGING))).containsOnly(16L << 40);
        assertThat(target.value(TARGET_MAX_UPLOADS)).isEqualTo(10_000);
        assertThat(target.value(TARGET_GUARD)).isEqualTo(RemovalLimit.DEFAULT);
        assertThat(List.of(target.value(TARGET_TRASH), target.value(TARGET_SCRUB))).containsOnly(Duration.ZERO);
        assertThat(target.value(TARGET_CHECK)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void reads_fsync() {
        set("bactrian.target.a.directory", dir.resolve("a").toString());
        assertThat(read().targets().get(0).value(TARGET_FSYNC)).isEqualTo(Fsync.BATCH);
        set("bactrian.target.a.fsync", "file");
        assertThat(read().targets().get(0).value(TARGET_FSYNC)).isEqualTo(Fsync.FILE);
        set("bactrian.target.a.fsync", "always");
        assertThatThrownBy(this::read).hasMessageContaining("one of none, batch, file");
    }

    @Test
    void reads_what_to_verify() {
        set("bactrian.verify.directory", photos.toString());
        set("bactrian.verify.target", "http://nas:8480");

        SourceSettings verify = read().verify().orElseThrow();
        assertThat(verify.directory()).isEqualTo(photos);
        assertThat(verify.targets()).containsExactly(URI.create("http://nas:8480/v1/default"));
        assertThat(verify.tokenFile()).isEmpty();
        assertThat(verify.value(SOURCE_REREAD_RENAMED)).isEqualTo(RereadRenamed.NOW);
        assertThat(verify.value(SOURCE_RESCAN)).isZero();
        assertThat(read().value(VERIFY_CONTENT)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://nas:8480,           http://nas:8480/v1/photos",
        "http://nas:8480/,          http://nas:8480/v1/photos",
        "HTTPS://nas,               https://nas/v1/photos",
        "http://nas:8480/other/,    http://nas:8480/v1/other",
        "http://nas:8480/v1/other,  http://nas:8480/v1/other",
        "http://[::1]:8480,         http://[::1]:8480/v1/photos",
        "https://[::1],             https://[::1]/v1/photos"})
    void a_target_is_known_by_the_base_of_its_calls(String written, String base) {
        source("photos", photos);
        set("bactrian.source.photos.targets", written);

        assertThat(read().sources().get(0).targets()).containsExactly(URI.create(base));
    }

    @ParameterizedTest
    @CsvSource({"nas:8480", "ftp://nas", "http://", "http://nas/a/b", "http://nas?a=b", "http://nas/UPPER",
        "http://user:secret@nas", "http://nas:0", "http://n as"})
    void refuses_a_target_that_is_not_one(String written) {
        source("photos", photos);
        set("bactrian.source.photos.targets", written);

        assertRefused("bactrian.source.photos.targets=" + written + " is not allowed: give http://HOST:PORT");
    }

    @Test
    void refuses_the_same_target_twice() {
        source("photos", photos);
        set("bactrian.source.photos.targets", "http://nas:8480,http://nas:8480/photos");

        assertRefused("each target once");
    }

    @ParameterizedTest
    @CsvSource({
        "bactrian.http.port,            70000,  'a whole number from 0 to 65535'",
        "bactrian.http.port,            http,   'a whole number from 0 to 65535'",
        "bactrian.http.threads,         0,      'a whole number from 1 to 1024'",
        "bactrian.http.max-body,        16MiB,  'a whole number from'",
        "bactrian.http.max-body,        100000, 'at least 5242880'",
        "bactrian.batch.bytes,          4MB,    'a size from 1KiB to 256MiB, such as 4MiB'",
        "bactrian.batch.bytes,          9GiB,   'a size from 1KiB to 256MiB, such as 4MiB'",
        "bactrian.content.inline,       8MiB,   'at most bactrian.batch.bytes, which is 4MiB'",
        "bactrian.lease,                15,     'a duration from 1s to 1h, such as 15s'",
        "bactrian.lease,                10ms,   'a duration from 1s to 1h, such as 15s'",
        "bactrian.retry.longest,        50ms,  'at least bactrian.retry.first, which is 100ms'",
        "bactrian.once,                 yes,    'true or false'",
        "bactrian.target.a.links,       no,     'true or false'"})
    void says_what_is_allowed_instead_of_a_bad_value(String key, String value, String allowed) {
        set("bactrian.target.a.directory", dir.resolve("a").toString());
        set(key, value);

        assertRefused(key + "=" + value + " is not allowed: give " + allowed);
    }

    @ParameterizedTest
    @CsvSource({"20ms,PT0.02S", "15s,PT15S", "10m,PT10M", "1h,PT1H", "1d,PT24H"})
    void reads_durations(String written, Duration duration) {
        assertThat(Units.duration(written)).contains(duration);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "65536,65536", "128KiB,131072", "4MiB,4194304", "1GiB,1073741824"})
    void reads_sizes(String written, long bytes) {
        assertThat(Units.size(written)).contains(bytes);
    }

    @Test
    void suggests_the_property_that_was_meant() {
        set("bactrian.htp.port", "1");

        assertRefused("bactrian.htp.port is not a property of Bactrian: did you mean bactrian.http.port?");
    }

    @Test
    void suggests_a_property_of_the_same_mirror() {
        set("bactrian.source.photos.setle", "1s");

        assertRefused("did you mean bactrian.source.photos.settle?");
    }

    @Test
    void refuses_a_name_that_cannot_be_part_of_a_url() {
        set("bactrian.source.My_Photos.directory", photos.toString());

        assertRefused("bactrian.source.My_Photos.directory is not a property");
    }

    @Test
    void leaves_the_properties_of_others_alone() {
        set("camel.main.name", "x");
        set("bactrianesque", "x");

        assertThat(read().sends()).isFalse();
    }

    @Test
    void refuses_a_source_without_targets_and_targets_without_a_source() {
        set("bactrian.source.photos.directory", photos.toString());
        assertRefused("bactrian.source.photos.targets is not set");

        properties.clear();
        set("bactrian.source.photos.targets", "http://nas");
        assertRefused("bactrian.source.photos.directory is not set");
    }

    @Test
    void refuses_a_source_that_is_absent_or_no_directory() throws IOException {
        source("photos", dir.resolve("gone"));
        assertRefused("there is none at this path");

        source("photos", Files.createFile(dir.resolve("file")));
        assertRefused("this is something else");
    }

    @Test
    void refuses_a_target_inside_a_source_and_the_reverse() throws IOException {
        source("photos", photos);
        set("bactrian.target.copy.directory", photos.resolve("copy").toString());
        assertRefused("lies in the directory of source photos");

        set("bactrian.target.copy.directory", dir.toString());
        assertRefused("lies in that of target copy");
    }

    @Test
    void sees_through_a_link_to_a_directory() throws IOException {
        source("photos", photos);
        Path link = Files.createSymbolicLink(dir.resolve("link"), photos);
        set("bactrian.target.copy.directory", link.resolve("copy").toString());

        assertRefused("lies in the directory of source photos");
    }

    @Test
    void refuses_two_targets_in_one_directory() {
        set("bactrian.target.a.directory", dir.resolve("copy").toString());
        set("bactrian.target.b.directory", dir.resolve("copy/./").toString());

        assertRefused("targets a and b share a directory");
    }

    @Test
    void refuses_a_state_directory_inside_the_source() {
        source("photos", photos);
        set("bactrian.state", photos.resolve(".state").toString());

        assertRefused("the state directory of source photos");
    }

    @Test
    void keeps_state_where_the_xdg_specification_says() {
        assertThat(Settings.of(Map.of(), Map.of("XDG_STATE_HOME", "/x")).value(STATE)).contains(Path.of("/x/bactrian"));
        assertThat(Settings.of(Map.of(), Map.of("HOME", "/h")).value(STATE))
                .contains(Path.of("/h/.local/state/bactrian"));
    }

    @ParameterizedTest
    @CsvSource({"::1, [::1]", "[::1], [::1]", "0:0:0:0:0:0:0:1, [0:0:0:0:0:0:0:1]", "localhost, localhost", "127.0.0.1, 127.0.0.1"})
    void accepts_hosts_of_ipv4_and_ipv6(String given, String meant) {
        set("bactrian.http.host", given);
        set("bactrian.management.host", given);

        assertThat(read().value(HTTP_HOST)).isEqualTo(meant);
        assertThat(read().value(MANAGEMENT_HOST)).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[::1", "::1]", "[::1]:8480", "[localhost]", "host:80", "1::2::3", "[[::1]]", "[]"})
    void refuses_a_malformed_host(String host) {
        set("bactrian.http.host", host);

        assertRefused("bactrian.http.host=" + host + " is not allowed: give a host name, or an address of IPv4 or IPv6");
    }

    @Test
    void refuses_an_address_with_a_scope_and_says_why() {
        set("bactrian.http.host", "fe80::1%eth0");
        assertRefused("an address without a scope");
        set("bactrian.http.host", "[fe80::1%eth0]");
        assertRefused("an address without a scope");
        properties.clear();
        source("photos", photos);
        for (String url : List.of("http://[fe80::1%eth0]:8480", "http://[fe80::1%25eth0]:8480")) {
            set("bactrian.source.photos.targets", url);
            assertRefused("bactrian.source.photos.targets=" + url + " is not allowed: give an address without a scope");
        }
    }

    /** Java calls the home of a user without a name and without HOME a question mark. */
    @Test
    void only_a_source_without_a_state_directory_needs_a_home() {
        String home = System.getProperty("user.home");
        System.setProperty("user.home", "?");
        try {
            set("bactrian.target.a.directory", dir.resolve("a").toString());
            assertThat(Settings.of(properties, Map.of()).receives()).isTrue();
            source("photos", photos);
            assertThatThrownBy(() -> Settings.of(properties, Map.of())).isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining("no home directory").hasMessageContaining("bactrian.state=DIR");
            assertThat(Settings.of(properties, Map.of("HOME", "/h")).sources().get(0).state())
                    .isEqualTo(Path.of("/h/.local/state/bactrian/photos"));
            set("bactrian.source.photos.state", dir.resolve("own").toString());
            assertThat(Settings.of(properties, Map.of()).sources().get(0).state()).isEqualTo(dir.resolve("own"));
        } finally {
            System.setProperty("user.home", home);
        }
    }

    @Test
    void reads_environment_variables_and_leaves_those_of_others() {
        assertThat(Settings.fromEnvironment(Map.of(
                "BACTRIAN_SOURCE_MY_PHOTOS_DIRECTORY", "/p",
                "BACTRIAN_TARGET_DEFAULT_KEEP_SETUID", "true",
                "BACTRIAN_HTTP_PORT", "1",
                "BACTRIAN_PORT_8480_TCP_ADDR", "10.0.0.1",
                "HOME", "/h")))
                .isEqualTo(Map.of("bactrian.source.my-photos.directory", "/p",
                        "bactrian.target.default.keep-setuid", "true", "bactrian.http.port", "1"));
    }

    private void source(String name, Path directory) {
        set("bactrian.source." + name + ".directory", directory.toString());
        set("bactrian.source." + name + ".targets", "http://nas:8480");
    }

    private void set(String key, String value) {
        properties.put(key, value);
    }

    private Settings read() {
        return Settings.of(properties, Map.of("HOME", dir.resolve("home").toString()));
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::read).isInstanceOf(InvalidSettingException.class).hasMessageContaining(message);
    }
}
