package io.bactrian.measure;

import io.bactrian.wire.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What one link has done since the process started. Thread-safe. */
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

    /** All that may be counted begins at 0: what appears with its first count cannot be seen to have grown. */
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

    /** A batch is acknowledged; {@code files} and {@code bytes} are of the files in it that the target holds now. */
    public void acknowledged(long applied, long files, long bytes) {
        changes.add(applied);
        this.files.add(files);
        this.bytes.add(bytes);
    }

    /** What became of one change: {@code acknowledged} or {@code failed}. */
    public void outcome(String op, boolean well) {
        outcomes.add(op, well ? "acknowledged" : "failed", 1);
    }

    /** A batch was answered, so long after it was sent. */
    public void batch(long nanos) {
        batches.add(nanos);
    }

    /** Something went wrong; {@code kind} is one of a few words. */
    public void error(String kind) {
        errors.add("", kind, 1);
    }

    /** Bytes of contents that a renamed file or directory has, and that were not sent. */
    public void savedByMove(long bytes) {
        moved.add(bytes);
    }

    /** Bytes of contents that the target had under another path, or from an earlier upload, and that were not sent. */
    public void savedByCopy(long bytes) {
        copied.add(bytes);
    }

    /** Bytes of a changed file that were as before, and were not sent. */
    public void savedByDelta(long bytes) {
        delta.add(bytes);
    }

    /** Bytes that were sent for nothing, for their file changed meanwhile. */
    public void wasted(long bytes) {
        wasted.add(bytes);
    }

    public long wasted() {
        return wasted.sum();
    }

    public Status.Totals totals() {
        return new Status.Totals(changes.sum(), files.sum(), bytes.sum());
    }

    /** @param wire what compression saved is counted elsewhere */
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
