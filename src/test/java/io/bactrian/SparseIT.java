package io.bactrian;

import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;

/** What takes no room in the source takes none at the target: disks of virtual machines, core dumps, empty databases. */
class SparseIT extends TwoEnds {
    private static final int SLACK = 64 << 10;

    private static long allocated(Path file) {
        return 512 * Long.parseLong(Tools.run("stat", "-c", "%b", file.toString()).trim());
    }

    private void assertAsSparse(String... names) {
        for (String name : names) {
            assertThat(allocated(target.resolve(name))).as("bytes that %s takes", name)
                    .isLessThanOrEqualTo(allocated(source.resolve(name)) + SLACK);
        }
    }

    @Test
    void holes_and_zeros_stay_holes_whole_copied_and_changed() {
        sh(source, "truncate -s 300M hole; truncate -s 5000 tiny; truncate -s 200K small; echo end >>small;"
                + " head -c 3M /dev/urandom >disk; truncate -s 200M disk; echo end >>disk;"
                + " head -c 50M /dev/zero >zeros; head -c 100K /dev/urandom >>zeros; head -c 120K /dev/zero >fewzeros");
        startTarget();
        Running sender = startSource().awaitInStep();
        awaitReferee(source, target);
        assertAsSparse("hole", "tiny", "small", "disk");
        assertThat(allocated(target.resolve("zeros"))).as("zeros").isLessThan(1 << 20);
        assertThat(allocated(target.resolve("fewzeros"))).as("few zeros").isLessThan(SLACK);

        // Made of what is there: at another place, and with a change in its middle
        sh(source, "cp --sparse=always disk copy; printf x | dd of=disk bs=1 seek=100000000 conv=notrunc status=none");
        awaitReferee(source, target);
        sender.awaitInStep();
        assertAsSparse("copy", "disk");

        sh(source, "fallocate -p -o 0 -l 3000000 disk");
        awaitReferee(source, target);
        assertAsSparse("disk");
        assertThat(allocated(target.resolve("disk"))).isLessThan(1 << 20);
    }
}
