package io.bactrian;

import static io.bactrian.Processes.freePort;
import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may work beside whom: one target a directory, one sender a target, several of each in a process. */
class TogetherIT extends TwoEnds {
    @BeforeEach
    void a_source() {
        sh(source, "mkdir d; echo 1 >d/1; head -c 300000 /dev/zero >large");
    }

    @Test
    void a_second_target_of_a_directory_is_refused_and_told_the_holder() {
        Running first = startTarget();
        Running second = processes.start("target", target, "--port", freePort());
        assertThat(second.awaitExit()).isEqualTo(3);
        assertThat(second.output()).contains("in use by another target", "pid " + first.pid(), "port " + port);
        assertThat(first.isRunning()).isTrue();
    }

    @Test
    void the_second_sender_waits_for_the_lease_and_takes_over() throws IOException {
        Path other = Files.createDirectory(place.resolve("other"));
        sh(other, "echo other >o");
        startTarget("--set", "bactrian.lease=10s");
        Running first = startSource();
        awaitEqual(source, target);
        String state = place.resolve("state").toString();
        Running second = processes.start("source", other, url(port), "--set", "bactrian.retry.longest=500ms");
        second.awaitSaying("holds the lease").awaitSaying(source.toString()).awaitSaying("will retry");
        sh(source, "echo 2 >d/2");
        awaitEqual(source, target);
        first.stop();
        awaitEqual(other, target);
        Running third = startSource("--set", "bactrian.retry.longest=500ms",
                "--set", "bactrian.state=" + state);
        third.awaitSaying("holds the lease").awaitSaying(other.toString());
        second.kill();
        awaitReferee(source, target);
    }

    @Test
    void one_unreachable_target_of_two_does_not_delay_the_other() {
        int absent = freePort();
        Path late = place.resolve("late");
        startTarget();
        Running sender = processes.start("source", source, url(absent), url(port), "--set", "bactrian.retry.longest=1s");
        awaitEqual(source, target);
        sh(source, "echo 2 >d/2; mv d e");
        awaitEqual(source, target);
        await("waiting").atMost(Running.PATIENCE).untilAsserted(() ->
                assertThat(sender.status().sources()).extracting(it -> it.state()).contains("waiting"));
        processes.start("target", late, "--port", absent);
        awaitReferee(source, late);
        sh(source, "echo 3 >e/3");
        awaitReferee(source, late);
        awaitReferee(source, target);
    }

    @Test
    void application_properties_name_several_sources_and_targets_of_one_process() throws IOException {
        Path work = Files.createDirectory(place.resolve("work"));
        Path music = Files.createDirectory(place.resolve("music"));
        sh(music, "echo la >la");
        Files.writeString(work.resolve("application.properties"), """
                bactrian.http.port=%1$d
                bactrian.state=%2$s/state
                bactrian.target.photos.directory=%2$s/photos-copy
                bactrian.target.music.directory=%2$s/music-copy
                bactrian.target.again.directory=%2$s/photos-again
                bactrian.source.photos.directory=%2$s/source
                bactrian.source.photos.targets=http://127.0.0.1:%1$d,http://127.0.0.1:%1$d/again
                bactrian.source.music.directory=%2$s/music
                bactrian.source.music.targets=http://127.0.0.1:%1$d
                """.formatted(port, place));
        Running process = processes.start(work, Map.of());
        awaitEqual(source, place.resolve("photos-copy"));
        sh(source, "echo more >more");
        sh(music, "echo li >li");
        awaitReferee(source, place.resolve("photos-copy"));
        awaitReferee(source, place.resolve("photos-again"));
        awaitReferee(music, place.resolve("music-copy"));
        process.awaitInStep();
        assertThat(process.status().sources()).hasSize(3);
        assertThat(process.status().targets()).extracting(it -> it.name()).containsExactlyInAnyOrder("photos", "music", "again");
        process.stop();
        assertThat(process.output()).doesNotContain("Exception");
    }

    @Test
    void environment_variables_are_enough_and_once_ends_both_ends() {
        Running receiver = processes.start(place, Map.of("BACTRIAN_TARGET_PICTURES_DIRECTORY", target.toString(),
                "BACTRIAN_HTTP_PORT", Integer.toString(port), "BACTRIAN_ONCE", "true"));
        Running sender = processes.start(place, Map.of("BACTRIAN_SOURCE_PICTURES_DIRECTORY", source.toString(),
                "BACTRIAN_SOURCE_PICTURES_TARGETS", url(port), "BACTRIAN_ONCE", "true",
                "BACTRIAN_STATE", place.resolve("state").toString()));
        assertThat(sender.awaitExit()).as(sender.output()).isZero();
        assertThat(receiver.awaitExit()).as(receiver.output()).isZero();
        awaitReferee(source, target);
        assertThat(target.resolve(".bactrian/lock")).doesNotExist();
    }

    @Test
    void a_run_with_once_waits_for_its_target_and_verify_finds_no_difference() {
        Running sender = startSource("--once", "--set", "bactrian.retry.longest=500ms");
        sender.awaitSaying("will retry");
        Running receiver = processes.start("target", target, "--port", port, "--once");
        assertThat(sender.awaitExit()).as(sender.output()).isZero();
        assertThat(receiver.awaitExit()).as(receiver.output()).isZero();
        awaitReferee(source, target);
        startTarget();
        assertThat(processes.start("verify", source, url(port)).awaitExit()).isZero();
        sh(target, "echo x >d/1; rm large; echo extra >extra");
        Running verify = processes.start("verify", source, url(port));
        assertThat(verify.awaitExit()).isEqualTo(1);
        assertThat(verify.output()).contains("other content: d/1", "only here: large", "only on the target: extra");
    }
}
