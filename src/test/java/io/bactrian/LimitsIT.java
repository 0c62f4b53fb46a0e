package io.bactrian;

import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** A source that meets the limits of its target: what is within them arrives, and what is beyond them is said. */
class LimitsIT extends TwoEnds {
    private static void awaitHeld(Running sender, String path, String... words) {
        await("held: " + path).atMost(Running.PATIENCE).untilAsserted(() -> assertThat(sender.link().held())
                .anySatisfy(trouble -> {
                    assertThat(trouble.path()).isEqualTo(path);
                    assertThat(trouble.what()).contains(words);
                }));
        sender.awaitSaying(path + ": ");
        Stream.of(words).forEach(sender::awaitSaying);
    }

    @Test
    void connections_that_the_target_has_cut_are_no_trouble() {
        Running receiver = startTarget("--set", "bactrian.http.idle=300ms");
        sh(source, "echo first >first");
        // What is left to say is a warning.
        Running sender = startSource("--quiet").awaitInStep();
        for (int i = 0; i < 5; i++) {
            await("all connections are cut").atMost(Running.PATIENCE).until(() -> connections(receiver) == 0);
            sh(source, "mkdir d" + i + "; echo " + i + " >d" + i + "/small; head -c 400000 /dev/urandom >d" + i + "/large");
            awaitReferee(source, target);
        }
        sender.awaitInStep();
        assertThat(sender.link().errors().values()).as("errors").containsOnly(0L);
        assertThat(sender.output()).isEmpty();
    }

    private static double connections(Running receiver) throws IOException {
        return new Exposition(new String(receiver.management("/metrics").toURL().openStream().readAllBytes(),
                StandardCharsets.UTF_8)).value("bactrian_target_connections");
    }

    @Test
    void a_file_larger_than_the_targets_limit_does_not_delay_others() {
        startTarget("--set", "bactrian.target.default.max-file=1MiB");
        sh(source, "head -c 2000000 /dev/urandom >large; head -c 900000 /dev/urandom >less; echo small >small");
        Running sender = startSource("--set", "bactrian.retry.longest=200ms");
        awaitThere("less");
        awaitHeld(sender, "large", "A file has at most 1048576 bytes here", "bactrian.target.NAME.max-file");
        sh(source, "mkdir d; echo later >d/later; head -c 500000 /dev/urandom >d/less");
        awaitThere("d/later");
        awaitThere("d/less");
        assertThat(target.resolve("large")).doesNotExist();
        sh(source, "head -c 1000000 /dev/urandom >large");
        awaitReferee(source, target);
        await().atMost(Running.PATIENCE).until(() -> sender.awaitInStep().link().held().isEmpty());
    }

    @Test
    void a_file_that_does_not_fit_into_staging_does_not_delay_others() {
        startTarget("--set", "bactrian.target.default.max-staging=1MiB");
        sh(source, "head -c 2000000 /dev/urandom >large; head -c 900000 /dev/urandom >less; echo small >small");
        Running sender = startSource("--set", "bactrian.retry.longest=200ms");
        awaitThere("small");
        awaitThere("less");
        awaitHeld(sender, "large", "No space for now", "bactrian.target.NAME.max-staging and max-uploads");
        sh(source, "mkdir d; echo later >d/later; head -c 500000 /dev/urandom >d/less");
        awaitThere("d/later");
        awaitThere("d/less");
        sh(source, "rm large");
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void more_large_files_than_the_targets_limit_arrive_one_after_another() {
        startTarget("--set", "bactrian.target.default.max-uploads=1");
        sh(source, "for i in $(seq 12); do head -c 700000 /dev/urandom >large$i; done; echo small >small");
        Running sender = startSource("--set", "bactrian.retry.longest=200ms");
        awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void batches_beyond_the_targets_limit_name_the_properties_to_change() {
        startTarget("--set", "bactrian.http.max-entries=100");
        sh(source, "for i in $(seq 300); do echo $i >$i; done");
        Running sender = startSource("--set", "bactrian.batch.entries=1000").awaitSaying("The batch exceeds the limit of 100 changes")
                .awaitSaying("bactrian.batch.entries").awaitSaying("bactrian.http.max-entries");
        assertThat(sender.link().inStep()).isFalse();
        await("unhealthy").atMost(Running.PATIENCE).untilAsserted(() -> assertThat(sender.link().unhealthy()).anySatisfy(why ->
                assertThat(why).contains("bactrian.batch.entries", "bactrian.http.max-entries")));
        sender.stop();
        startSource("--set", "bactrian.batch.entries=100").awaitInStep();
        awaitReferee(source, target);
    }
}
