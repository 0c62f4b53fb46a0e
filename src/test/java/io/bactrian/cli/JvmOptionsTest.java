package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which options a JVM gets that is started again. */
class JvmOptionsTest {
    @Test
    void name_the_archive_and_a_collector() {
        assertThat(JvmOptions.faster(List.of("-Xmx1g", "-jar"), "/a", false)).contains("-XX:SharedArchiveFile=/a",
                "-XX:+UseSerialGC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:SharedArchiveFile=mine", "-Xshare:off", "-XX:TieredStopAtLevel=1", "-Xint",
        "-XX:+AutoCreateSharedArchive", "-XX:AOTCache=x", "-agentlib:jdwp=transport=dt_socket,server=y,address=9",
        "-javaagent:some.jar", "-XX:StartFlightRecording", "-Dcom.sun.management.jmxremote.port=9", "@options",
        "-XX:Flags=file", "-XX:-UseSharedSpaces"})
    void are_none_where_the_user_decided_or_watches(String given) {
        assertThat(JvmOptions.faster(List.of(given, "-jar"), "/a", false)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseG1GC", "-XX:+UseParallelGC", "-XX:+UseZGC"})
    void leave_the_collector_to_the_user(String given) {
        assertThat(JvmOptions.faster(List.of(given, "-jar"), "/a", false)).isNotEmpty().noneMatch(option -> option.endsWith("GC"));
    }

    @Test
    void leave_out_the_full_compiler_where_it_is_no_gain() {
        assertThat(JvmOptions.faster(List.of("-jar"), "/a", true)).contains("-XX:TieredStopAtLevel=1");
        assertThat(JvmOptions.faster(List.of("-jar"), "/a", false)).noneMatch(option -> option.contains("StopAt"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"source", "target", "mirror", "verify"})
    void know_the_commands_whose_work_is_native(String name) {
        assertThat(JvmOptions.isNativeWork(command("java", "-jar", "camel/x.jar", name, "/etc/ssl", "http://b:1"), Map.of("HOME", "/https"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"java -jar x.jar, A=b", "java -jar x.jar source a https://nas, A=b",
        "java -jar x.jar target --set bactrian.http.tls=true a, A=b", "java -Dcamel.ssl.enabled=true -jar x.jar target a, A=b",
        "java -jar x.jar target --set camel.main.routes-include-pattern=file:mine/* a, A=b",
        "java -jar x.jar target a, BACTRIAN_HTTP_TLS=true", "java -jar x.jar target a, CAMEL_SSL_ENABLED=true",
        "java -jar x.jar target a, JAVA_TOOL_OPTIONS=-Dbactrian.http.tls=true"})
    void leave_the_full_compiler_for_ciphers_and_own_routes(String line, String variable) {
        String[] parts = variable.split("=", 2);
        assertThat(JvmOptions.isNativeWork(command(line.split(" ")), Map.of(parts[0], parts[1]))).isFalse();
    }

    @Test
    void are_not_read_from_the_arguments_of_bactrian() {
        assertThat(JvmOptions.faster(command("java", "-jar", "x.jar", "mirror", "@a", "-Xint"), Path.of("/a"), false)).isNotEmpty();
        assertThat(JvmOptions.faster(command("java", "-Xint", "-jar", "x.jar", "mirror"), Path.of("/a"), false)).isEmpty();
        assertThat(JvmOptions.faster(command("java", "-cp", "x.jar", "Main"), Path.of("/a"), false)).isEmpty();
    }

    @Test
    void are_no_gain_for_what_is_done_at_once() {
        assertThat(JvmOptions.worthwhile(new String[] {"mirror", "a", "b"})).isTrue();
        assertThat(JvmOptions.worthwhile(new String[] {})).isTrue();
        assertThat(JvmOptions.worthwhile(new String[] {"status"})).isFalse();
        assertThat(JvmOptions.worthwhile(new String[] {"mirror", "--help"})).isFalse();
    }

    @Test
    void stand_before_those_of_the_user_and_change_no_byte_of_theirs() {
        byte[] line = "java\0-Xmx1g\0-jar\0a b.jar\0\0h\u00e9\0".getBytes(StandardCharsets.UTF_8);
        assertThat(Relaunch.with(Relaunch.split(line), List.of("-one", "-two")))
                .extracting(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .containsExactly("java", "-one", "-two", "-Xmx1g", "-jar", "a b.jar", "", "h\u00e9");
    }

    private static List<byte[]> command(String... words) {
        return Stream.of(words).map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
    }
}
