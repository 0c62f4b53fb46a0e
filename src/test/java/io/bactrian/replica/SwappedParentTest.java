package io.bactrian.replica;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.Swap;
import io.bactrian.TreeSnapshot;
import io.bactrian.change.Change;
import io.bactrian.content.RecursiveDelete;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A local user with write access to the replica replaces its directories by links while a sender changes files below
 * them. The link's target contains the same names.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class SwappedParentTest {
    private static final int ROUNDS = 600;
    private static final Digest PUBLIC = Digest.of("public".getBytes(StandardCharsets.UTF_8));
    private static final long TIME = 1_600_000_000_000_000_000L;

    @TempDir
    Path base;
    private Workbench bench;
    private Path outside;
    private Path shared;
    private int done;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(Files.createDirectories(base.resolve("bench")), false, true);
        shared = bench.root.resolve("shared");
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
        assertThat(done).as("changes that were made all the same").isPositive();
        assertThatTree(outside).equalsTree(before);
    }

    @Test
    void nothing_outside_is_read_by_a_scan() throws Exception {
        Files.createDirectory(shared);
        Files.writeString(shared.resolve("f"), "public");
        Files.createDirectory(shared.resolve("d"));
        TreeSnapshot before = TreeSnapshot.of(outside);

        long swaps = whileSwapping(round -> {
            bench.replica.scan();
            // The index does not find small files by content.
            assertThat(List.of("shared/f", "shared/d/f", "shared/l", "shared/gone", "shared/d/e", "shared/d/l"))
                    .allSatisfy(path -> assertThat(bench.index.find(path).map(IndexEntry::entry).filter(entry ->
                            !(entry instanceof Entry.File file) || !file.digest().equals(PUBLIC))).as(path).isEmpty());
            done++;
            bench.index.remove("shared");
            bench.index.commit();
        });

        assertThat(swaps).isGreaterThan(ROUNDS);
        assertThat(done).as("scans that came to an end all the same").isPositive();
        assertThatTree(outside).equalsTree(before);
    }

    private static List<Change> changes(int round) {
        byte[] content = ("round " + round).getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(content);
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.MakeDirectory("shared", 0755, Time.ofNanos(TIME)));
        for (String directory : new String[] {"shared", "shared/d", "shared/d/e", "shared/gone"}) {
            changes.add(new Change.MakeDirectory(directory, 0700 + round % 64, Time.ofNanos(TIME + round)));
            changes.add(new Change.WriteFile(directory + "/f", 0600 + round % 64, Time.ofNanos(TIME + round), content.length,
                    digest, Optional.of(content)));
            changes.add(new Change.WriteFile(directory + "/f", 0644, Time.ofNanos(TIME), content.length, digest,
                    Optional.of(content)));
            changes.add(new Change.MakeLink(directory + "/l", Time.ofNanos(TIME + round), "to-" + round));
        }
        changes.add(new Change.Move("shared/d/f", "shared/g"));
        changes.add(new Change.Remove("shared/gone"));
        changes.add(new Change.Remove("shared/d/e/f"));
        changes.add(new Change.Remove("shared/g"));
        return changes;
    }

    private void apply(Batch batch, Change change) {
        try {
            Workbench.apply(batch, change);
            done++;
        } catch (ChangeFailedException e) {
            // While a link is in place, the change fails.
        }
    }

    private interface Round {
        void run(int round) throws Exception;
    }

    private long whileSwapping(Round body) throws Exception {
        AtomicLong swaps = new AtomicLong();
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> stranger = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                boolean swapped = swap(shared, base.resolve("aside"), outside);
                swapped |= swap(shared.resolve("d"), base.resolve("aside-d"), outside.resolve("d"));
                swaps.addAndGet(swapped ? 1 : 0);
            }
        });
        try {
            for (int round = 0; round < ROUNDS || swaps.get() <= ROUNDS; round++) {
                try {
                    body.run(round);
                } catch (ChangeFailedException | IOException e) {
                    // Only the replica may be affected.
                }
            }
        } finally {
            stop.set(true);
            stranger.join();
        }
        return swaps.get();
    }

    /** Replaces the directory by a link for a moment. */
    private static boolean swap(Path place, Path aside, Path outside) {
        try {
            if (!Files.isSymbolicLink(aside)) {
                // The link was removed; its directory is still here.
                RecursiveDelete.of(aside);
                Files.createSymbolicLink(aside, outside);
            }
        } catch (IOException e) {
            return false;
        }
        return Swap.of(place, aside) && Swap.of(place, aside);
    }
}
