package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;

/** Ends that may have very few files open at the same time. */
class OpenFilesIT extends TwoEnds {
    private static final int LEAST = 64;

    private void change() {
        sh(source, "for d in $(seq 30); do mkdir d$d; for f in $(seq 30); do echo $d.$f >d$d/$f; done; done; "
                + "for i in $(seq 10); do head -c 5000000 /dev/urandom >large$i; done; mkdir -p 1/2/3/4/5/6; echo deep >1/2/3/4/5/6/f");
    }

    @Test
    void either_end_works_with_the_minimum_of_open_files() {
        sourcesHave("bactrian.retry.longest=500ms");
        Running receiver = processes.startWithOpenFiles(LEAST, "target", target, "--port", port).awaitSaying("receives");
        Running sender = processes.startWithOpenFiles(LEAST, "source", source, url(port), "--set", "bactrian.retry.longest=500ms")
                .awaitInStep();
        change();
        awaitReferee(source, target);
        sh(source, "rm -r d1*; mv d2 d3/d2; for i in $(seq 10); do echo more >>large$i; done");
        awaitReferee(source, target);
        sender.awaitInStep();
        assertThat(receiver.output() + sender.output()).doesNotContain("damaged", "Exception:", "Error:");
        assertThat(target.resolve(".bactrian/index.db.damaged")).doesNotExist();
    }

    @Test
    void with_less_it_says_how_many_it_takes() {
        for (int few : new int[] {48, 32}) {
            for (Object[] command : new Object[][] {{"target", target, "--port", port}, {"source", source, url(port)},
                    {"mirror", source, target}}) {
                Running refused = processes.startWithOpenFiles(few, command);
                assertThat(refused.awaitExit()).isEqualTo(3);
                assertThat(refused.output().strip()).startsWith("bactrian: the limit of open files is " + few + ", "
                        + "but at least " + LEAST + " are needed: raise the limit").contains("ulimit -n").hasLineCount(1);
            }
        }
        assertThat(Path.of(target + "/.bactrian")).doesNotExist();
    }
}
