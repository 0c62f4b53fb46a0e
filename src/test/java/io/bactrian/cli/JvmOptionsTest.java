package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which options a JVM gets that is started again. */
class JvmOptionsTest {
    @Test
    void name_the_archive_and_a_collector() {
        assertThat(JvmOptions.faster(List.of("-Xmx1g", "-jar"), "/a")).contains("-XX:SharedArchiveFile=/a",
                "-XX:+UseSerialGC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:SharedArchiveFile=mine", "-Xshare:off", "-XX:TieredStopAtLevel=1", "-Xint",
        "-XX:+AutoCreateSharedArchive", "-XX:AOTCache=x", "-agentlib:jdwp=transport=dt_socket,server=y,address=9",
        "-javaagent:some.jar", "-XX:StartFlightRecording", "-Dcom.sun.management.jmxremote.port=9", "@options",
        "-XX:Flags=file", "-XX:-UseSharedSpaces"})
    void are_none_where_the_user_decided_or_watches(String given) {
        assertThat(JvmOptions.faster(List.of(given, "-jar"), "/a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseG1GC", "-XX:+UseParallelGC", "-XX:+UseZGC"})
    void leave_the_collector_to_the_user(String given) {
        assertThat(JvmOptions.faster(List.of(given, "-jar"), "/a")).isNotEmpty().noneMatch(option -> option.endsWith("GC"));
    }

    @Test
    void are_not_read_from_the_arguments_of_bactrian() {
        assertThat(JvmOptions.faster(command("java", "-jar", "x.jar", "mirror", "@a", "-Xint"), Path.of("/a"))).isNotEmpty();
        assertThat(JvmOptions.faster(command("java", "-Xint", "-jar", "x.jar", "mirror"), Path.of("/a"))).isEmpty();
        assertThat(JvmOptions.faster(command("java", "-cp", "x.jar", "Main"), Path.of("/a"))).isEmpty();
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
