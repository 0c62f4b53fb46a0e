package io.bactrian;

import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.bactrian.content.RecursiveDelete;
import io.bactrian.tree.LongPaths;
import io.bactrian.tree.TreePath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Paths that are longer than the system takes, as unpackers, test suites and caches make them by going from directory to directory. */
class TooLongPathIT extends TwoEnds {
    private static final int LEVELS = 20;

    @AfterEach
    void leave_nothing_long_behind() throws IOException {
        RecursiveDelete.of(source);
        RecursiveDelete.of(place.resolve("r".repeat(200)));
        RecursiveDelete.of(target);
    }

    private String firstHeld(List<String> paths) {
        return paths.stream().filter(path -> TreePath.isTooLong(source.resolve(path))).findFirst().orElseThrow();
    }

    @Test
    void only_the_overlong_path_is_held_back_until_it_is_shorter() throws IOException {
        sh(source, "mkdir d; echo x >d/x; echo gone >d/gone");
        List<String> paths = LongPaths.make(source.resolve("t"), LEVELS, 250);
        Running mirror = processes.start("mirror", source, target).awaitSaying(": compared ");
        String held = firstHeld(paths);
        await("held").atMost(Running.PATIENCE).until(() -> mirror.link().held().stream().anyMatch(is -> is.path().equals(held)
                && is.what().contains("shorten it")));
        awaitThere(TreePath.parent(held) + "/f");
        mirror.awaitAnotherTry(held);
        await("held back").atMost(Running.PATIENCE).until(() -> mirror.link().state().equals("held back"));

        sh(source, "rm d/gone; echo y >d/y");
        awaitThere("d/y");
        await("removed").atMost(Running.PATIENCE).until(() -> !Files.exists(target.resolve("d/gone")));
        assertThat(mirror.link().lastError()).isEmpty();

        Files.move(source.resolve(paths.get(6)), source.resolve("part"));
        mirror.awaitInStep();
        Files.writeString(source.resolve("part").resolve(Path.of(paths.get(19)).subpath(7, 20)).resolve("late"), "it is watched");
        Tools.awaitReferee(source, target);

        Files.move(source.resolve("part"), source.resolve(paths.get(5)).resolve("p".repeat(250)));
        await("held").atMost(Running.PATIENCE).until(() -> !mirror.link().held().isEmpty());
        RecursiveDelete.of(source.resolve("t"));
        mirror.awaitInStep();
        Tools.awaitReferee(source, target);
    }

    @Test
    void a_run_with_once_reports_it_and_removes_one_that_only_the_target_has() throws IOException {
        sh(source, "mkdir d; echo x >d/x");
        List<String> paths = LongPaths.make(source.resolve("t"), LEVELS, 250);
        Path far = Files.createDirectories(place.resolve("r".repeat(200)).resolve("r".repeat(200))).resolve("target");
        Files.createDirectories(far.resolve("d"));
        LongPaths.make(far.resolve("d/extra"), 2 * LEVELS, 250);
        Running once = processes.start("mirror", source, far, "--once", "--set", "bactrian.source.default.guard=off");
        assertThat(once.awaitExit()).as(once.output()).isEqualTo(3);
        assertThat(once.output()).contains("not in step: 1 path: t/").contains("shorten it");
        assertThat(far.resolve("d/x")).exists();
        assertThat(far.resolve("d/extra")).doesNotExist();

        RecursiveDelete.of(source.resolve(firstHeld(paths)).getParent());
        Running again = processes.start("mirror", source, far, "--once");
        assertThat(again.awaitExit()).as(again.output()).isZero();
        RecursiveDelete.of(source.resolve("t"));
        RecursiveDelete.of(far.resolve("d/x"));
    }
}
