package io.bactrian;

import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.inode;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody does in a replica by hand while it is kept: found by the stats alone, told, and put right. */
class ReplicaEditedByHandIT extends TwoEnds {
    private Running mirror;
    private long kept;

    @BeforeEach
    void a_mirror() {
        sh(source, "mkdir -p d/e/f gone/deep; echo 1 >d/1; echo 2 >d/e/2; echo 3 >d/e/f/3; echo 4 >gone/deep/4; ln -s 1 d/l;"
                + " head -c 300000 /dev/zero >large; echo keep >keep; touch -d 2020-01-01 large d/1");
        mirror = processes.start("mirror", source, target, "--set", "bactrian.target.default.check=1s", "--set", "bactrian.lease=2s")
                .awaitSaying("in step: sent");
        awaitReferee(source, target);
        kept = inode(target.resolve("keep"));
    }

    private void edit(String script, String... said) {
        // Otherwise a check might find half of it
        mirror.whileSuspended(() -> sh(target, script));
        awaitReferee(source, target);
        Stream.of(said).forEach(mirror::awaitSaying);
        assertThat(inode(target.resolve("keep"))).as("the inode of a file that nobody touched").isEqualTo(kept);
    }

    @Test
    void what_is_removed_comes_back() {
        edit("rm d/1; rm -r gone; rm d/l", "foreign change: missing: d/1",
                "foreign change: missing: gone");
    }

    @Test
    void what_is_removed_comes_back_though_the_source_always_has_something_to_send() throws Exception {
        Process writer = new ProcessBuilder("sh", "-c", "i=0; while :; do i=$((i+1)); echo $i >d/$((i % 50)); sleep 0.05; done")
                .directory(source.toFile()).start();
        try {
            mirror.whileSuspended(() -> sh(target, "rm -r gone"));
            awaitThere("gone/deep/4");
        } finally {
            writer.destroyForcibly().waitFor();
        }
        awaitReferee(source, target);
    }

    @Test
    void what_is_added_goes() {
        edit("mkdir -p extra/deep; echo e >extra/deep/f; echo x >d/e/x; ln -s x d/x",
                "foreign change: not from the source: extra/deep/f");
    }

    @Test
    void what_is_written_to_is_as_before_also_if_its_time_is_set_back() {
        edit("echo more >>d/e/2", "foreign change: other content: d/e/2");
        edit("touch -r large ../time; printf X | dd of=large bs=1 seek=150000 conv=notrunc status=none; touch -r ../time large;"
                + " rm ../time", "foreign change: damaged: large");
    }

    @Test
    void other_modes_times_links_and_types_are_as_before() {
        edit("chmod 600 d/1; chmod 700 d/e; touch d/e/2; rm d/l; ln -s 2 d/l; rm -r gone; echo file >gone",
                "foreign change: other attributes: d/1", "foreign change: other type: gone");
    }
}
