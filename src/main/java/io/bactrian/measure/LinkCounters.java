package io.bactrian.measure;

import io.bactrian.wire.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one link has sent since the process started. Thread-safe. */
public final class LinkCounters {
    private final LongAdder changes = new LongAdder();
    private final LongAdder files = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder delta = new LongAdder();
    private final LongAdder moved = new LongAdder();
    private final LongAdder copied = new LongAdder();
    private final LongAdder wasted = new LongAdder();
    private final Counters outcomes = new Counters();
    private final Counters errors = new Counters();
    private final DurationHistogram batches = new DurationHistogram();

    /**
     * All kinds start at 0, because a counter that appears with its first increment shows no increase in monitoring.
     */
    public LinkCounters() {
        for (String op : List.of("file", "dir", "link", "move", "remove")) {
            outcomes.add(op, "acknowledged", 0);
            outcomes.add(op, "failed", 0);
        }
        for (String kind : List.of("unreachable", "unavailable", "unauthorized", "lease-held", "lease-lost", "guard-tripped",
                "rejected", "local", "unreadable", "cannot-apply", "content-missing", "content-mismatch", "digest-mismatch")) {
            errors.add("", kind, 0);
        }
    }

    /** A batch was acknowledged; {@code files} and {@code bytes} cover the files in it that the target now holds. */
    public void acknowledged(long applied, long files, long bytes) {
        changes.add(applied);
        this.files.add(files);
        this.bytes.add(bytes);
    }

    /** The outcome of one change: {@code acknowledged} or {@code failed}. */
    public void outcome(String op, boolean well) {
        outcomes.add(op, well ? "acknowledged" : "failed", 1);
    }

    /** A batch was answered this many nanoseconds after it was sent. */
    public void batch(long nanos) {
        batches.add(nanos);
    }

    /** An error occurred; {@code kind} is one of a fixed set. */
    public void error(String kind) {
        errors.add("", kind, 1);
    }

    /** Bytes of renamed files, or of files in renamed directories, that did not have to be sent. */
    public void savedByMove(long bytes) {
        moved.add(bytes);
    }

    /** Bytes that did not have to be sent because the target had them under another path or from an earlier upload. */
    public void savedByCopy(long bytes) {
        copied.add(bytes);
    }

    /** Bytes of a changed file that did not have to be sent because they were unchanged. */
    public void savedByDelta(long bytes) {
        delta.add(bytes);
    }

    /** Bytes that were sent in vain, because their file changed meanwhile. */
    public void wasted(long bytes) {
        wasted.add(bytes);
    }

    public long wasted() {
        return wasted.sum();
    }

    public Status.Totals totals() {
        return new Status.Totals(changes.sum(), files.sum(), bytes.sum());
    }

    /** @param wire source of the bytes saved by compression, which are counted there */
    public Status.Saved saved(Status.Wire wire) {
        return new Status.Saved(delta.sum(), moved.sum(), copied.sum(), Math.max(0, wire.plain() - wire.sent()));
    }

    public Map<String, Map<String, Long>> outcomes() {
        return outcomes.all();
    }

    public Map<String, Long> errors() {
        return errors.of("");
    }

    public Status.Durations batches() {
        return batches.status();
    }
}
