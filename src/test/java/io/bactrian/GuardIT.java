package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
    void a_comparison_that_would_remove_most_of_a_tree_removes_nothing_until_it_is_allowed_at_both_ends() {
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        sender.stop();
        sh(source, "rm -r most; echo new >new; echo changed >kept/1; mv kept/2 kept/two; mkdir fresh");

        Running again = startSource().awaitSaying("guard tripped: this would remove 201 of 300 entries (67 %), among them most");

        awaitGuard(again);
        awaitAllButMost();
        awaitWaiting(again, "guard tripped: 201 removals wait; all else in step");
        assertThat(again.link().state()).isEqualTo("guard tripped");
        assertThat(again.link().inStep()).isFalse();
        // While removals wait, all else goes on
        sh(source, "echo newer >newer; rm kept/3; mkdir fresh/deep; ln -s x fresh/link");
        awaitAllButMost();
        again.kill();
        Running third = startSource();
        awaitGuard(third);
        awaitAllButMost();
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

    /** Waits until the target holds what the source does, and what the source has lost. */
    private void awaitAllButMost() {
        await().atMost(Running.PATIENCE).ignoreExceptions().until(() -> Tools.run("rsync", "-anci", "--delete", "--exclude=/.bactrian",
                "--exclude=/most", "--omit-dir-times", source + "/", target + "/").isEmpty());
        assertThat(target.resolve("most/200")).exists();
    }

    private void awaitWaiting(Running running, String words) {
        await().atMost(Running.PATIENCE).until(() -> running.askStatus().flatMap(status -> status.sources().get(0).guard())
                .filter(guard -> guard.startsWith(words)).isPresent());
    }

    @Test
    void a_file_that_replaces_a_directory_waits_for_the_guarded_removal_and_is_reported() {
        startTarget();
        startSource().awaitInStep().stop();
        sh(source, "rm -r most; echo file >most; echo new >new");

        Running again = startSource();

        awaitThere("new");
        awaitGuard(again);
        assertThat(target.resolve("most/200")).exists();
        await().atMost(Running.PATIENCE).until(() -> again.link().held().stream().anyMatch(held -> held.path().equals("most")));
        sh(source, "rm most; mkdir most");
        sh(source, "for i in $(seq 200); do echo $i >most/$i; done");
        awaitReferee(source, target);
        again.awaitInStep();
    }

    @Test
    void guards_removals_when_another_directory_replaced_the_source() {
        sh(source, "rm -r most; rm kept/9?");
        Running first = processes.start("mirror", source, target, "--once");
        assertThat(first.awaitExit()).as(first.output()).isZero();
        sh(place, "mv source source.old; mkdir source; echo x >source/x");

        Running guarded = processes.start("mirror", source, target, "--once");

        assertThat(guarded.awaitExit()).isEqualTo(3);
        assertThat(guarded.output()).contains("guard tripped", "90 of 90 entries (100 %)", "--allow-removals");
        assertThat(target.resolve("kept/1")).exists();
        assertThat(target.resolve("x")).as("all else").exists();
        Running again = processes.start("mirror", source, target, "--once");
        assertThat(again.awaitExit()).as("it is asked as long as nobody has answered").isEqualTo(3);
        Running allowed = processes.start("mirror", source, target, "--once", "--allow-removals");
        assertThat(allowed.awaitExit()).as(allowed.output()).isZero();
        awaitReferee(source, target);
    }

    @Test
    void does_not_remove_what_an_unmounted_disk_below_the_source_held() throws java.io.IOException {
        assumeTrue(Mount.isPossible(), "mounting needs root");
        sh(place, "mkdir disk; cp -a source/most/. disk/");
        sh(source, "rm -r most");
        sourcesHave("bactrian.source.default.rescan=1s");
        startTarget();
        try (Mount mount = Mount.of(source.resolve("most"), place.resolve("disk"))) {
            Running sender = startSource().awaitInStep();
            assertThat(target.resolve("most/200")).exists();
            sh(source, "rm most/1");
            awaitEqual(source, target);

            mount.unmount();

            awaitWaiting(sender, "guard tripped: 199 removals wait");
            sh(source, "echo new >new");
            awaitThere("new");
            assertThat(target.resolve("most/200")).exists();
            try (Mount again = Mount.of(source.resolve("most"), place.resolve("disk"))) {
                sender.awaitInStep();
                awaitReferee(source, target);
                sender.kill();
            }
        }
    }

    @Test
    void mirrors_a_link_switched_to_another_release() {
        sh(place, "mkdir releases; cp -a source releases/42; cp -a source releases/43; rm releases/43/kept/[1-3]*; rm -r source;"
                + " ln -s releases/42 source; echo 43 >releases/43/version");
        startTarget();
        Running sender = startSource().awaitInStep();

        sh(place, "ln -s releases/43 next; mv -T next source");

        awaitReferee(place.resolve("releases/43"), target);
        sender.awaitInStep();
        assertThat(sender.output()).doesNotContain("guard tripped");
    }

    @Test
    void restored_files_need_no_confirmation() {
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

        Running guarded = processes.start("mirror", source, target, "--once");
        assertThat(guarded.awaitExit()).isEqualTo(3);
        assertThat(guarded.output()).contains("this would remove 201 of 300 entries", "--allow-removals");
        assertThat(target.resolve("most/200")).exists();
        assertThat(target.resolve("new")).as("all else").exists();

        Running allowed = processes.start("mirror", source, target, "--once", "--allow-removals");
        assertThat(allowed.awaitExit()).as(allowed.output()).isZero();
        awaitReferee(source, target);
    }

    /** Each time little enough for the source; nobody was seen to do it. */
    @Test
    void unobserved_removals_in_small_steps_trip_the_targets_guard() {
        Running receiver = startTarget();
        startSource().awaitInStep().stop();
        sh(source, "for i in $(seq 90); do rm most/$i; done");
        startSource().awaitInStep().stop();
        sh(source, "for i in $(seq 91 145); do rm most/$i; done");
        startSource().awaitInStep().stop();
        sh(source, "for i in $(seq 146 160); do rm most/$i; done");

        Running sender = startSource();

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
    void a_source_emptied_unobserved_empties_its_target_after_confirmation() {
        Running receiver = startTarget("--set", "bactrian.target.default.guard=off");
        startSource().awaitInStep().stop();
        sh(source, "rm -r kept most");
        Running sender = startSource();
        awaitGuard(sender);
        assertThat(target.resolve("kept/98")).exists();

        assertThat(allow(sender).awaitExit()).isZero();

        awaitReferee(source, target);
        assertThat(receiver.isRunning()).isTrue();
    }

    @Test
    void an_observed_removal_of_everything_empties_the_target() {
        startTarget();
        Running sender = startSource().awaitInStep();

        sh(source, "rm -r kept most");

        awaitReferee(source, target);
        sender.awaitInStep();
    }
}
