package io.bactrian;

import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.inode;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

/** A file system on which nothing can be written any more: it is said why, and nothing is lost or taken for damaged. */
class ReadOnlyIT extends TwoEnds {
    private static final String REMEDY = "mount it for writing";

    ReadOnlyIT() {
        sourcesHave("bactrian.retry.longest=200ms");
    }

    private void begin() {
        sh(source, "mkdir d; for i in $(seq 200); do echo $i >d/$i; done; head -c 3000000 /dev/urandom >large");
    }

    /** More than the index keeps in memory is not needed: each batch ends in it. */
    private void change() {
        sh(source, "echo new >new; rm d/1??; echo changed >d/5; mv d/6 d/six; mkdir e; for i in $(seq 200); do echo $i >e/$i; done; "
                + "head -c 3000000 /dev/urandom >large; head -c 3000000 /dev/urandom >other; chmod 700 d/7");
    }

    private static void assertUsedOn(Path database, long inode) {
        assertThat(database.resolveSibling(database.getFileName() + ".damaged")).doesNotExist();
        assertThat(inode(database)).isEqualTo(inode);
    }

    private static void assertFewWords(Running process) {
        assertThat(process.output()).doesNotContain("damaged", "Exception:", "destroy method");
        assertThat(process.output().lines().filter(line -> line.contains("The target's index") || line.contains("The index")))
                .hasSizeLessThan(10);
    }

    @Test
    void recovers_when_the_targets_file_system_was_read_only() throws IOException {
        assumeThat(Subvolume.canBeReadOnly()).as("such a disk needs root, Btrfs in the kernel, and btrfs-progs").isTrue();
        try (Subvolume disk = Subvolume.make(place)) {
            target = disk.root();
            begin();
            Running receiver = startTarget();
            Running sender = startSource().awaitInStep();
            Path index = target.resolve(".bactrian/index.db");
            long inode = inode(index);

            disk.readOnly(true);
            change();
            receiver.awaitSaying("The target's index cannot be used: its file system is read-only: " + REMEDY);
            sender.awaitSaying("its file system is read-only: " + REMEDY);
            await().atMost(Running.PATIENCE).until(() -> !receiver.status().healthy());
            await().atMost(Running.PATIENCE).until(() -> !sender.status().healthy() && !sender.link().inStep());

            disk.readOnly(false);
            awaitReferee(source, target);
            await().atMost(Running.PATIENCE).until(() -> sender.awaitInStep().status().healthy());
            assertUsedOn(index, inode);
            assertFewWords(receiver);
            assertFewWords(sender);
        }
    }

    @Test
    void recovers_when_the_sources_state_was_read_only() throws IOException {
        assumeThat(Subvolume.canBeReadOnly()).as("such a disk needs root, Btrfs in the kernel, and btrfs-progs").isTrue();
        try (Subvolume disk = Subvolume.make(place)) {
            begin();
            startTarget();
            Running sender = startSource("--set", "bactrian.state=" + disk.root()).awaitInStep();
            Path view;
            try (var files = Files.walk(disk.root())) {
                view = files.filter(file -> file.endsWith("view.db")).findAny().orElseThrow();
            }
            long inode = inode(view);

            disk.readOnly(true);
            change();
            sender.awaitSaying("The index " + view + " is unusable; its file system is read-only: " + REMEDY);
            await().atMost(Running.PATIENCE).until(() -> !sender.status().healthy() && !sender.link().inStep());

            disk.readOnly(false);
            awaitReferee(source, target);
            await().atMost(Running.PATIENCE).until(() -> sender.awaitInStep().status().healthy());
            assertUsedOn(view, inode);
            assertFewWords(sender);
        }
    }

    @Test
    void uses_a_disk_again_after_an_error_made_it_read_only() throws IOException {
        assumeThat(LoopDisk.isPossible()).as("a disk of its own needs root, and ext4 in the kernel").isTrue();
        try (LoopDisk disk = LoopDisk.make(place, 128)) {
            target = Files.createDirectory(disk.root().resolve("replica"));
            begin();
            Running receiver = startTarget();
            Running sender = startSource().awaitInStep();
            Path index = target.resolve(".bactrian/index.db");
            long inode = inode(index);
            sh(source, "for i in $(seq 200); do echo $i >d/again$i; done");
            awaitThere("d/again200");

            assumeThat(disk.fail()).as("this kernel can be told that a disk of ext4 has an error").isTrue();
            change();
            receiver.awaitSaying("The target's index cannot be used: its file system is read-only: " + REMEDY);
            await().atMost(Running.PATIENCE).until(() -> sender.link().unhealthy().toString().contains("ead-only file system")
                    || sender.link().unhealthy().toString().contains("its file system is read-only"));
            assertThat(sender.link().unhealthy().toString()).doesNotContain("The target's storage failed: The target's storage failed");
            await().atMost(Running.PATIENCE).until(() -> !receiver.status().healthy());
            receiver.stop();
            assertFewWords(receiver);

            disk.repair();
            Running again = startTarget();
            awaitReferee(source, target);
            sender.awaitInStep();
            assertUsedOn(index, inode);
            assertFewWords(again);
        }
    }

    @Test
    void starting_on_a_read_only_file_system_is_reported() throws IOException {
        assumeThat(Mount.isPossible()).as("mounting needs root").isTrue();
        try (Mount disk = Mount.memory(place.resolve("disk"), "size=16m")) {
            Path state = Files.createDirectory(disk.root().resolve("state"));
            Path used = Files.createDirectory(disk.root().resolve("used"));
            disk.change("ro");
            Running refused = processes.start("target", used, "--port", port);
            assertThat(refused.awaitExit()).isEqualTo(3);
            assertThat(refused.output()).contains(used + " cannot be written: its file system is read-only: " + REMEDY);

            begin();
            startTarget();
            Running sender = startSource("--set", "bactrian.state=" + state);
            sender.awaitSaying(" cannot be created: its file system is read-only: " + REMEDY);
            assertThat(sender.output()).contains(state.toString());
            disk.change("rw");
            awaitReferee(source, target);
            sender.awaitInStep();
        }
    }
}
