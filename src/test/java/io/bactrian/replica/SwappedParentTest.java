package io.bactrian.replica;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.TreeSnapshot;
import io.bactrian.change.Change;
import io.bactrian.content.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody on the target's machine who may write to the replica puts links in the place of its directories, while a
 * sender changes what is below them. Outside lies what would be hit: the same names.
 */
@Timeout(240)
class SwappedParentTest {
    private static final int ROUNDS = 600;
    private static final long TIME = 1_600_000_000_000_000_000L;

    @TempDir
    Path base;
    private Workbench bench;
    private Path outside;
    private Path shared;
    private Path aside;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(Files.createDirectories(base.resolve("bench")), false, true);
        shared = bench.root.resolve("shared");
        aside = base.resolve("aside");
        outside = base.resolve("outside");
        for (String directory : new String[] {"", "d", "d/e", "gone", "gone/deep"}) {
            Files.createDirectories(outside.resolve(directory));
            Files.writeString(outside.resolve(directory).resolve("f"), "secret");
            Files.createSymbolicLink(outside.resolve(directory).resolve("l"), Path.of("f"));
        }
    }

    @Test
    void nothing_outside_is_touched_by_a_batch() throws Exception {
        Files.createDirectory(shared);
        bench.replica.scan();
        TreeSnapshot before = TreeSnapshot.of(outside);

        long swaps = whileSwapping(round -> {
            try (Batch batch = bench.replica.begin()) {
                for (Change change : changes(round)) {
                    apply(batch, change);
                }
            }
        });

        assertThat(swaps).isGreaterThan(ROUNDS);
        assertThatTree(outside).equalsTree(before);
    }

    @Test
    void nothing_outside_is_read_by_a_scan() throws Exception {
        Files.createDirectory(shared);
        Files.writeString(shared.resolve("f"), "public");
        Files.createDirectory(shared.resolve("d"));
        TreeSnapshot before = TreeSnapshot.of(outside);

        whileSwapping(round -> {
            bench.replica.scan();
            assertThat(bench.index.byDigest(Digest.of("secret".getBytes(StandardCharsets.UTF_8)), 6)).isEmpty();
            bench.index.remove("shared");
            bench.index.commit();
        });

        assertThatTree(outside).equalsTree(before);
    }

    private static List<Change> changes(int round) {
        byte[] content = ("round " + round).getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(content);
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.MakeDirectory("shared", 0755, TIME));
        for (String directory : new String[] {"shared", "shared/d", "shared/d/e", "shared/gone"}) {
            changes.add(new Change.MakeDirectory(directory, 0700 + round % 64, TIME + round));
            changes.add(new Change.WriteFile(directory + "/f", 0600 + round % 64, TIME + round, content.length,
                    digest, Optional.of(content)));
            changes.add(new Change.WriteFile(directory + "/f", 0644, TIME, content.length, digest,
                    Optional.of(content)));
            changes.add(new Change.MakeLink(directory + "/l", TIME + round, "to-" + round));
        }
        changes.add(new Change.Move("shared/d/f", "shared/g"));
        changes.add(new Change.Remove("shared/gone"));
        changes.add(new Change.Remove("shared/d/e/f"));
        changes.add(new Change.Remove("shared/g"));
        return changes;
    }

    private static void apply(Batch batch, Change change) {
        try {
            Workbench.apply(batch, change);
        } catch (ChangeFailed e) {
            // Where a link is at that moment, nothing can be done.
        }
    }

    private interface Round {
        void run(int round) throws Exception;
    }

    private long whileSwapping(Round body) throws Exception {
        AtomicLong swaps = new AtomicLong();
        boolean[] stop = new boolean[1];
        CompletableFuture<Void> stranger = CompletableFuture.runAsync(() -> {
            while (!stop[0]) {
                swap(shared, aside);
                swap(shared.resolve("d"), base.resolve("aside-d"));
                swaps.incrementAndGet();
            }
        });
        try {
            for (int round = 0; round < ROUNDS || swaps.get() <= ROUNDS; round++) {
                try {
                    body.run(round);
                } catch (ChangeFailed | IOException e) {
                    // The replica's problem, as long as it is not others'.
                }
            }
        } finally {
            stop[0] = true;
            stranger.join();
        }
        return swaps.get();
    }

    /** For a moment the place leads outside; then what was there comes back. */
    private void swap(Path place, Path kept) {
        try {
            Files.move(place, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            return;
        }
        try {
            Files.createSymbolicLink(place, outside.resolve(bench.root.resolve("shared").relativize(place)));
            Thread.onSpinWait();
            Files.delete(place);
        } catch (IOException e) {
            // Somebody else was faster.
        }
        try {
            Files.move(kept, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            try {
                io.bactrian.content.Removal.of(kept);
            } catch (IOException ignored) {
                // It is tried again in the next round.
            }
        }
    }
}
