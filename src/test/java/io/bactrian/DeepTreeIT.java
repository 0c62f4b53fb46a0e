package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitRsync;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tree as deep as a path may be long, with threads' stacks as they are by default. */
class DeepTreeIT extends TwoEnds {
    private int depth;

    @BeforeEach
    void as_deep_as_both_ends_can() {
        assumeTrue(Tools.hasRsync(), "rsync is not installed: no referee");
        // Both ends' roots and the trash count, too; a few names are left for moves
        int before = Math.max(source.toString().length(), target.resolve(".bactrian/trash/2026-01-01T00-00-00Z-99").toString().length());
        depth = (4096 - before - 40) / 2;
        assertThat(depth).isGreaterThan(1900);
    }

    private String dig(String top) {
        String bottom = top + "/d".repeat(depth - 1);
        return "mkdir -p " + bottom + "; echo deep >" + bottom + "/f\n";
    }

    private void settled(Running... ends) {
        awaitRsync(source, target);
        for (Running end : ends) {
            end.awaitInStep();
            assertThat(end.output()).doesNotContain("StackOverflowError");
        }
    }

    @Test
    void a_deep_tree_comes_live_is_renamed_moved_removed_and_kept_in_the_trash() throws Exception {
        Running mirror = processes.start("mirror", "--set", "bactrian.target.default.trash=1d",
                "--set", "bactrian.source.default.guard=off", "--set", "bactrian.target.default.guard=off", source, target);
        mirror.awaitSaying("in step");
        sh(source, dig("d"));
        settled(mirror);
        sh(source, "echo root >root");
        settled(mirror);
        sh(source, "mv d e");
        settled(mirror);
        sh(source, "mkdir into; mv e into/e; echo after >into/after");
        settled(mirror);
        sh(source, "rm -r into");
        settled(mirror);
        await("kept").atMost(Running.PATIENCE).untilAsserted(() ->
                assertThat(mirror.status().targets().get(0).trash()).isPresent());
        sh(source, "echo last >last");
        settled(mirror);
        assertThat(mirror.status().targets().get(0).unhealthy()).isEmpty();
        sh(source, dig("again"));
        settled(mirror);
    }

    @Test
    void a_deep_tree_is_sent_once_verified_and_scrubbed() {
        sh(source, dig("d"));
        Running target = startTarget();
        assertThat(startSource("--once").awaitExit()).isZero();
        awaitRsync(source, this.target);
        assertThat(processes.start("verify", source, url(port)).awaitExit()).isZero();
        assertThat(processes.start("scrub", url(target.management())).awaitExit()).isZero();
        target.stop();
        Path index = this.target.resolve(".bactrian");
        sh(place, "rm -r " + index);
        assertThat(startTarget().isRunning()).isTrue();
        assertThat(startSource("--once").awaitExit()).isZero();
        assertThat(Files.exists(index)).isTrue();
        awaitRsync(source, this.target);
    }
}
