package io.bactrian;

import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is removed while a source that is in step watches is somebody's will, however much it is. */
class WitnessedRemovalIT extends TwoEnds {
    private Running receiver;
    private Running sender;

    @BeforeEach
    void a_source_with_a_little_in_it() {
        sh(source, "mkdir kept; for i in $(seq 40); do echo $i >kept/$i; done");
    }

    private void start() {
        receiver = startTarget();
        sender = startSource().awaitInStep();
    }

    private void assertInStepWithoutAWord() {
        awaitReferee(source, target);
        sender.awaitInStep();
        for (Running end : new Running[] {receiver, sender}) {
            assertThat(end.output()).doesNotContain("guard tripped", "removals wait");
            assertThat(end.status().healthy()).as(end.status().toString()).isTrue();
        }
    }

    @Test
    void mirrors_a_repository_while_git_packs_its_objects() {
        assumeTrue(Tools.succeeds("git", "--version"), "git is needed");
        sh(source, "git init -q; git config user.name T; git config user.email t@example.org; git config gc.auto 0; mkdir many;"
                + " for i in $(seq 2000); do echo content $i >many/$i; done; git add .; git commit -qm many");
        start();

        sh(source, "git gc -q");

        assertInStepWithoutAWord();
    }

    @Test
    void a_tree_of_packages_goes() {
        sh(source, "for i in $(seq 100); do mkdir -p node_modules/p$i/lib; for f in $(seq 21); do"
                + " echo $i $f >node_modules/p$i/lib/$f.js; done; echo $i >node_modules/p$i/package.json; done");
        start();

        sh(source, "rm -rf node_modules");

        assertInStepWithoutAWord();
    }

    @Test
    void a_large_flat_directory_goes() {
        sh(source, "mkdir -p node_modules/flat; for f in $(seq 2300); do echo $f >node_modules/flat/$f; done");
        start();

        sh(source, "rm -rf node_modules");

        assertInStepWithoutAWord();
    }

    @Test
    void all_files_of_a_directory_that_stays_go() {
        sh(source, "mkdir flat; for f in $(seq 2300); do echo $f >flat/$f; done");
        start();

        sh(source, "rm -f flat/*");

        assertInStepWithoutAWord();
    }

    @Test
    void mirrors_a_build_that_is_cleaned_and_repeated() {
        String build = "for m in a b c; do mkdir -p $m/target/classes/org/example/deep $m/src; for f in $(seq 150); do"
                + " echo $f >$m/target/classes/org/example/deep/C$f.class; done; echo $m >$m/src/S; done";
        sh(source, build);
        start();

        sh(source, "rm -rf */target");
        assertInStepWithoutAWord();
        sh(source, build + "; rm -rf */target; " + build);
        assertInStepWithoutAWord();
    }

    @Test
    void a_tree_is_moved_away() {
        sh(source, "mkdir -p most/deep; for f in $(seq 300); do echo $f >most/$f; echo $f >most/deep/$f; done");
        start();

        sh(source, "echo last >most/1; mv most ..");

        assertInStepWithoutAWord();
    }
}
