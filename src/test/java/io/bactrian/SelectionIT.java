package io.bactrian;

import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left out is neither sent nor deleted, wherever it is. */
class SelectionIT extends TwoEnds {
    @BeforeEach
    void an_empty_target() throws IOException {
        Files.createDirectory(target);
    }

    @Test
    void what_is_excluded_is_neither_sent_nor_deleted() {
        sh(source, "mkdir -p cache d/cache; echo 1 >cache/1; echo 2 >d/cache/2; echo 3 >d/3; echo t >d/x.tmp; echo k >k");
        sh(target, "mkdir -p cache d/cache old/cache; echo mine >cache/mine; echo mine >d/cache/mine; echo mine >d/mine.tmp; "
                + "echo gone >d/gone; echo mine >old/cache/mine; echo gone >old/gone");
        Running mirror = processes.start("mirror", source, target, "--exclude", "**/cache/**,**/*.tmp");
        awaitPaths("cache", "cache/mine", "d", "d/3", "d/cache", "d/cache/mine", "d/mine.tmp", "k", "old", "old/cache",
                "old/cache/mine");
        mirror.awaitInStep();
        sh(source, "rm -r d; echo more >k; echo x >y.tmp");
        awaitPaths("cache", "cache/mine", "d", "d/cache", "d/cache/mine", "d/mine.tmp", "k", "old", "old/cache",
                "old/cache/mine");
        mirror.awaitInStep();
        await().atMost(Running.PATIENCE).until(() -> Files.readString(target.resolve("k")).equals("more\n"));
        assertThat(target.resolve("cache/mine")).hasContent("mine");
        mirror.stop();
        // With nothing left out any more, all that was protected goes.
        sh(source, "touch -d 2020-01-01 k");
        processes.start("mirror", source, target);
        awaitReferee(source, target);
    }

    @Test
    void only_what_is_included_is_sent() {
        sh(source, "mkdir -p a/b c; echo 1 >a/b/1.jpg; echo 2 >a/2.txt; echo 3 >3.jpg; echo 4 >c/4.txt");
        sh(target, "mkdir -p a; echo mine >a/mine.txt; echo gone >a/gone.jpg");
        Running mirror = processes.start("mirror", source, target, "--include", "**/*.jpg");
        await().atMost(Running.PATIENCE).until(() -> Files.exists(target.resolve("a/b/1.jpg"))
                && Files.notExists(target.resolve("a/gone.jpg")));
        mirror.awaitInStep();
        assertThat(TreeSnapshot.of(target).paths()).contains("3.jpg", "a/mine.txt").noneMatch(path -> path.endsWith("2.txt")
                || path.endsWith("4.txt") || path.equals("c"));
        sh(source, "mv a/b/1.jpg c/5.jpg; echo 6 >c/6.txt");
        await().atMost(Running.PATIENCE).until(() -> Files.exists(target.resolve("c/5.jpg"))
                && Files.notExists(target.resolve("a/b")));
        mirror.awaitInStep();
        assertThat(target.resolve("c/6.txt")).doesNotExist();
        assertThat(target.resolve("a/mine.txt")).exists();
        mirror.stop();
        processes.start("mirror", source, target);
        awaitReferee(source, target);
    }

    private void awaitPaths(String... paths) {
        try {
            // While it is looked at, something may go
            await().atMost(Running.PATIENCE).ignoreExceptions().until(() ->
                    TreeSnapshot.of(target).paths().equals(java.util.stream.Stream.of(paths).sorted().toList()));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            // Told by the assertion, which has the names.
        }
        TreeAssert.assertThatTree(target).holdsExactly(paths);
    }
}
