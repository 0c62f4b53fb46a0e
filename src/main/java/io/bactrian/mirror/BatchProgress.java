package io.bactrian.mirror;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.bactrian.change.Change;
import io.bactrian.measure.TargetCounters;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.replica.write.Outcome;
import io.bactrian.wire.Message.Receipt;

/** A batch that is being applied, with the outcome of its changes so far. Thread-safe. */
public final class BatchProgress {
    private final Batch batch;
    private final TargetCounters received;
    private final long since = System.nanoTime();
    private final List<Receipt.Failure> failures = new ArrayList<>();
    /** Those that were made, whose mode and time are set at the end of the batch. */
    private final Map<String, Integer> directories = new HashMap<>();
    private int applied;
    private int same;
    private long files;
    private long bytes;

    /** @param received the counters to update */
    public BatchProgress(Batch batch, TargetCounters received) {
        this.batch = batch;
        this.received = received;
    }

    public Batch batch() {
        return batch;
    }

    /** Records that a change is in effect. */
    public synchronized void done(Stretch.Step step, Outcome outcome) {
        Change change = step.change();
        received.repairs().changed(change.path(), change instanceof Change.Remove);
        received.outcome(change.op(), outcome == Outcome.SAME ? "same" : "applied");
        if (change instanceof Change.MakeDirectory) {
            directories.put(change.path(), step.index());
        }
        if (outcome == Outcome.SAME) {
            same++;
            return;
        }
        applied++;
        if (change instanceof Change.WriteFile file) {
            files++;
            bytes += file.size();
        }
    }

    /** A directory did not get its mode or time: records the change that wanted them as failed. */
    public synchronized void unfinished(ChangeFailedException fault) {
        Integer index = directories.get(fault.path());
        if (index != null) {
            failures.add(new Receipt.Failure(index, fault.path(), "cannot-apply", fault.getMessage()));
        }
    }

    /** Records that a change could not be made. */
    public synchronized void failed(Stretch.Step step, ChangeFailedException fault) {
        String kind = fault instanceof ChangeFailedException.ContentMissing ? "content-missing"
                : fault instanceof ChangeFailedException.DigestMismatch ? "digest-mismatch" : "cannot-apply";
        received.outcome(step.change().op(), "failed");
        received.error(kind);
        failures.add(new Receipt.Failure(step.index(), step.change().path(), kind, fault.getMessage()));
    }

    public synchronized Receipt receipt() {
        return new Receipt(applied, same, failures.stream()
                .sorted(Comparator.comparingInt(Receipt.Failure::index)).toList());
    }

    /** Adds the totals of the finished batch to the counters. */
    public synchronized void counted() {
        received.made(applied, files, bytes);
        received.batch(System.nanoTime() - since);
    }
}
