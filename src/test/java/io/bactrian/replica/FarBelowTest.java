package io.bactrian.replica;

import static io.bactrian.replica.Workbench.dir;
import static io.bactrian.replica.Workbench.file;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.bactrian.change.Change;
import io.bactrian.content.RecursiveDelete;
import io.bactrian.replica.scrub.Discrepancy;
import io.bactrian.replica.scrub.Scrub;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.TreePath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Valid paths work even if the replica's own path makes them longer than the system's limit. */
class FarBelowTest {
    private static final int LEVELS = 15;

    @TempDir
    Path place;

    private Workbench bench;
    private final List<String> paths = new ArrayList<>();

    @BeforeEach
    void a_replica_whose_own_path_is_long() throws Exception {
        bench = new Workbench(Files.createDirectories(place.resolve("r".repeat(250)).resolve("r".repeat(250))));
        List<Change> changes = new ArrayList<>(List.of(dir("")));
        String path = "";
        for (int level = 0; level < LEVELS; level++) {
            path = TreePath.child(path, "d".repeat(250));
            paths.add(path);
            changes.add(dir(path));
            changes.add(file(path + "/f", "content " + level));
        }
        assertThat(TreePath.isTooLong(bench.root.resolve(path))).isTrue();
        bench.apply(changes.toArray(Change[]::new));
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
        RecursiveDelete.of(bench.root);
    }

    @Test
    void is_created_and_found_by_a_scan() throws Exception {
        assertThat(bench.replica.scan()).isEmpty();
        assertThat(bench.index.count()).isEqualTo(1 + 2 * LEVELS);
    }

    @Test
    void a_scrub_finds_what_is_damaged_there() throws Exception {
        String file = paths.get(LEVELS - 1) + "/f";
        try (DirectoryHandle directory = DirectoryHandle.below(bench.root, TreePath.parent(file))) {
            Files.writeString(directory.at("f"), "damaged");
        }
        List<String> found = new ArrayList<>();
        new Scrub(bench.replica, false, 0, new Scrub.Report() {
            @Override
            public void read(long bytes) {
                // Not counted.
            }

            @Override
            public void found(Discrepancy finding) {
                found.add(finding.path());
            }
        }, () -> false).run();
        assertThat(found).contains(file);
    }

    @Test
    void it_is_removed() throws Exception {
        bench.apply(new Change.Remove(paths.get(LEVELS - 1)), new Change.Remove(paths.get(0)));
        assertThat(bench.index.count()).isEqualTo(1);
        assertThat(Files.exists(bench.root.resolve(paths.get(0)))).isFalse();
    }
}
