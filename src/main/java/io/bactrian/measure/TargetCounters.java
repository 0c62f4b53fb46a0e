package io.bactrian.measure;

import io.bactrian.wire.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one target has done since the process started. Thread-safe. */
public final class TargetCounters {
    private final LongAdder changes = new LongAdder();
    private final LongAdder files = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Counters outcomes = new Counters();
    private final Counters errors = new Counters();
    private final Counters requests = new Counters();
    private final DurationHistogram batches = new DurationHistogram();
    private final RepairCounters repairs = new RepairCounters();

    /**
     * The usual kinds start at 0, because a counter that appears with its first increment shows no increase in
     * monitoring.
     */
    public TargetCounters() {
        for (String op : List.of("file", "dir", "link", "move", "remove")) {
            for (String how : List.of("applied", "same", "failed")) {
                outcomes.add(op, how, 0);
            }
        }
        List.of("cannot-apply", "content-missing", "digest-mismatch", "unavailable", "internal")
                .forEach(kind -> errors.add("", kind, 0));
        requests.add("POST changes", "200", 0);
    }

    /** A batch was applied, {@code nanos} nanoseconds after it began. */
    public void batch(long applied, long files, long bytes, long nanos) {
        changes.add(applied);
        this.files.add(files);
        this.bytes.add(bytes);
        batches.add(nanos);
    }

    /** The outcome of one change: {@code applied}, {@code same} or {@code failed}. */
    public void outcome(String op, String how) {
        outcomes.add(op, how, 1);
    }

    /** An error occurred; {@code kind} is one of a fixed set. */
    public void error(String kind) {
        errors.add("", kind, 1);
    }

    /** A request was answered; {@code call} is one of a fixed set. */
    public void request(String call, int status) {
        requests.add(call, Integer.toString(status), 1);
    }

    public Status.Totals totals() {
        return new Status.Totals(changes.sum(), files.sum(), bytes.sum());
    }

    public Map<String, Map<String, Long>> outcomes() {
        return outcomes.all();
    }

    public Map<String, Long> errors() {
        return errors.of("");
    }

    /** Counts of requests by call, then by status. */
    public Map<String, Map<String, Long>> requests() {
        return requests.all();
    }

    /** Findings of scrubs, and their repairs. */
    public RepairCounters repairs() {
        return repairs;
    }

    public Status.Durations batches() {
        return batches.status();
    }
}
