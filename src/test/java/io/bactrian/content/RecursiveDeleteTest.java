package io.bactrian.content;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.Disk;
import io.bactrian.Swap;
import io.bactrian.Tools;
import io.bactrian.TreeSnapshot;
import io.bactrian.tree.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(600)
class RecursiveDeleteTest {
    private static final int ROUNDS = 1000;

    @TempDir
    Path base;

    @Test
    void removes_a_tree_and_nothing_that_its_links_point_to() throws IOException {
        Path outside = Files.writeString(Files.createDirectory(base.resolve("outside")).resolve("f"), "secret");
        Path deep = Files.createDirectories(base.resolve("tree" + "/d".repeat(200)));
        Files.writeString(deep.resolve("f"), "x");
        Files.createSymbolicLink(deep.resolve("link"), outside.getParent());
        Files.createDirectory(base.resolve("tree/empty"));
        Tools.sh(base, "mkdir tree/$'\\xff' && echo x > tree/$'\\xff'/$'\\xfe' && mkfifo tree/d/fifo && chmod 0 tree/d/d");

        RecursiveDelete.of(base.resolve("tree"));

        assertThat(base.resolve("tree")).doesNotExist();
        assertThat(outside).hasContent("secret");
    }

    @Test
    void removes_a_single_file_or_link_and_accepts_that_nothing_is_there() throws IOException {
        Path file = Files.writeString(base.resolve("f"), "x");
        Path link = Files.createSymbolicLink(base.resolve("link"), Files.createDirectory(base.resolve("d")));

        RecursiveDelete.of(link);
        RecursiveDelete.of(file);
        RecursiveDelete.of(file);

        assertThat(base).isDirectoryContaining("glob:**/d").isDirectoryNotContaining("glob:**/{f,link}");
    }

    @Test
    void removes_what_it_can_and_reports_what_it_cannot() throws IOException {
        Path parent = Files.createDirectories(base.resolve("tree" + "/d".repeat(40)));
        try (Disk disk = new Disk(parent.resolve("mount"))) {
            assumeThat(disk.isMounted()).as("mounting a file system needs root").isTrue();
            Files.writeString(disk.root().resolve("inside"), "x");
            Path beside = Files.createDirectories(parent.resolve("beside/deep"));
            Path above = Files.writeString(base.resolve("tree/above"), "x");
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("---r-x---"));

            // A directory cannot be removed while another file system is mounted there.
            assertThatThrownBy(() -> RecursiveDelete.of(base.resolve("tree"))).isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("busy");

            assertThat(disk.root()).isEmptyDirectory();
            assertThat(beside.getParent()).doesNotExist();
            assertThat(above).doesNotExist();
            assertThat(Stat.of(parent).orElseThrow().mode()).as("without which its owner could not empty it").isEqualTo(0750);
        }
        RecursiveDelete.of(base.resolve("tree"));
        assertThat(base.resolve("tree")).doesNotExist();
    }

    @Test
    void does_not_follow_a_link_that_concurrently_replaced_a_directory() throws Exception {
        Path outside = Files.createDirectories(base.resolve("outside/d"));
        for (int i = 0; i < 20; i++) {
            Files.writeString(outside.resolve("f" + i), "secret");
        }
        TreeSnapshot before = TreeSnapshot.of(outside);
        Path tree = base.resolve("tree");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong swaps = new AtomicLong();
        CompletableFuture<Void> stranger = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                swaps.addAndGet(swap(tree.resolve("d"), base.resolve("aside"), outside) ? 1 : 0);
            }
        });
        try {
            for (int round = 0; round < ROUNDS || swaps.get() < ROUNDS; round++) {
                Files.createDirectories(tree);
                for (int i = 0; i < 3; i++) {
                    makeDirectory(tree, i);
                }
                try {
                    RecursiveDelete.of(tree);
                } catch (IOException e) {
                    // It is left for the next attempt.
                }
            }
        } finally {
            stop.set(true);
            stranger.join();
        }

        assertThatTree(outside).equalsTree(before);
        RecursiveDelete.of(tree);
        assertThat(tree).doesNotExist();
    }

    /** With its content, because nothing may be written through the foreign link. */
    private void makeDirectory(Path tree, int i) throws IOException {
        Path made = base.resolve("made" + i);
        if (!Files.exists(made)) {
            Files.writeString(Files.createDirectory(made).resolve("f" + i), "x");
        }
        try {
            Files.move(made, tree.resolve(i == 0 ? "d" : "e" + i), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // The foreign link, or a remainder of the last round, exists.
        }
    }

    /** Swaps link and directory, and recreates the link if it was removed. */
    private static boolean swap(Path place, Path aside, Path outside) {
        try {
            if (!Files.isSymbolicLink(aside) && !Files.isSymbolicLink(place)) {
                if (Files.exists(aside)) {
                    Files.deleteIfExists(aside.resolve("f0"));
                    Files.delete(aside);
                }
                Files.createSymbolicLink(aside, outside);
            }
        } catch (IOException e) {
            return false;
        }
        return Swap.of(place, aside);
    }
}
