package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A directory that is no more what it was is not read as "all was deleted", nor written as if nothing had been. */
class VanishedIT extends TwoEnds {
    private Path other;
    private Mount mount;

    VanishedIT() {
        sourcesHave("bactrian.retry.longest=500ms");
        sourcesHave("bactrian.source.default.rescan=1s");
    }

    @BeforeEach
    void another_place() throws IOException {
        other = Files.createDirectory(place.resolve("other"));
    }

    @AfterEach
    void unmount() {
        if (mount != null) {
            mount.close();
        }
    }

    private void assertTargetKeeps(String... paths) {
        for (String path : paths) {
            assertThat(target.resolve(path)).exists();
        }
    }

    @Test
    void handles_a_source_that_is_unmounted_and_remounted() throws IOException {
        assumeTrue(Mount.isPossible(), "mounting needs root");
        mount = Mount.of(source, other);
        sh(source, "mkdir d; echo one >d/one; echo two >two");
        startTarget();
        Running sender = startSource().awaitInStep();
        mount.unmount();
        sender.awaitSaying("the source directory is empty but the target holds");
        assertTargetKeeps("d/one", "two");
        mount = Mount.of(source, other);
        sh(source, "echo three >d/three; rm two");
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void handles_a_source_that_is_emptied_and_refilled() {
        sh(source, "mkdir d; echo one >d/one");
        startTarget();
        Running sender = startSource().awaitInStep();
        // As a whole: if its only directory went first, that alone would be a removal like any other.
        sh(place, "mv source elsewhere; mkdir source");
        sender.awaitSaying("the source directory is empty but the target holds");
        assertTargetKeeps("d/one");
        sh(source, "echo new >new");
        // It is another directory: whatever is missing in it may be missing by mistake.
        awaitThere("new");
        assertTargetKeeps("d/one");
        sender.awaitSaying("guard tripped: this would remove 2 of 2 entries");
        assertThat(processes.start("allow-removals", url(sender.management())).awaitExit()).isZero();
        awaitReferee(source, target);
    }

    @Test
    void handles_a_source_that_is_deleted_and_recreated() {
        sh(source, "mkdir d; echo one >d/one");
        startTarget();
        Running sender = startSource().awaitInStep();
        sh(place, "mv source gone");
        sender.awaitSaying("the source directory is gone");
        assertTargetKeeps("d/one");
        sh(place, "mkdir source; cp -a gone/d source/; echo two >source/d/two");
        awaitReferee(source, target);
        sh(source, "echo seen >d/seen");
        awaitReferee(source, target);
    }

    @Test
    void handles_a_source_replaced_by_a_link() {
        sh(source, "mkdir d; echo one >d/one");
        startTarget();
        Running sender = startSource().awaitInStep();
        sh(place, "mv source real; echo two >real/d/two; ln -s real source");
        awaitReferee(place.resolve("real"), target);
        sh(place.resolve("real"), "echo three >d/three");
        awaitReferee(place.resolve("real"), target);
        assertThat(sender.isRunning()).isTrue();
    }

    @Test
    void handles_a_target_that_is_unmounted_and_remounted() throws IOException {
        assumeTrue(Mount.isPossible(), "mounting needs root");
        mount = Mount.of(target, other);
        sh(source, "mkdir d; echo one >d/one");
        startTarget();
        Running sender = startSource().awaitInStep();
        mount.unmount();
        sh(source, "echo two >d/two; head -c 1000000 /dev/urandom >large");
        sender.awaitSaying("the replica's directory was removed, unmounted or replaced");
        assertThat(sender.link().inStep()).isFalse();
        assertThat(children(target)).as("what stands in its place").isEmpty();
        mount = Mount.of(target, other);
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void handles_a_deleted_target() throws IOException {
        sh(source, "mkdir d; echo one >d/one");
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        sh(place, "rm -r target");
        sh(source, "echo two >d/two; head -c 1000000 /dev/urandom >large");
        sender.awaitSaying("the replica's directory was removed, unmounted or replaced").awaitSaying("restart the target");
        assertThat(sender.link().inStep()).isFalse();
        assertThat(target).doesNotExist();
        receiver.stop();
        startTarget();
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    private static Stream<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList().stream();
        }
    }

    @Test
    void a_source_with_few_watches_finds_changes_by_rescans() {
        String limit = "echo 3 >/proc/sys/user/max_inotify_watches";
        assumeTrue(Tools.succeeds("unshare", "-Ur", "sh", "-c", limit), "a user namespace of its own is needed");
        sh(source, "mkdir -p a/b/c d e f; echo one >a/b/c/one");
        startTarget();
        Running sender = processes.startUnder(limit, "source", source, url(port), "--set", "bactrian.source.default.rescan=1s");
        sender.awaitSaying("the limit of watched directories is reached").awaitSaying("max_user_watches");
        awaitReferee(source, target);
        assertThat(sender.link().state()).isNotEqualTo("in step");
        sh(source, "echo two >a/b/c/two; rm a/b/c/one; mkdir -p g/h; echo three >g/h/three; mv f ff");
        awaitReferee(source, target);
    }
}
