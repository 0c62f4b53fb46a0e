package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import io.bactrian.hostile.RunningTarget.Answer;
import io.bactrian.TreeAssert;
import io.bactrian.TreeSnapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sender that tries to empty a replica can remove at most half of it, by any method. */
@Timeout(600)
class MassRemovalTest {
    @TempDir
    Path base;
    private Path replica;
    private RunningTarget target;

    @BeforeEach
    void a_target_of_400_entries() throws Exception {
        replica = Files.createDirectory(base.resolve("replica"));
        for (String directory : List.of("a", "b", "c", "d")) {
            Files.createDirectory(replica.resolve(directory));
            for (int i = 0; i < 99; i++) {
                Files.writeString(replica.resolve(directory + "/" + i), directory + i);
            }
        }
        target = new RunningTarget(replica);
    }

    @AfterEach
    void at_least_half_is_left() throws Exception {
        target.close();
        try (var left = Files.walk(replica)) {
            assertThat(left.filter(path -> !path.startsWith(replica.resolve(".bactrian"))).count() - 1).isGreaterThanOrEqualTo(200);
        }
    }

    private static String remove(String path) {
        return "{\"op\":\"remove\",\"path\":\"" + path + "\"}";
    }

    private static String move(String from, String to) {
        return "{\"op\":\"move\",\"from\":\"" + from + "\",\"path\":\"" + to + "\"}";
    }

    private void assertTripped(Answer answer) throws Exception {
        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(answer.text()).doesNotContain(base.toString(), "Exception", "java.", "\tat ");
        assertThat(answer.json().get("type").asText()).isEqualTo("urn:bactrian:problem:guard-tripped");
        assertThat(answer.json().get("detail").asText()).contains("would remove", "allow-removals");
    }

    @Test
    void a_batch_that_removes_everything_changes_nothing() throws Exception {
        TreeSnapshot before = TreeSnapshot.of(replica);

        assertTripped(target.batch(RunningTarget.file("new", "n"), remove("a"), remove("b"), remove("c"), remove("d")));

        TreeAssert.assertThatTree(replica).equalsTree(before);
        assertTripped(target.batch(RunningTarget.file("new", "n")));
        assertThat(target.call("GET", "default/files/a/1", "").text()).isEqualTo("a1");
    }

    @Test
    void removals_of_many_batches_and_leases_add_up() throws Exception {
        for (int i = 0; i < 99; i++) {
            assertThat(target.batch(remove("a/" + i), remove("b/" + i)).status()).isEqualTo(200);
        }
        target.call("DELETE", "default/session", "", "Bactrian-Lease", target.lease());
        assertThat(target.batch(remove("a"), remove("b")).status()).isEqualTo(200);

        assertTripped(target.batch(remove("c/1")));
    }

    @Test
    void entries_gathered_in_one_directory_are_not_removed_with_it() throws Exception {
        Answer answer = target.batch("{\"op\":\"dir\",\"path\":\"x\",\"mode\":493,\"modified\":1}",
                move("a", "x/a"), move("b", "x/b"), move("c", "x/c"), move("d", "x/d"), remove("x"));

        assertThat(answer.json().get("failures").get(0).get("detail").asText()).contains("guard tripped");
        assertTripped(target.batch(remove("x")));
    }

    @Test
    void moves_onto_one_name_and_files_in_place_of_directories_are_removals() throws Exception {
        for (int i = 1; i < 99; i++) {
            assertThat(target.batch(move("a/" + i, "a/0"), move("b/" + i, "b/0")).status()).isEqualTo(200);
        }

        Answer answer = target.batch(RunningTarget.file("c", "no directory"));

        assertThat(answer.json().get("failures").get(0).get("detail").asText()).contains("guard tripped");
        assertTripped(target.batch(move("d/1", "d/2")));
    }

    @Test
    void new_entries_do_not_offset_removed_ones() throws Exception {
        for (int i = 0; i < 99; i++) {
            assertThat(target.batch(remove("a/" + i), remove("b/" + i), RunningTarget.file("junk" + i, "j"),
                    RunningTarget.file("junk-" + i, "j")).status()).isEqualTo(200);
        }
        assertThat(target.batch(remove("a"), remove("b")).status()).isEqualTo(200);

        assertTripped(target.batch(IntStream.range(0, 50).mapToObj(i -> remove("c/" + i)).toArray(String[]::new)));
    }
}
