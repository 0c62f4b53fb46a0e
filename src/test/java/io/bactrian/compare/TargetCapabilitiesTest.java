package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a target cannot hold is left out, or told; all else is sent. */
class TargetCapabilitiesTest {
    private static final Instant FAR = Instant.parse("2300-01-01T00:00:00Z");

    @TempDir
    Path dir;

    private Source source;

    @BeforeEach
    void make() {
        source = new Source(dir).write("d/f", "f").write("g", "g").link("l", "g");
    }

    @AfterEach
    void close() {
        source.close();
    }

    private void far(String path) throws IOException {
        Files.setLastModifiedTime(dir.resolve(path), FileTime.from(FAR));
        assumeFalse(Stat.of(dir.resolve(path)).orElseThrow().modified().fitsNanos(), "the file system has no such times");
    }

    @Test
    void a_target_that_keeps_no_setuid_gets_files_without_it_and_directories_with_their_mode() {
        TargetCapabilities without = new TargetCapabilities(false, true);
        assertThat(without.mode(07755)).isEqualTo(01755);
        assertThat(new TargetCapabilities(true, true).mode(07755)).isEqualTo(07755);
    }

    @Test
    void a_file_with_a_time_that_an_older_target_does_not_take_is_held_back() throws IOException {
        source.capabilities = new TargetCapabilities(true, true, false);
        far("g");
        source.compare();

        assertThat(source.told()).contains("file d/f", "link l").doesNotContain("file g");
        assertThat(source.troubles).containsOnlyKeys("g");
        assertThat(source.troubles.get("g")).contains("2300-01-01", "update the target", "touch the file");
        source.capabilities = new TargetCapabilities(true, true);
        assertThat(source.compare().told()).contains("file g");
        assertThat(source.troubles).isEmpty();
    }

    @Test
    void what_is_in_a_directory_with_such_a_time_is_sent() throws IOException {
        source.capabilities = new TargetCapabilities(true, true, false);
        far("d");
        source.compare();

        assertThat(source.told()).contains("file d/f");
        assertThat(source.troubles).containsOnlyKeys("d");
    }

    @Test
    void links_of_a_target_that_is_asked_for_none_stay_there() {
        source.compare();
        source.capabilities = new TargetCapabilities(true, false);
        source.remove("l").remove("g").compare();

        assertThat(source.told()).contains("remove g").doesNotContain("remove l");
        assertThat(source.view.find("l")).isPresent();
    }

    @Test
    void times_of_all_targets_but_old_ones_may_be_far() {
        Time far = new Time(1L << 40, 0);
        assertThat(new TargetCapabilities(true, true).takes(far)).isTrue();
        assertThat(new TargetCapabilities(true, true, false).takes(far)).isFalse();
        assertThat(new TargetCapabilities(true, true, false).takes(Time.ofNanos(1))).isTrue();
    }
}
