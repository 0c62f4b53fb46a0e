package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;

/** Times that 64 bits of nanoseconds do not hold, as old archives and broken clocks give them. */
class FarTimesIT extends TwoEnds {
    private static final String[] TIMES = {"0001-01-01 00:00:00.000000001Z", "1601-01-01Z", "1677-01-01 12:34:56.123456789Z",
        "1969-12-31 23:59:59.999999999Z", "2262-04-12Z", "2446-05-11 01:02:03.4Z", "9999-12-31 23:59:59.999999999Z"};

    /** A file system that has them, with the source in it. */
    private Disk disk() throws IOException {
        Disk disk = new Disk(Files.createDirectory(place.resolve("disk")));
        assumeThat(disk.isMounted()).as("tmpfs has these times; mounting it needs root").isTrue();
        source = Files.createDirectories(disk.root().resolve("source"));
        return disk;
    }

    private void makeAll() {
        for (int i = 0; i < TIMES.length; i++) {
            sh(source, ("mkdir d%1$d; echo x%1$d >d%1$d/f; ln -s f d%1$d/l; head -c 200000 /dev/urandom >d%1$d/large;"
                    + " touch -h -d '%2$s' d%1$d/l d%1$d/f d%1$d/large d%1$d").formatted(i, TIMES[i]));
        }
        sh(source, "touch -d '9999-01-01Z' .");
    }

    private static Map<String, Time> times(Path root) throws IOException {
        Map<String, Time> times = new TreeMap<>();
        try (var all = Files.walk(root)) {
            for (Path path : all.filter(is -> !is.startsWith(root.resolve(".bactrian"))).toList()) {
                times.put(root.relativize(path).toString(), Stat.of(path).orElseThrow().modified());
            }
        }
        return times;
    }

    @Test
    void arrive_unchanged_live_and_with_once_and_are_not_sent_again() throws Exception {
        try (Disk disk = disk()) {
            target = disk.root().resolve("target");
            sh(source, "echo x >before");
            Running mirror = processes.start("mirror", source, target).awaitInStep();
            makeAll();
            Tools.awaitReferee(source, target);
            assertThat(times(target)).isEqualTo(times(source)).containsEntry("d6/f", new Time(253_402_300_799L, 999_999_999))
                    .containsEntry("d0", new Time(-62_135_596_800L, 1));
            sh(source, "touch -d '2500-01-01Z' d1/f; mv d6 moved");
            Tools.awaitReferee(source, target);
            mirror.awaitInStep();
            mirror.stop();
            String same = Tools.identity(target.resolve("moved/large")) + Tools.identity(target.resolve("d0/f"));
            sh(source, "echo y >after");
            Running once = processes.start("mirror", source, target, "--once");
            assertThat(once.awaitExit()).as(once.output()).isZero();
            Tools.awaitReferee(source, target);
            assertThat(times(target)).isEqualTo(times(source));
            assertThat(Tools.identity(target.resolve("moved/large")) + Tools.identity(target.resolve("d0/f"))).isEqualTo(same);
            startTarget();
            Running verify = processes.start("verify", source, url(port));
            assertThat(verify.awaitExit()).as(verify.output()).isZero();
        }
    }

    @Test
    void times_that_the_targets_file_system_cannot_store_are_reported_and_everything_else_arrives() throws Exception {
        try (Disk far = disk()) {
            sh(place, "mkdir probe; touch -d '9999-01-01Z' probe");
            assumeThat(Stat.of(place.resolve("probe")).orElseThrow().modified().seconds())
                    .as("this file system holds the year 9999, too").isLessThan(250_000_000_000L);
            sh(source, "mkdir d n; echo x >d/f; ln -s f d/l; touch -h -d '9999-01-01Z' d/f d/l d; echo n >n/f");

            Running once = processes.start("mirror", source, target, "--once");

            assertThat(once.awaitExit()).as(once.output()).isEqualTo(3);
            assertThat(once.output()).contains("d/f").contains("the target's file system cannot store its modification time 9999-01-01T00:00:00Z");
            assertThat(target.resolve("d/f")).hasContent("x");
            assertThat(target.resolve("n/f")).hasContent("n");
            Running mirror = processes.start("mirror", source, target);
            await("all three").atMost(Running.PATIENCE).until(() -> mirror.askStatus().filter(is ->
                    is.sources().get(0).held().size() == 3).isPresent());
            sh(source, "echo more >n/g");
            awaitThere("n/g");
            assertThat(mirror.link().held()).extracting(held -> held.path()).containsExactlyInAnyOrder("d", "d/f", "d/l");
            sh(source, "touch -h -d '2001-01-01Z' d/f d/l d");
            mirror.awaitInStep();
            Tools.awaitReferee(source, target);
        }
    }
}
