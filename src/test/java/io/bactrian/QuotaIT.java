package io.bactrian;

import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;

import org.junit.jupiter.api.Test;

/** A target whose owner has used up his quota, though there is room on the disk. */
class QuotaIT extends TwoEnds {
    @Test
    void recovers_when_a_used_up_quota_is_raised() throws IOException {
        assumeThat(Subvolume.canBeLimited()).as("a quota needs root, Btrfs in the kernel, and btrfs-progs").isTrue();
        try (Subvolume quota = Subvolume.limited(place, "6M")) {
            target = quota.root();
            sh(source, "echo small >a; mkdir d");
            Running receiver = startTarget();
            Running sender = startSource("--set", "bactrian.retry.longest=500ms").awaitInStep();

            sh(source, "head -c 12000000 /dev/urandom >large");
            sender.awaitSaying("large: The target's storage failed: Disk quota exceeded").awaitSaying("free some space");
            sh(source, "echo other >other; rm a");
            await().atMost(Running.PATIENCE).until(() -> Files.exists(target.resolve("other"))
                    && !Files.exists(target.resolve("a")));
            await("held back").atMost(Running.PATIENCE).untilAsserted(() -> assertThat(sender.link().held()).anySatisfy(held -> {
                assertThat(held.path()).isEqualTo("large");
                assertThat(held.what()).contains("Disk quota exceeded");
            }));

            // Inline ones, too, and more than the index itself has room for
            sh(source, "for i in $(seq 60); do head -c 100000 /dev/urandom >d/$i; done; for i in $(seq 3000); do echo $i >e$i; done");
            receiver.awaitSaying("Disk quota exceeded");
            quota.limit("200M");
            awaitReferee(source, target);
            sender.awaitInStep();
        }
    }

    /** But for the first time, when nobody can know it. */
    @Test
    void does_not_resend_a_file_that_exceeds_the_quota() throws IOException {
        assumeThat(Subvolume.canBeLimited()).as("a quota needs root, Btrfs in the kernel, and btrfs-progs").isTrue();
        try (Subvolume quota = Subvolume.limited(place, "6M")) {
            target = quota.root();
            startTarget();
            try (CountingProxy proxy = new CountingProxy(port)) {
                Running sender = processes.start("source", source, Processes.url(proxy.port())).awaitInStep();
                sh(source, "head -c 12000000 /dev/urandom >large");
                sender.awaitSaying("large: The target's storage failed: Disk quota exceeded");

                long sent = proxy.sent();
                for (int again = 0; again < 3; again++) {
                    sender.awaitAnotherTry("large");
                }
                assertThat(proxy.sent() - sent).as("bytes of three more tries").isLessThan(300_000);

                sh(source, "head -c 2000000 /dev/urandom >fits");
                await().atMost(Running.PATIENCE).until(() -> Files.exists(target.resolve("fits")));
                quota.limit("200M");
                awaitReferee(source, target);
                sender.awaitInStep();
            }
        }
    }

    @Test
    void removals_at_the_source_free_a_used_up_quota() throws IOException {
        assumeThat(Subvolume.canBeLimited()).as("a quota needs root, Btrfs in the kernel, and btrfs-progs").isTrue();
        try (Subvolume quota = Subvolume.limited(place, "24M")) {
            target = quota.root();
            // What is removed here is most of it, and is meant.
            targetsHave("bactrian.target.default.guard=off");
            Running receiver = startTarget();
            Running sender = startSource("--set", "bactrian.retry.longest=500ms", "--set", "bactrian.source.default.guard=off")
                    .awaitInStep();
            sh(source, "mkdir d; for i in $(seq 40); do head -c 1000000 /dev/urandom >d/$i; done; "
                    + "for i in $(seq 200); do head -c 20000 /dev/urandom >d/small$i; done");
            sender.awaitSaying("Disk quota exceeded");
            sh(source, "rm d/[1-3]? d/small1*");
            awaitReferee(source, target);
            await().atMost(Running.PATIENCE).until(() -> sender.awaitInStep().link().held().isEmpty());
            assertThat(receiver.output()).doesNotContain("damaged", "Exception:");
        }
    }
}
