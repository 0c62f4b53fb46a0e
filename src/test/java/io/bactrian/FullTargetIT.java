package io.bactrian;

import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A target's disk is full, and a person makes room where he works: at the source, by removing files there. */
class FullTargetIT extends TwoEnds {
    private static final String SMALL = "import os\nfor i in range(%d): open('d/%s%%d' %% i, 'wb').write(os.urandom(%d))";
    private Mount disk;

    @BeforeEach
    void only_with_a_disk_of_its_own() {
        assumeThat(Mount.isPossible()).as("a small disk is mounted, which needs root").isTrue();
        sourcesHave("bactrian.retry.longest=200ms");
        // What is removed here is most of it, and is meant.
        sourcesHave("bactrian.source.default.guard=off");
        targetsHave("bactrian.target.default.guard=off");
    }

    @AfterEach
    void give_the_disk_back() {
        if (disk != null) {
            disk.close();
        }
    }

    private void mount(String options) throws IOException {
        disk = Mount.memory(place.resolve("disk"), options);
        target = disk.root();
    }

    private void write(String name, int files, int bytes) {
        sh(source, "mkdir -p d; python3 -c \"" + String.format(SMALL, files, name, bytes) + "\"");
    }

    private long entries(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.count();
        }
    }

    private Running awaitFull(Running sender, Running receiver) {
        receiver.awaitSaying("free some space");
        return sender;
    }

    @Test
    void removals_of_small_files_at_the_source_free_the_disk() throws IOException {
        mount("size=24m");
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        write("f", 9000, 4096);
        awaitFull(sender, receiver);
        for (String some : new String[] {"rm d/f8???", "rm d/f1???"}) {
            sh(source, some);
            await().atMost(Running.PATIENCE).until(() -> {
                try (Stream<Path> there = Files.list(target.resolve("d"))) {
                    return there.allMatch(file -> Files.exists(source.resolve("d").resolve(file.getFileName())));
                }
            });
            assertThat(sender.link().inStep() && sender.link().held().isEmpty()).as("all is there").isFalse();
        }
        sh(source, "rm d/f[2-6]???; echo new >d/f1");
        awaitReferee(source, target);
        await().atMost(Running.PATIENCE).until(() -> sender.awaitInStep().link().held().isEmpty());
        assertThat(receiver.output()).doesNotContain("index", "damaged").doesNotContain("Exception");
    }

    @Test
    void removals_of_large_files_at_the_source_free_the_disk() throws IOException {
        mount("size=64m");
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        write("large", 9, 10 << 20);
        awaitFull(sender, receiver);
        write("small", 3000, 4096);
        sh(source, "rm d/large[0-5]");
        awaitReferee(source, target);
        await().atMost(Running.PATIENCE).until(() -> sender.awaitInStep().link().held().isEmpty());
        await().atMost(Running.PATIENCE).until(() -> !Files.exists(target.resolve(".bactrian/staging")));
    }

    @Test
    void removals_at_the_source_free_used_up_inodes() throws IOException {
        mount("size=64m,nr_inodes=2000");
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        write("f", 4000, 100);
        awaitFull(sender, receiver);
        await().atMost(Running.PATIENCE).until(() -> entries(target.resolve("d")) > 1500);
        // What is there is changed, for which a new file is needed for a moment
        String there = Files.list(target.resolve("d")).findFirst().orElseThrow().getFileName().toString();
        sh(source, "echo changed >d/" + there);
        await().atMost(Running.PATIENCE).until(() -> Files.mismatch(source.resolve("d").resolve(there), target.resolve("d").resolve(there)) < 0);
        sh(source, "rm d/f[1-2]???");
        sh(source, "rm d/f3[0-7]??");
        awaitReferee(source, target);
        await().atMost(Running.PATIENCE).until(() -> sender.awaitInStep().link().held().isEmpty());
        assertThat(receiver.output()).doesNotContain("give this user write access").doesNotContain("damaged");
    }

    @Test
    void a_change_that_shrinks_a_file_succeeds_on_a_full_disk() throws IOException {
        mount("size=16m");
        sh(source, "head -c 100000 /dev/urandom >first; head -c 100000 /dev/urandom >second");
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        write("f", 4500, 4096);
        awaitFull(sender, receiver);
        sh(source, "echo short >first; mv second third");
        await().atMost(Running.PATIENCE).until(() -> Files.size(target.resolve("first")) == 6 && Files.exists(target.resolve("third")));
        sh(source, "rm -r d");
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void a_target_that_starts_on_a_full_disk_frees_space() throws IOException {
        mount("size=16m");
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        write("f", 5000, 4096);
        awaitFull(sender, receiver);
        receiver.kill();
        startTarget();
        sh(source, "rm d/f[1-3]???");
        awaitReferee(source, target);
        await().atMost(Running.PATIENCE).until(() -> sender.awaitInStep().link().held().isEmpty());
    }

    @Test
    void the_upload_of_a_file_removed_during_the_transfer_is_discarded() throws IOException {
        Running receiver = startTarget();
        Running sender = startSource("--set", "bactrian.bandwidth=20MiB").awaitInStep();
        sh(source, "head -c 300000000 /dev/urandom >large; echo small >small");
        await().atMost(Running.PATIENCE).until(() -> receiver.status().targets().get(0).staging() > 30_000_000);
        sh(source, "rm large");
        awaitReferee(source, target);
        await().atMost(Running.PATIENCE).until(() -> receiver.status().targets().get(0).staging() == 0);
        sender.awaitInStep();
    }

    private long staging(Running receiver) {
        return receiver.askStatus().map(is -> is.targets().get(0).staging()).orElse(-1L);
    }

    @Test
    void what_arrived_wholly_of_a_file_that_is_removed_before_a_change_could_name_it_goes() throws IOException {
        sh(source, "mkdir d; echo one >d/one");
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        try (Mount readOnly = Mount.of(target.resolve("d"), target.resolve("d"))) {
            readOnly.change("bind,ro");
            sh(source, "head -c 5000000 /dev/urandom >d/large");
            sender.awaitSaying("Read-only file system");
            sender.awaitAnotherTry("d/large");
            await().atMost(Running.PATIENCE).until(() -> staging(receiver) >= 5_000_000);
            assertThat(receiver.status().targets().get(0).space().orElseThrow().all()).isGreaterThan(staging(receiver));
            sh(source, "rm d/large");
            await().atMost(Running.PATIENCE).until(() -> staging(receiver) == 0);
        }
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void an_interrupted_upload_is_discarded_if_the_file_is_removed() throws IOException {
        Running receiver = startTarget();
        Running sender = startSource("--set", "bactrian.bandwidth=20MiB").awaitInStep();
        sh(source, "head -c 300000000 /dev/urandom >large; echo small >small");
        await().atMost(Running.PATIENCE).until(() -> staging(receiver) > 10_000_000);
        receiver.kill();
        sh(source, "rm large");
        Running again = startTarget();
        awaitReferee(source, target);
        await().atMost(Running.PATIENCE).until(() -> staging(again) == 0);
        sender.awaitInStep();
    }

    @Test
    void an_interrupted_upload_of_a_changing_file_is_discarded_when_it_is_resent() throws IOException {
        Running receiver = startTarget();
        sh(source, "head -c 100000000 /dev/urandom >large");
        Running sender;
        try (RandomWriter writer = RandomWriter.begin(source.resolve("large"))) {
            sender = startSource("--set", "bactrian.bandwidth=20MiB", "--set", "bactrian.source.default.unsettled=1s");
            // As one reading finds it, and half of it there
            await().atMost(Running.PATIENCE).until(() -> staging(receiver) > 30_000_000);
            receiver.kill();
            assertThat(hasUnnamed(target.resolve(".bactrian/staging"))).isTrue();
            assertThat(writer.written()).isPositive();
        }
        Running again = startTarget();
        awaitReferee(source, target);
        await().atMost(Running.PATIENCE).until(() -> staging(again) == 0);
        sender.awaitInStep();
    }

    private static boolean hasUnnamed(Path staging) throws IOException {
        try (Stream<Path> files = Files.list(staging)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("key-"));
        }
    }
}
