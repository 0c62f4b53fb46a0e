package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run with {@code --once}, as a timer starts it, ends; and what it did not do it says. */
class OnceIT extends TwoEnds {
    @Test
    void a_name_that_cannot_be_sent_fails_the_run_and_stays_in_the_status() {
        sh(source, "mkdir d old; echo x >f; echo y >\"$(printf 'd/lat\\351n')\"; echo z >\"$(printf 'old/\\377')\"");
        Running once = processes.start("mirror", source, target, "--once", "--exclude", "old/%FF");
        assertThat(once.awaitExit()).as(once.output()).isEqualTo(3);
        assertThat(once.output()).contains("not in step: 1 path: d/lat%E9n (the name is not valid UTF-8")
                .doesNotContain("old/%FF");
        sh(source, "mv d/lat* d/latin; rm -r old");
        Running mirror = processes.start("mirror", source, target).awaitInStep();
        sh(source, "echo y >\"$(printf 'd/lat\\351n')\"");
        await("said").atMost(Running.PATIENCE).until(() -> !mirror.link().held().isEmpty());
        mirror.awaitAnotherTry("d/lat%E9n");
        assertThat(mirror.link().inStep()).isFalse();
        sh(source, "rm \"$(printf 'd/lat\\351n')\"");
        mirror.awaitInStep();
        Tools.awaitReferee(source, target);
    }

    @Test
    void gives_up_after_a_while_if_the_target_does_not_answer() {
        Running once = startSource("--once", "--wait", "2s");
        assertThat(once.awaitExit()).as(once.output()).isEqualTo(3);
        assertThat(once.output()).contains("gave up after 2s (--wait)").contains(url(port)).contains("is the target running there?");
    }

    @Test
    void a_run_with_once_sends_files_that_change_continuously_and_ends() throws Exception {
        sh(source, "mkdir d; echo x >d/quiet; head -c 1048576 /dev/urandom >large.log; echo begin >small.log");
        Process writer = new ProcessBuilder("sh", "-c", "while :; do echo line >>small.log; echo line >>large.log; done")
                .directory(source.toFile()).start();
        try {
            Running once = processes.start("mirror", source, target, "--once", "--set", "bactrian.source.default.unsettled=500ms");
            assertThat(once.awaitExit()).as(once.output()).isZero();
            assertThat(once.output()).contains("large.log: keeps changing");
            assertThat(target.resolve("d/quiet")).hasContent("x");
            for (String log : List.of("small.log", "large.log")) {
                byte[] is = Files.readAllBytes(target.resolve(log));
                assertThat(Arrays.mismatch(is, Files.readAllBytes(source.resolve(log)))).as("%s is what it was", log)
                        .isIn(-1, is.length);
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        Running again = processes.start("mirror", source, target, "--once");
        assertThat(again.awaitExit()).as(again.output()).isZero();
        Tools.awaitReferee(source, target);
    }

    @Test
    void what_goes_or_changes_its_kind_while_it_is_read_is_no_trouble() throws Exception {
        sh(source, "for d in $(seq 100); do mkdir -p d$d/e; echo x >d$d/e/f; head -c 200000 /dev/urandom >d$d/big; done; echo q >q");
        Running mirror = processes.start("mirror", source, target);
        awaitThere("d1");
        sh(source, "for d in $(seq 100 -1 60); do rm -r d$d; done; i=0; while [ $i -lt 300 ]; do i=$((i+1));"
                + " mkdir -p x/y; echo a >x/y/z; rm -r x; echo file >x; rm x; ln -s q x; rm x; done");
        Tools.awaitReferee(source, target);
        mirror.awaitInStep();
        assertThat(mirror.output()).doesNotContain("cannot be read", "cannot be listed", "another directory");
    }
}
