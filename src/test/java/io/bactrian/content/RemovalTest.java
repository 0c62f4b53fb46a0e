package io.bactrian.content;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.bactrian.TreeSnapshot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RemovalTest {
    @TempDir
    Path base;

    @Test
    void a_link_that_is_put_in_the_place_of_a_directory_meanwhile_is_not_followed() throws Exception {
        Path outside = Files.createDirectories(base.resolve("outside/d"));
        for (int i = 0; i < 20; i++) {
            Files.writeString(outside.resolve("f" + i), "secret");
        }
        TreeSnapshot before = TreeSnapshot.of(outside);
        Path tree = base.resolve("tree");
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> stranger = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                swap(tree.resolve("d"), base.resolve("aside"), outside);
            }
        });
        try {
            for (int round = 0; round < 2000; round++) {
                Files.createDirectories(tree);
                for (int i = 0; i < 3; i++) {
                    makeDirectory(tree, i);
                }
                try {
                    Removal.of(tree);
                } catch (IOException e) {
                    // It stays for the next time.
                }
            }
        } finally {
            stop.set(true);
            stranger.join();
        }

        assertThatTree(outside).equalsTree(before);
        Removal.of(tree);
        assertThat(tree).doesNotExist();
    }

    private static void makeDirectory(Path tree, int i) {
        try {
            Path directory = Files.createDirectory(tree.resolve(i == 0 ? "d" : "e" + i));
            Files.writeString(directory.resolve("f" + i), "x");
        } catch (IOException e) {
            // The stranger's link is there, or what the last round left.
        }
    }

    private static void swap(Path place, Path kept, Path outside) {
        try {
            Files.move(place, kept, StandardCopyOption.ATOMIC_MOVE);
            Files.createSymbolicLink(place, outside);
            Thread.onSpinWait();
            Files.delete(place);
            Files.move(kept, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // What is removed cannot be swapped.
        }
    }
}
