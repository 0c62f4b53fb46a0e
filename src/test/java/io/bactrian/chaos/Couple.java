package io.bactrian.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.bactrian.TreeSnapshot;
import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.change.TouchedPath;
import io.bactrian.compare.Comparison;
import io.bactrian.compare.ComparisonListener;
import io.bactrian.compare.FileReader;
import io.bactrian.compare.RemovalPolicy;
import io.bactrian.compare.TargetCapabilities;
import io.bactrian.content.Staging;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.plan.Backlog;
import io.bactrian.plan.Uploads;
import io.bactrian.replica.Replica;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Stat;

/** A source and a target in two directories, with nothing in between: what is told is done at once. */
final class Couple implements ComparisonListener, AutoCloseable {
    private static final int BATCH = 2;

    final Path source;
    final Path target;
    private final Index view = Index.inMemory();
    private final Index index = Index.inMemory();
    private final Replica replica;
    private final FileReader files;
    private final List<PlannedChange> planned = new ArrayList<>();
    private final List<IndexEntry> remembered = new ArrayList<>();
    private final Set<String> again = new LinkedHashSet<>();
    final List<String> complaints = new ArrayList<>();
    final List<Change> told = new ArrayList<>();

    Couple(Path base) throws IOException {
        source = Files.createDirectories(base.resolve("source"));
        target = Files.createDirectories(base.resolve("target"));
        replica = new Replica(TargetSettings.of("test", target, Map.of(Property.TARGET_FSYNC, "none")), index,
                new Staging(target.resolve(".bactrian/staging")));
        replica.scan();
        files = new FileReader(source, 1000, new Uploads(1, 1));
    }

    /** Compares these places, and again what is in doubt; the target follows. */
    void bringInStep(Collection<TouchedPath> touched) throws IOException {
        Backlog backlog = new Backlog();
        backlog.add(touched);
        for (int round = 0; round < 4 && !backlog.isEmpty(); round++) {
            new Comparison(source, Filter.ALL, view, new TargetCapabilities(false, true), RemovalPolicy.NONE, files, this).run(backlog.take());
            remembered.forEach(view::put);
            for (int at = 0; at < planned.size(); at += BATCH) {
                apply(planned.subList(at, Math.min(planned.size(), at + BATCH)));
            }
            again.forEach(path -> backlog.add(TouchedPath.entry(path)));
            List.of(planned, remembered, again).forEach(Collection::clear);
        }
    }

    private void apply(List<PlannedChange> some) throws IOException {
        List<PlannedChange> done = new ArrayList<>();
        try (Batch batch = replica.begin()) {
            for (PlannedChange each : some) {
                try {
                    apply(batch, each.change());
                    done.add(each);
                } catch (ChangeFailedException e) {
                    complaints.add(each.change() + ": " + e.getMessage());
                }
            }
        } catch (ChangeFailedException e) {
            complaints.add(e.getMessage());
        }
        done.forEach(this::remember);
    }

    private static void apply(Batch batch, Change change) throws ChangeFailedException {
        if (change instanceof Change.WriteFile file) {
            batch.write(file);
        } else if (change instanceof Change.MakeDirectory directory) {
            batch.make(directory);
        } else if (change instanceof Change.MakeLink link) {
            batch.link(link);
        } else if (change instanceof Change.Move move) {
            batch.move(move);
        } else {
            batch.prune((Change.Remove) change);
        }
    }

    private void remember(PlannedChange done) {
        if (done.change() instanceof Change.Remove) {
            view.remove(done.change().path());
        }
        done.after().ifPresent(view::put);
    }

    /** What is not as it should be. */
    List<String> differences() {
        List<String> differences = new ArrayList<>(complaints);
        differences.addAll(TreeSnapshot.of(target).differencesTo(TreeSnapshot.of(source)));
        if (!view.digest("").equals(index.digest(""))) {
            differences.add("the view and the target's index are not the same");
        }
        return differences;
    }

    @Override
    public void change(PlannedChange change) {
        if (change.isHeld()) {
            remembered.add(change.after().orElseThrow());
            return;
        }
        planned.add(change);
        told.add(change.change());
    }

    @Override
    public void upload(String path, Stat stat) {
        complaints.add(path + " is not large");
    }

    @Override
    public void remember(IndexEntry held) {
        remembered.add(held);
    }

    @Override
    public void trouble(String path, String why) {
        complaints.add(path + ": " + why);
    }

    @Override
    public void skipped(String path, String what) {
        complaints.add(path + ": " + what);
    }

    @Override
    public void lookAgain(String path, Duration after) {
        again.add(path);
    }

    @Override
    public void close() {
        view.close();
        index.close();
    }
}
