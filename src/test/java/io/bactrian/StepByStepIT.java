package io.bactrian;

import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.identity;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A small tree that changes step by step: after each, both directories are equal and no more was written than changed. */
class StepByStepIT {
    private static final String SOURCE = """
            mkdir -p sub_1/sub_1_1 sub_1/sub_1_2 sub_2
            echo 1_2_1 >sub_1/sub_1_2/file_1_2_1
            for f in 1_1 1_2 1_3; do echo $f >sub_1/file_$f; done
            echo 1 >file_1; echo 2 >file_2
            """;
    private static final String TARGET = """
            mkdir -p sub_1/sub_1_1 sub_1/file_1_1 sub_3/sub_3_1
            echo x >sub_1/sub_1_1/file_1_1_1; echo x >sub_1/sub_1_2; echo 1_3x >sub_1/file_1_3; echo x >sub_1/file_1_4
            cp -p "$1/sub_1/file_1_2" sub_1/; cp -p "$1/file_2" .
            echo x >sub_3/sub_3_1/file_3_1_1; echo x >sub_3/file_3_2; echo x >file_1; echo x >file_3
            """;

    @RegisterExtension
    final Processes processes = new Processes();
    @TempDir
    Path place;
    private Path source;
    private Path target;
    private TreeSnapshot neighbours;
    private Running mirror;
    private long written;

    @BeforeEach
    void neighbours_and_a_source() throws IOException {
        sh(place, "for side in left right; do mkdir -p $side/tree $side/tree_2 $side/a; echo n >$side/tree_2/file_1; "
                + "echo n >$side/a/file_2; echo n >$side/file_1; ln -s file_1 $side/link; done");
        source = place.resolve("left/tree");
        target = place.resolve("right/tree");
        sh(source, SOURCE);
        neighbours = neighbours();
    }

    @AfterEach
    void neighbours_are_as_they_were() {
        assertThat(neighbours().differencesTo(neighbours)).isEmpty();
        assertThat(place.resolve("left/tree/.bactrian")).doesNotExist();
    }

    /** All but the two trees. */
    private TreeSnapshot neighbours() {
        var nodes = new java.util.TreeMap<>(TreeSnapshot.of(place).nodes());
        nodes.keySet().removeIf(path -> path.matches("(left|right)/tree(/.*)?"));
        return new TreeSnapshot(nodes);
    }

    @Test
    void fills_an_empty_target_and_then_follows_each_change() {
        mirror = processes.start("mirror", source, target);
        expect("the first sync", 6, 5);
        allSteps();
    }

    @Test
    void replaces_the_content_of_a_target_and_then_follows_each_change() {
        sh(place, "set -- \"$PWD/left/tree\"; cd right/tree\n" + TARGET);
        String same1 = identity(target.resolve("sub_1/file_1_2"));
        String same2 = identity(target.resolve("file_2"));
        mirror = processes.start("mirror", source, target);
        expect("the first sync", 4, 5);
        assertThat(identity(target.resolve("sub_1/file_1_2"))).isEqualTo(same1);
        assertThat(identity(target.resolve("file_2"))).isEqualTo(same2);
        allSteps();
    }

    private void allSteps() {
        step("rm file_2", 0, 5);
        step("echo changed >sub_1/file_1_2", 1, 5);
        step("rm sub_1/file_1_2", 0, 5);
        step("rmdir sub_1/sub_1_1", 0, 4);
        step("rm -r sub_1/sub_1_2", 0, 3);
        step("echo 3 >file_3", 1, 3);
        step("mkdir sub_1/sub_1_4", 0, 4);
        step("echo 4 >sub_1/sub_1_4/file_1_4_1", 1, 4);
        step("mkdir -p sub_3/sub_3_1 sub_3/sub_3_2; echo 1 >sub_3/sub_3_2/file_3_2_1; echo 2 >sub_3/file_3_1", 2, 7);
        step("echo 5 >sub_3/sub_3_1/file_3_1_1", 1, 7);
        step("echo changed >sub_3/sub_3_1/file_3_1_1", 1, 7);
        step("rm -r sub_3/sub_3_2", 0, 6);
        step("rm -r sub_1", 0, 4);
        awaitReferee(source, target);
    }

    private void step(String script, int writes, int watched) {
        // Otherwise a file might be read, and written, before it has its content
        mirror.whileSuspended(() -> sh(source, script));
        expect(script, writes, watched);
    }

    private void expect(String step, int writes, int watched) {
        awaitEqual(source, target);
        await(step + ": directories watched").atMost(Running.PATIENCE).ignoreException(AssertionError.class)
                .until(() -> mirror.link().watched() == watched);
        mirror.awaitInStep();
        written += writes;
        assertThat(mirror.filesWritten()).as("files written after: " + step).isEqualTo(written);
        assertThat(Files.isDirectory(target.resolve(".bactrian"))).isTrue();
    }
}
