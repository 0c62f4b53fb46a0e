package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Damage that no event reports, and what a stranger does to a target that runs: found, told, and repaired. */
class ScrubIT extends TwoEnds {
    /** One byte is another, and size and time are as before: no stat shows it but the change time. */
    private static final String DAMAGE = "touch -r large ../time; printf X | dd of=large bs=1 seek=150000 conv=notrunc"
            + " status=none; touch -r ../time large; rm ../time";

    /** What shows in stats would be found and repaired by that. */
    private static final Object[] NO_CHECK = {"--set", "bactrian.target.default.check=0"};

    private Running receiver;

    @BeforeEach
    void a_source() {
        sh(source, "mkdir -p d/e; echo 1 >d/1; echo 2 >d/e/2; ln -s 1 d/l; head -c 300000 /dev/zero >large;"
                + " touch -d 2020-01-01 large d/1");
    }

    private Running scrub(Object... more) {
        return processes.start("scrub", url(receiver.management()), more);
    }

    private Running verify(Object... more) {
        return processes.start("verify", source, url(port), more);
    }

    @Test
    void a_scrub_finds_a_damaged_byte_and_the_running_source_repairs_it() {
        receiver = startTarget(NO_CHECK);
        startSource().awaitInStep();
        Running clean = scrub();
        assertThat(clean.awaitExit()).as(clean.output()).isZero();
        assertThat(clean.output()).contains("3 files read", "no discrepancies");
        sh(target, DAMAGE);

        Running report = scrub("--report");
        assertThat(report.awaitExit()).isEqualTo(1);
        assertThat(report.output()).contains("damaged: large", "1 discrepancy, not repaired");

        Running repair = scrub();
        assertThat(repair.awaitExit()).isEqualTo(1);
        assertThat(repair.output()).contains("damaged: large", "1 discrepancy, which the sender repairs");
        receiver.awaitSaying("scrub: damaged: large");
        await().atMost(Running.PATIENCE).until(() -> receiver.status().targets().get(0).scrubs().repaired() == 1);
        assertThat(receiver.status().targets().get(0).scrubs().last()).isPresent();
        awaitReferee(source, target);
        assertThat(scrub().awaitExit()).isZero();
        assertThat(receiver.status().targets().get(0).scrub()).hasValueSatisfying(is -> assertThat(is.found()).isZero());
    }

    @Test
    void scheduled_scrubs_repair_foreign_changes_of_a_running_target() {
        receiver = startTarget(NO_CHECK, "--set", "bactrian.target.default.scrub=1s");
        startSource().awaitInStep();

        // Otherwise a scrub might find half of it
        receiver.whileSuspended(() -> sh(target, "rm -r d/e; echo x >d/1; touch -d 2020-01-01 d/1; mkdir -p extra/deep;"
                + " echo e >extra/deep/f; chmod 700 d; rm d/l; ln -s 2 d/l; " + DAMAGE));

        awaitReferee(source, target);
        receiver.awaitSaying("scrub: not from the source: extra/deep/f").awaitSaying("scrub: missing: d/e")
                .awaitSaying("scrub: damaged: d/1").awaitSaying("scrub: damaged: large");
    }

    @Test
    void a_stopped_target_can_be_scrubbed_by_its_directory() {
        receiver = startTarget(NO_CHECK);
        Running sender = startSource().awaitInStep();
        Running used = processes.start("scrub", target);
        assertThat(used.awaitExit()).isEqualTo(3);
        assertThat(used.output()).contains("in use by another target");
        receiver.stop();
        sh(target, DAMAGE);

        Running scrub = processes.start("scrub", target);

        assertThat(scrub.awaitExit()).isEqualTo(1);
        assertThat(scrub.output()).contains("damaged: large");
        receiver = startTarget(NO_CHECK);
        awaitReferee(source, target);
        assertThat(sender.isRunning()).isTrue();
        Running none = processes.start("scrub", source);
        assertThat(none.awaitExit()).isEqualTo(2);
        assertThat(none.output()).contains("is not a target's directory");
    }

    @Test
    void verify_reads_a_running_targets_content_without_its_lease_and_changes_nothing() throws IOException {
        receiver = startTarget(NO_CHECK);
        Running sender = startSource().awaitInStep();
        Running same = verify();
        assertThat(same.awaitExit()).as(same.output()).isZero();
        sh(target, DAMAGE + "; echo extra >d/extra; rm d/e/2");
        TreeSnapshot before = TreeSnapshot.of(target);

        Running differs = verify();

        assertThat(differs.awaitExit()).isEqualTo(1);
        assertThat(differs.output()).contains("other content: large", "only on the target: d/extra", "only here: d/e/2");
        assertThat(sender.status().sources().get(0).inStep()).isTrue();
        TreeAssert.assertThatTree(target).equalsTree(before);
        assertThat(scrub().awaitExit()).isEqualTo(1);
        awaitReferee(source, target);
        Running again = verify();
        assertThat(again.awaitExit()).as(again.output()).isZero();
    }
}
