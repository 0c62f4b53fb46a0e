package io.bactrian;

import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.run;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

/** A source process to which the kernel cannot tell all that happened, because its queue of events is full. */
class OverflowIT extends TwoEnds {
    private static final int DIRECTORIES = 60;

    @Test
    void more_events_than_the_kernel_keeps_cost_a_comparison_and_no_data() throws IOException {
        sh(source, "for d in $(seq " + DIRECTORIES + "); do mkdir -p $d/old; echo a >$d/old/file; done");
        startTarget();
        // Nothing but events and their loss is to have it compared.
        Running sender = startSource("--set", "bactrian.source.default.rescan=0").awaitInStep();
        assertThat(sender.output()).doesNotContain(" overflowed");

        // The kernel drops what does not fit while nobody takes events; fewer than 512 in a directory, so that it is the
        // kernel's queue that is full, and not that of Java.
        int kept = Integer.parseInt(Files.readString(Path.of("/proc/sys/fs/inotify/max_queued_events")).trim());
        int each = Math.max(16_384, kept) / DIRECTORIES / 2 + 30;
        assertThat(each).as("the kernel keeps %d", kept).isBetween(100, 500);
        run("kill", "-STOP", Long.toString(sender.pid()));
        try {
            sh(source, "for d in $(seq " + DIRECTORIES + "); do for f in $(seq " + each + "); do echo $f >$d/$f; done; done; "
                    // All of this is after the queue was full, so that no event tells of it.
                    + "rm -r 1/old; mv 2/old 2/new; chmod 700 3; echo b >>4/old/file; mkdir -p 5/x/y; echo c >5/x/y/file; rm -r 6; "
                    + "ln -s nowhere 6; mv 7 5/x/z; touch -d @1000000000 8/1");
        } finally {
            run("kill", "-CONT", Long.toString(sender.pid()));
        }

        sender.awaitSaying(" overflowed");
        awaitReferee(source, target);
        sender.awaitInStep();
        assertThat(sender.output().lines().filter(line -> line.contains(" overflowed"))).as("said once").hasSize(1);
        sh(source, "echo d >>5/x/y/file; echo e >5/x/z/1; rm 5/x/z/2; echo f >2/new/more");
        awaitReferee(source, target);
    }
}
