package io.bactrian.hostile;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

import io.bactrian.TreeSnapshot;
import io.bactrian.hostile.RunningTarget.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Base of tests with a hostile client: afterwards the replica and its surroundings are unchanged, and the target still works. */
@Timeout(600)
abstract class HostileTest {
    private static final FileTime THEN = FileTime.fromMillis(1_600_000_000_000L);

    @TempDir
    static Path base;
    static Path replica;
    static Path outside;
    static RunningTarget target;
    private static TreeSnapshot replicaBefore;
    private static TreeSnapshot outsideBefore;

    /** Properties of the target, such as {@code bactrian.http.idle=1s}. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface With {
        String[] value();
    }

    @BeforeAll
    static void aTargetWithSomethingToLose(TestInfo test) throws Exception {
        replica = Files.createDirectory(base.resolve("replica"));
        outside = Files.createDirectory(base.resolve("outside"));
        Files.createDirectories(replica.resolve("kept/deep"));
        Files.writeString(replica.resolve("kept/file"), "hello");
        Files.writeString(replica.resolve("kept/deep/other"), "other");
        Files.createSymbolicLink(replica.resolve("kept/door"), outside);
        Files.writeString(outside.resolve("secret"), "secret");
        Files.setLastModifiedTime(replica.resolve("kept/file"), THEN);
        for (String directory : new String[] {"kept/deep", "kept", ""}) {
            Files.setLastModifiedTime(replica.resolve(directory), THEN);
        }
        replicaBefore = TreeSnapshot.of(replica);
        outsideBefore = TreeSnapshot.of(outside);
        With with = test.getTestClass().orElseThrow().getAnnotation(With.class);
        target = new RunningTarget(replica, with == null ? new String[0] : with.value());
    }

    @AfterAll
    static void stop() {
        target.close();
    }

    @AfterEach
    void nothing_is_lost_or_written_outside_and_the_target_still_works() throws Exception {
        assertThatTree(replica).equalsTree(replicaBefore);
        assertThatTree(outside).equalsTree(outsideBefore);
        assertThat(base).isDirectoryNotContaining(path -> !path.equals(replica) && !path.equals(outside));
        assertThat(target.call("GET", "default/files/kept/file", "").text()).isEqualTo("hello");
        Answer same = target.batch(RunningTarget.file("kept/file", "hello"));
        assertThat(same.status()).as(same.text()).isEqualTo(200);
        assertThat(same.json().get("same").asInt()).isEqualTo(1);
    }

    /** Restores the directories that a test used: empties them and resets their time. */
    static void restore(String... paths) throws Exception {
        for (String path : paths) {
            assertThat(target.batch("{\"op\":\"remove\",\"path\":\"" + path + "\"}").status()).isEqualTo(200);
        }
        for (String directory : new String[] {"kept", ""}) {
            int mode = replicaBefore.nodes().get(directory).mode();
            assertThat(target.batch("{\"op\":\"dir\",\"path\":\"%s\",\"mode\":%d,\"modified\":1600000000000000000}"
                    .formatted(directory, mode)).status()).isEqualTo(200);
        }
    }

    /** A problem that is understandable but reveals nothing to an attacker. */
    static void assertProblem(Answer answer, int status) throws Exception {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(answer.json().get("status").asInt()).isEqualTo(status);
        assertThat(answer.json().get("detail").asText()).isNotBlank();
        assertTellsNothing(answer);
    }

    static void assertTellsNothing(Answer answer) {
        assertThat(answer.text()).doesNotContain(base.toString(), "/tmp", "\tat ", "Exception", "java.", "io.bactrian",
                "com.fasterxml", "org.apache", "Feature");
    }
}
