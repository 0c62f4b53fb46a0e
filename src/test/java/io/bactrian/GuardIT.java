package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Most of a tree is gone at once: nobody knows whether that is meant, so a person is asked. */
class GuardIT extends TwoEnds {
    @BeforeEach
    void a_source_of_300_entries() {
        sh(source, "mkdir kept most; for i in $(seq 98); do echo $i >kept/$i; done; for i in $(seq 200); do echo $i >most/$i; done");
    }

    private Running allow(Running running) {
        return processes.start("allow-removals", url(running.management()));
    }

    private void awaitGuard(Running running) {
        await().atMost(Running.PATIENCE).until(() -> running.askStatus().filter(status ->
                status.sources().stream().anyMatch(link -> link.guard().isPresent())
                        || status.targets().stream().anyMatch(replica -> replica.guard().isPresent())).isPresent());
    }

    @Test
    void a_comparison_that_would_remove_most_of_a_tree_changes_nothing_until_it_is_allowed_at_both_ends() {
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        sender.stop();
        sh(source, "rm -r most; echo new >new; echo changed >kept/1");
        TreeSnapshot before = TreeSnapshot.of(target);

        Running again = startSource().awaitSaying("guard tripped: this would remove 201 of 300 entries (67 %), among them most");

        awaitGuard(again);
        assertThat(again.link().state()).isEqualTo("guard tripped");
        TreeAssert.assertThatTree(target).equalsTree(before);
        again.kill();
        Running third = startSource();
        awaitGuard(third);
        TreeAssert.assertThatTree(target).equalsTree(before);
        assertThat(allow(third).awaitExit()).isZero();
        awaitGuard(receiver);
        assertThat(target.resolve("most/200")).exists();
        Running answer = allow(receiver);
        assertThat(answer.awaitExit()).isZero();
        assertThat(answer.output()).contains("201 of 30", "most");
        awaitReferee(source, target);
        third.awaitInStep();
        assertThat(third.link().guard()).isEmpty();
        assertThat(allow(third).awaitExit()).as("nothing to allow").isEqualTo(1);
    }

    @Test
    void what_is_back_in_its_place_needs_nobodys_word() {
        startTarget();
        startSource().awaitInStep().stop();
        sh(source, "mv most ../most");
        Running again = startSource();
        awaitGuard(again);

        sh(source, "mv ../most most; echo new >new");

        again.awaitInStep();
        awaitReferee(source, target);
    }

    @Test
    void what_moved_is_not_removed() {
        startTarget();
        startSource().awaitInStep().stop();
        sh(source, "mv most elsewhere; mkdir in; mv elsewhere in/deep");
        startSource().awaitInStep();
        awaitReferee(source, target);
    }

    @Test
    void a_run_that_ends_by_itself_says_what_it_would_remove_and_fails() {
        Running first = processes.start("mirror", source, target, "--once");
        assertThat(first.awaitExit()).as(first.output()).isZero();
        sh(source, "rm -r most; echo new >new");
        TreeSnapshot before = TreeSnapshot.of(target);

        Running guarded = processes.start("mirror", source, target, "--once");
        assertThat(guarded.awaitExit()).isEqualTo(3);
        assertThat(guarded.output()).contains("this would remove 201 of 300 entries", "--allow-removals");
        TreeAssert.assertThatTree(target).equalsTree(before);

        Running allowed = processes.start("mirror", source, target, "--once", "--allow-removals");
        assertThat(allowed.awaitExit()).as(allowed.output()).isZero();
        awaitReferee(source, target);
    }

    @Test
    void what_goes_bit_by_bit_while_it_is_watched_stops_at_the_target() {
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        sh(source, "for i in $(seq 60); do rm most/$i; done");
        awaitEqual(source, target);
        sh(source, "for i in $(seq 61 140); do rm most/$i; done");
        awaitEqual(source, target);

        sh(source, "for i in $(seq 141 160); do rm most/$i; done");

        awaitGuard(receiver);
        assertThat(target.resolve("most/160")).exists();
        sender.awaitSaying("guard tripped: within 10 minutes this would remove");
        receiver.kill();
        // Neither a crash nor the loss of its index lets it forget
        sh(target, "rm .bactrian/index.db*");
        Running restarted = startTarget();
        awaitGuard(restarted);
        assertThat(target.resolve("most/160")).exists();
        assertThat(allow(restarted).awaitExit()).isZero();
        awaitReferee(source, target);
    }

    @Test
    void an_emptied_source_empties_its_target_once_that_is_allowed() {
        Running receiver = startTarget("--set", "bactrian.target.default.guard=off");
        Running sender = startSource().awaitInStep();
        sh(source, "rm -r kept most");
        awaitGuard(sender);
        assertThat(target.resolve("kept/98")).exists();

        assertThat(allow(sender).awaitExit()).isZero();

        awaitReferee(source, target);
        assertThat(receiver.isRunning()).isTrue();
    }
}
