package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import io.bactrian.change.Change;
import io.bactrian.change.TouchedPath;
import io.bactrian.content.RecursiveDelete;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.LongPaths;
import io.bactrian.tree.Time;
import io.bactrian.tree.TreePath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A path that is longer than the system takes is held back by itself. */
class TooLongTest {
    private static final int LEVELS = 20;

    @TempDir
    Path dir;

    private Source source;
    private List<String> paths;
    private String held;

    @BeforeEach
    void make() throws IOException {
        source = new Source(dir).write("other", "x").directory("some").write("some/a", "a");
        paths = LongPaths.make(dir.resolve("t"), LEVELS, 250);
        held = paths.stream().filter(path -> TreePath.isTooLong(dir.resolve(path))).findFirst().orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        source.close();
        RecursiveDelete.of(dir);
    }

    @Test
    void holds_back_only_that_path_also_in_a_retry() {
        source.compare();
        assertThat(source.troubles).containsOnlyKeys(held);
        assertThat(source.troubles.get(held)).contains("limit of 4095 bytes", "shorten it");

        source.write("new", "n").remove("other");
        source.compare(new TouchedPath("new", TouchedPath.Scope.ENTRY), new TouchedPath("other", TouchedPath.Scope.ENTRY), new TouchedPath(held, TouchedPath.Scope.TREE),
                new TouchedPath(TreePath.parent(held), TouchedPath.Scope.CHILDREN));
        assertThat(source.told()).contains("file new", "remove other");
        assertThat(source.troubles).containsOnlyKeys(held);
    }

    /** As long as it may be on the wire, and too long with the source's own path before it. */
    private String longer() {
        return "t".repeat(1 + TreePath.MAX_PATH - source.held().keySet().stream().mapToInt(String::length).max().orElseThrow());
    }

    @Test
    void keeps_what_a_rename_above_makes_too_long_until_it_is_renamed_back() {
        source.compare();
        String longer = longer();
        int before = source.held().size();
        source.rename("t", longer).compare();
        assertThat(source.told()).contains("move t " + longer).noneMatch(told -> told.startsWith("remove"));
        assertThat(source.held()).hasSize(before);
        assertThat(source.troubles).isNotEmpty().doesNotContainKey(held);

        source.rename(longer, "t").compare();
        assertThat(source.told()).contains("move " + longer + " t").noneMatch(told -> told.startsWith("remove"));
        assertThat(source.held()).hasSize(before);
        assertThat(source.troubles).containsOnlyKeys(held);
    }

    @Test
    void a_directory_does_not_move_to_where_paths_below_it_could_not_be_sent() {
        source.compare();
        String longer = longer() + "t";
        source.rename("t", longer).compare();
        assertThat(source.told()).doesNotContain("move t " + longer).contains("dir " + longer, "remove t");
        assertThat(source.held().keySet()).allMatch(path -> TreePath.fits(path, TreePath.MAX_PATH));
    }

    @Test
    void replicates_everything_else_in_any_order() {
        source.compare();
        List<TouchedPath> all = Stream.concat(paths.stream(), Stream.of("some/b", "some/a")).map(path -> new TouchedPath(path, TouchedPath.Scope.TREE)).toList();
        source.remove("some/a").write("some/b", "b").compare(all.toArray(TouchedPath[]::new));
        assertThat(source.told()).contains("file some/b", "remove some/a").doesNotContain("remove " + TreePath.parent(held));
    }

    @Test
    void removes_a_longer_path_that_only_the_target_has() {
        source.compare();
        String there = String.join("/", Collections.nCopies(40, "x".repeat(200)));
        for (String path = there; !path.isEmpty(); path = TreePath.parent(path)) {
            source.view.put(IndexEntry.unseen(new Entry.Directory("some/" + path, 0755, Time.ofNanos(0))));
        }
        source.compare(TouchedPath.EVERYTHING);
        assertThat(source.told()).contains("remove some/" + "x".repeat(200));
        assertThat(new Change.Remove("some/" + there).path()).hasSizeGreaterThan(8000);
    }
}
