package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** File systems that do not do what they are asked: it is said, the rest goes on, and once they do all is made good. */
class FaultsIT extends TwoEnds {
    private static final String[] NOBODY = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};

    private Mount mount;

    FaultsIT() {
        sourcesHave("bactrian.retry.longest=200ms");
    }

    @AfterEach
    void unmount() {
        if (mount != null) {
            mount.close();
        }
    }

    private void mount(Path root, String options) throws IOException {
        assumeTrue(Mount.isPossible(), "mounting needs root");
        mount = Mount.memory(root, options);
    }

    private static void assertNotInStep(Running sender) {
        assertThat(sender.status().sources()).isNotEmpty().allSatisfy(link -> assertThat(!link.inStep() || !link.held().isEmpty())
                .as("%s", link).isTrue());
    }

    @Test
    void recovers_from_a_full_disk() throws IOException {
        mount(target, "size=3m");
        sh(source, "echo small >a; mkdir d");
        startTarget();
        Running sender = startSource().awaitInStep();
        // Staged, inline, and more rows of the index, which is on the same disk, than there is room for.
        sh(source, "head -c 6000000 /dev/urandom >large; for i in $(seq 40); do head -c 100000 /dev/urandom >d/$i; done; "
                + "for i in $(seq 3000); do echo $i >e$i; done");
        sender.awaitSaying("free some space");
        assertNotInStep(sender);
        assertThat(target.resolve("a")).hasContent("small\n");
        mount.change("size=64m");
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void a_large_file_that_does_not_fit_does_not_delay_others() throws IOException {
        mount(target, "size=3m");
        sh(source, "head -c 9000000 /dev/urandom >large");
        startTarget();
        Running sender = startSource().awaitSaying("large: The target's storage failed: No space left on device")
                .awaitSaying("free some space");
        sh(source, "mkdir d; echo small >d/small");
        awaitThere("d/small");
        assertNotInStep(sender);
        mount.change("size=64m");
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void a_large_file_that_does_not_fit_on_the_disk_is_not_sent() throws IOException {
        mount(target, "size=3m");
        sh(source, "head -c 9000000 /dev/urandom >large");
        startTarget();
        try (CountingProxy proxy = new CountingProxy(port)) {
            Running sender = processes.start("source", source, url(proxy.port())).awaitSaying("No space left on device");
            for (int again = 0; again < 3; again++) {
                sender.awaitAnotherTry("large");
            }
            assertThat(proxy.sent()).as("bytes of four tries").isLessThan(300_000);
            mount.change("size=64m");
            awaitReferee(source, target);
        }
    }

    @Test
    void recovers_from_a_disk_without_inodes() throws IOException {
        mount(target, "size=64m,nr_inodes=40");
        sh(source, "for i in $(seq 100); do echo $i >$i; done");
        startTarget();
        Running sender = startSource().awaitSaying("No space left on device").awaitSaying("free some space");
        assertNotInStep(sender);
        awaitThere("1");
        mount.change("nr_inodes=10000");
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void recovers_from_a_temporarily_read_only_part_of_the_replica() throws IOException {
        assumeTrue(Mount.isPossible(), "mounting needs root");
        sh(source, "mkdir d; echo one >d/one");
        startTarget();
        Running sender = startSource().awaitInStep();
        mount = Mount.of(target.resolve("d"), target.resolve("d"));
        mount.change("bind,ro");
        sh(source, "echo two >d/two; rm d/one; head -c 1000000 /dev/urandom >large");
        sender.awaitSaying("Read-only file system").awaitSaying("mount the target's file system for writing");
        awaitThere("large");
        assertNotInStep(sender);
        mount.change("bind,rw");
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void recovers_from_a_replica_directory_owned_by_another_user() {
        assumeTrue(Tools.succeeds(NOBODY[0], NOBODY[1], NOBODY[2], NOBODY[3], "true"), "another user than root is needed");
        sh(place, "chmod 755 .; mkdir -p target/locked; echo old >target/locked/old; chown 65534:65534 target");
        sh(source, "mkdir locked open; echo new >locked/new; echo new >open/new; chown -R 65534:65534 .");
        Running receiver = processes.startAsNobody("target", target, "--port", port).awaitSaying("receives");
        Running sender = startSource().awaitSaying("locked").awaitSaying("give the target's user the ownership");
        awaitThere("open/new");
        assertNotInStep(sender);
        assertThat(target.resolve("locked/new")).doesNotExist();
        sh(target, "chown 65534:65534 locked");
        awaitReferee(source, target);
        sender.awaitInStep();
        assertThat(receiver.isRunning()).isTrue();
    }

    @Test
    void recovers_from_an_immutable_file_in_the_replica() {
        sh(source, "echo one >fixed; echo one >free");
        startTarget();
        Running sender = startSource().awaitInStep();
        assumeTrue(Tools.succeeds("chattr", "+i", target.resolve("fixed").toString()), "chattr needs root, and ext4 or the like");
        try {
            sh(source, "echo two >fixed; echo two >free");
            sender.awaitSaying("fixed").awaitSaying("Operation not permitted");
            await().atMost(Running.PATIENCE).until(() -> Files.readString(target.resolve("free")).equals("two\n"));
            assertNotInStep(sender);
        } finally {
            Tools.run("chattr", "-i", target.resolve("fixed").toString());
        }
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void recovers_from_an_unreadable_file_in_the_source() {
        assumeTrue(Tools.succeeds(NOBODY[0], NOBODY[1], NOBODY[2], NOBODY[3], "true"), "another user than root is needed");
        sh(place, "chmod 755 . source; mkdir state; chmod 777 state");
        sh(source, "echo s >secret; chmod 600 secret; mkdir closed; echo c >closed/c; chmod 700 closed; echo open >open");
        startTarget();
        Running sender = processes.startAsNobody("source", source, url(port), "--set", "bactrian.state=" + place + "/state",
                "--set", "bactrian.source.default.rescan=1s").awaitSaying("secret").awaitSaying("permission denied");
        awaitThere("open");
        assertThat(target.resolve("secret")).doesNotExist();
        assertNotInStep(sender);
        sh(source, "chmod 644 secret; chmod 755 closed");
        awaitReferee(source, target);
    }

    @Test
    void a_path_that_is_too_long_there_for_the_root_s_own_arrives() throws IOException {
        // Each name and the path fit here, but below this target only from directory to directory.
        StringBuilder deep = new StringBuilder();
        for (int i = 0; i < 15; i++) {
            deep.append(Integer.toHexString(i).repeat(250)).append('/');
        }
        target = place;
        for (int i = 0; i < 2; i++) {
            target = target.resolve("t".repeat(200));
        }
        sh(source, "mkdir -p " + deep + "; echo x >short");
        startTarget();
        Running sender = startSource().awaitInStep();
        sh(target, "test -d " + deep + " && test -f short");
        sh(source, "mv 0*/1*/2* moved; rm -r 0*");
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void either_end_recovers_from_exhausted_file_descriptors() throws IOException {
        assumeTrue(Tools.succeeds("prlimit", "--version"), "prlimit is needed");
        sh(source, "mkdir d; echo one >d/one");
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        for (Running starved : new Running[] {receiver, sender}) {
            Tools.run("prlimit", "--pid", "" + starved.pid(), "--nofile=10:4096");
            String name = starved == receiver ? "r" : "s";
            sh(source, "mkdir " + name + "; for i in $(seq 50); do echo $i >" + name + "/$i; done; rm -f d/one");
            await(name).atMost(Running.PATIENCE).until(() -> (sender.output() + receiver.output())
                    .contains("limit of open files"));
            Tools.run("prlimit", "--pid", "" + starved.pid(), "--nofile=4096:4096");
            awaitReferee(source, target);
            sender.awaitInStep();
        }
    }

    @Test
    void recovers_when_the_disk_of_the_sources_state_was_full() throws IOException {
        Path state = place.resolve("state");
        mount(state, "size=200k");
        sh(source, "for i in $(seq 6000); do echo $i >some-longer-name-$i; done");
        startTarget();
        Running sender = startSource("--set", "bactrian.state=" + state).awaitSaying("free some space");
        assertNotInStep(sender);
        mount.change("size=64m");
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void resumes_when_space_for_the_sources_state_is_freed() throws IOException {
        Path state = place.resolve("state");
        mount(state, "size=1m");
        Running receiver = startTarget();
        Running sender = startSource("--set", "bactrian.state=" + state).awaitInStep();
        assertThat(Tools.succeeds("dd", "if=/dev/zero", "of=" + state.resolve("filler"), "bs=4k")).as("there was room").isFalse();
        sh(source, "for i in $(seq 2000); do echo $i >some-longer-name-$i; done");
        sender.awaitSaying("free some space");
        assertNotInStep(sender);
        Files.delete(state.resolve("filler"));
        awaitReferee(source, target);
        sender.awaitInStep();
        assertThat(sender.output() + receiver.output()).doesNotContain("damaged", "Exception:");
    }
}
