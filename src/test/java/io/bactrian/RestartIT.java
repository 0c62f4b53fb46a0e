package io.bactrian;

import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import org.junit.jupiter.api.Test;

/** Either end goes away, asked to or not, and comes back. */
class RestartIT extends TwoEnds {
    RestartIT() {
        targetsHave("bactrian.lease=2s");
        sourcesHave("bactrian.retry.longest=1s");
    }

    @Test
    void a_target_comes_and_goes_while_the_source_goes_on() throws IOException {
        sh(source, "mkdir d; echo 1 >d/1");
        Running sender = startSource();
        sender.awaitSaying("is the target running there?");
        Running first = startTarget();
        awaitEqual(source, target);
        assertThat(target.resolve(".bactrian/lock")).content().contains("pid " + first.pid(), "port " + port);
        first.stop();
        assertThat(target.resolve(".bactrian/lock")).doesNotExist();
        sh(source, "echo 2 >d/2; mv d/1 d/one");
        Running second = startTarget();
        awaitEqual(source, target);
        second.kill();
        sh(source, "rm -r d; echo 3 >3");
        startTarget();
        awaitEqual(source, target);
        sh(source, "echo 4 >4");
        awaitReferee(source, target);
    }

    @Test
    void repairs_a_target_that_was_changed_while_it_was_stopped() {
        sh(source, "mkdir d; echo 1 >d/1; echo 2 >2; touch -d 2020-01-01 2");
        startSource();
        Running first = startTarget();
        awaitEqual(source, target);
        first.stop();
        sh(target, "rm -r d; echo x >2; touch -d 2020-01-01 2; echo extra >extra; mkdir extras");
        startTarget();
        awaitReferee(source, target);
    }

    @Test
    void either_end_dies_in_the_middle_of_many_small_files() throws IOException {
        sh(source, "for d in $(seq 40); do mkdir $d; for i in $(seq 200); do echo $d $i >$d/$i; done; done");
        Running receiver = startTarget();
        Running sender = startSource();
        awaitEntries(5);
        receiver.kill();
        startTarget();
        awaitEntries(20);
        sender.kill();
        sh(source, "rm -r 1 2 3; mv 4 four; for i in $(seq 200); do echo other >5/$i; done");
        startSource().awaitInStep();
        awaitReferee(source, target);
    }
}
