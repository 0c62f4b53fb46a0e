package io.bactrian;

import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is mounted below the root of a source comes and goes while it is mirrored, and no rescan helps. */
class MountIT extends TwoEnds {
    private final List<Mount> mounts = new ArrayList<>();
    private Running sender;

    MountIT() {
        sourcesHave("bactrian.source.default.rescan=0");
    }

    @BeforeEach
    void mayMount() {
        assumeTrue(Mount.isPossible(), "mounting needs root");
    }

    @AfterEach
    void unmount() {
        mounts.forEach(Mount::close);
    }

    private Mount mount(String path) throws Exception {
        Mount mount = Mount.memory(source.resolve(path), "size=1m");
        mounts.add(0, mount);
        return mount;
    }

    private void start() {
        startTarget();
        sender = startSource().awaitInStep();
        awaitReferee(source, target);
    }

    private void assertFollows(String directory) {
        sh(source, "echo later >" + directory + "/later");
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void handles_a_file_system_mounted_over_a_watched_directory() throws Exception {
        sh(source, "mkdir -p a/b; echo covered >a/b/covered");
        start();
        mount("a/b");
        awaitReferee(source, target);
        assertThat(target.resolve("a/b/covered")).doesNotExist();
        assertFollows("a/b");
    }

    @Test
    void handles_an_unmounted_file_system() throws Exception {
        sh(source, "mkdir -p a/b; echo covered >a/b/covered");
        Mount mount = mount("a/b");
        sh(source, "mkdir a/b/deep; echo there >a/b/deep/there");
        start();
        mount.unmount();
        awaitReferee(source, target);
        assertFollows("a/b");
    }

    /** What came just now was seen to come, and not to go. */
    @Test
    void files_written_just_before_an_unmount_are_kept() throws Exception {
        sh(source, "mkdir disk");
        start();
        Mount mount = mount("disk");
        assertFollows("disk");
        sh(source, "mkdir disk/d; for i in $(seq 110); do echo $i >disk/d/$i; echo $i >disk/$i; done");
        awaitReferee(source, target);
        sender.awaitInStep();

        mount.unmount();

        await("a guard that has tripped").atMost(Running.PATIENCE).until(() -> sender.link().guard().isPresent());
        assertThat(target.resolve("disk/110")).exists();
        assertThat(target.resolve("disk/d/110")).exists();
    }

    @Test
    void handles_a_bind_mount_that_comes_and_goes() throws Exception {
        sh(source, "mkdir -p shown; mkdir place; echo x >shown/x");
        Path other = Files.createDirectory(place.resolve("other"));
        sh(other, "mkdir d; echo y >d/y");
        start();
        Mount mount = Mount.of(source.resolve("place"), other);
        mounts.add(mount);
        awaitReferee(source, target);
        assertFollows("place/d");
        // The file system is still there: the system sends no event
        mount.unmount();
        awaitReferee(source, target);
        assertFollows("place");
    }
}
