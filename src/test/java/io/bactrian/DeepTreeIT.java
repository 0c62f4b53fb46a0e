package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A tree as deep as a path may be long, with threads' stacks as they are by default. rsync fails beyond about 1,020
 * levels ({@code opendir: Cannot allocate memory}), so that find is the referee.
 */
class DeepTreeIT extends TwoEnds {
    private static final int PATH_MAX = 4096;
    /** Fewer than there are levels, and more than what a process needs that does nothing. */
    private static final String FEW_FILES = "ulimit -n 256";

    /** What two trees differ in, each path cut short; sizes of directories are the file systems' own. */
    private static final String DIFFERENCES = """
            look() {
                cd "$1" && find . -path ./.bactrian -prune -o -type d -printf '%P|%y|%m|%T@\\n' \
                    -o -printf '%P|%y|%m|%s|%T@|%l\\n' | LC_ALL=C sort
            }
            diff <(look "$0") <(look "$1") | sed -E 's#(d/){9,}#(many)/#' | head -20
            """;

    private final List<Running> ends = new ArrayList<>();
    private int depth;

    @BeforeEach
    void as_deep_as_both_ends_can() {
        int roots = Math.max(source.toString().length(),
                target.resolve(".bactrian/trash/2026-01-01T00-00-00Z-999").toString().length());
        depth = (PATH_MAX - roots - "/into/e/f".length() - 1) / 2;
        assertThat(depth).isGreaterThan(1900);
    }

    /** JUnit looks at each directory of a temporary one by its whole path, which takes minutes for these. */
    @AfterEach
    void leave_nothing_deep_behind() {
        ends.forEach(Running::kill);
        Tools.run("rm", "-rf", source.toString(), target.toString());
    }

    private Running started(Running end) {
        ends.add(end);
        return end;
    }

    private void dig(String top) {
        String bottom = top + "/d".repeat(depth - 1);
        sh(source, "mkdir -p " + bottom + "; echo deep >" + bottom + "/f");
    }

    private void awaitEqual() {
        AtomicReference<String> left = new AtomicReference<>("no answer yet");
        try {
            await().atMost(Running.PATIENCE.multipliedBy(2)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        left.set(Tools.run("bash", "-c", DIFFERENCES, source.toString(), target.toString()));
                        return left.get().isEmpty();
                    });
        } catch (ConditionTimeoutException e) {
            assertThat(left.get()).as("what find tells of both").isEmpty();
        }
    }

    private void assertEqualAfter(Running mirror, String script) throws IOException {
        mirror.whileSuspended(() -> sh(source, script));
        awaitEqual();
        mirror.awaitInStep();
        assertThat(mirror.link().unhealthy()).isEmpty();
        assertThat(mirror.link().held()).isEmpty();
        assertThat(mirror.output()).doesNotContain("Error").doesNotContain("Exception");
    }

    @Test
    void comes_live_is_renamed_moved_removed_and_kept_in_the_trash() throws Exception {
        Running mirror = started(processes.start("mirror", "--set", "bactrian.target.default.trash=1d",
                // Long enough for both halves of a rename to be compared together
                "--set", "bactrian.source.default.settle=500ms", source, target));
        mirror.awaitSaying("in step");
        dig("d");
        assertEqualAfter(mirror, "echo root >root");
        assertEqualAfter(mirror, "mv d e");
        assertEqualAfter(mirror, "mkdir into; mv e into/e; echo after >into/after");
        assertThat(mirror.link().saved().move()).as("bytes that were moved and not sent").isPositive();
        assertEqualAfter(mirror, "rm -r into; echo last >last");
        assertThat(kept("f")).isEqualTo("1");
        await("the trash is counted").atMost(Running.PATIENCE).until(() ->
                mirror.status().targets().get(0).trash().filter(kept -> kept.files() > 0).isPresent());
        assertThat(mirror.status().targets().get(0).unhealthy()).isEmpty();
    }

    private String kept(String name) {
        return Tools.run("bash", "-c", "find \"$0\" -name \"$1\" | wc -l", target.resolve(".bactrian/trash").toString(), name)
                .trim();
    }

    @Test
    void is_sent_once_verified_scrubbed_scanned_and_removed_with_fewer_open_files_than_levels() {
        dig("d");
        Running first = startTargetWithFewFiles();
        once();
        assertThat(end(processes.startUnder(FEW_FILES, "verify", source, url(port)))).isZero();
        // Wide, too: each directory that a batch works in is opened
        sh(source, "mkdir wide; cd wide; mkdir $(seq 600); touch d-{1..600}; for i in $(seq 600); do mv d-$i $i/f; done");
        once();
        sh(target, "bottom=$(find . -path './d/*' -name f); echo damage >$bottom");
        Running scrub = processes.startUnder(FEW_FILES, "scrub", url(first.management()));
        assertThat(end(scrub)).as(scrub.output()).isEqualTo(1);
        once();
        first.stop();

        Path state = target.resolve(".bactrian");
        sh(place, "rm -r " + state);
        Running second = startTargetWithFewFiles();
        once();
        assertThat(second.filesWritten()).as("files that were there already").isZero();

        sh(source, "rm -r d");
        once();
        assertThat(first.output() + second.output()).doesNotContain("Error").doesNotContain("Exception");
    }

    private Running startTargetWithFewFiles() {
        return started(processes.startUnder(FEW_FILES, "target", target, "--port", port, "--set",
                "bactrian.target.default.guard=off")).awaitSaying("receives");
    }

    /** A tree is learned a level a request, and there are many. */
    private static int end(Running run) {
        await(run.toString()).atMost(Running.PATIENCE.multipliedBy(3)).until(() -> !run.isRunning());
        return run.awaitExit();
    }

    private void once() {
        Running run = processes.startUnder(FEW_FILES, "source", source, url(port), "--set",
                "bactrian.source.default.guard=off", "--once");
        assertThat(end(run)).as(run.output()).isZero();
        awaitEqual();
    }
}
