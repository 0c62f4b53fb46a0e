package io.bactrian.mirror;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.bactrian.change.Change;
import io.bactrian.index.IndexException;
import io.bactrian.measure.TargetCounters;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.replica.write.Outcome;
import io.bactrian.wire.Message.Receipt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A batch that is being applied to a mirror, with the outcome of its changes so far. Thread-safe. */
public final class BatchProgress {
    private static final Logger LOG = LoggerFactory.getLogger(BatchProgress.class);

    private final Batch batch;
    private final Mirror mirror;
    private final TargetCounters received;
    private final long since = System.nanoTime();
    private final List<Receipt.Failure> failures = new ArrayList<>();
    /** Those that were made, whose mode and time are set at the end of the batch. */
    private final Map<String, Integer> directories = new HashMap<>();
    private int applied;
    private int same;
    private long files;
    private long bytes;

    /** @param batch open, and the mirror's */
    public BatchProgress(Batch batch, Mirror mirror) {
        this.batch = batch;
        this.mirror = mirror;
        this.received = mirror.received();
    }

    /** Makes one change. */
    public interface Making {
        Outcome make(Change change) throws ChangeFailedException;
    }

    public Batch batch() {
        return batch;
    }

    /** Makes every change of a stretch. Whatever ends one of them, even an {@link Error}, is recorded and does not affect the others. */
    public void make(Stretch stretch, Making making) {
        for (Stretch.Step step : stretch.steps()) {
            try {
                done(step, making.make(step.change()));
            } catch (ChangeFailedException | RuntimeException | Error e) {
                failed(step, e);
            }
        }
    }

    /** A step that a user has added has thrown this: the sender is to send all changes of the stretch again. */
    public void rejected(Stretch stretch, Throwable fault) {
        stretch.steps().forEach(step -> failed(step, fault));
    }

    private synchronized void done(Stretch.Step step, Outcome outcome) {
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
        if (mirror.trouble(fault.path(), fault.getMessage())) {
            LOG.warn("{}: {}", mirror.settings().name(), fault.getMessage());
        }
        Integer index = directories.get(fault.path());
        if (index != null) {
            failures.add(new Receipt.Failure(index, fault.path(), "cannot-apply", fault.getMessage()));
        }
    }

    private void failed(Stretch.Step step, Throwable fault) {
        ChangeFailedException why = explain(step.change().path(), fault);
        mirror.freeSpace(why);
        record(step, why);
    }

    /** The message of a step that a user has added is logged and not sent, because it may contain what the sender must not know. */
    private ChangeFailedException explain(String path, Throwable fault) {
        if (fault instanceof ChangeFailedException known) {
            if (mirror.trouble(path, known.getMessage()) && known instanceof ChangeFailedException.CannotApply) {
                LOG.warn("{}: {}", mirror.settings().name(), known.getMessage());
            }
            return known;
        }
        LOG.debug("{}", path, fault);
        if (fault instanceof IndexException storage) {
            // It ends the whole batch, and is reported once
            return new ChangeFailedException.CannotApply(path, "the target's index cannot be used: " + storage.remedy());
        }
        ChangeFailedException rejected = new ChangeFailedException.CannotApply(path,
                "a step of the target's routes rejected it; see the target's log");
        if (mirror.trouble(path, rejected.getMessage())) {
            LOG.warn("{}: {}: {}", mirror.settings().name(), path, fault.toString());
        }
        return rejected;
    }

    private synchronized void record(Stretch.Step step, ChangeFailedException fault) {
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
