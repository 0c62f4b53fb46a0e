package io.bactrian.measure;

import io.bactrian.wire.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the changes that one end of a mirror has handled since the process started. Thread-safe. */
public abstract class ChangeCounters {
    private final LongAdder changes = new LongAdder();
    private final LongAdder files = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Counters outcomes = new Counters();
    private final Counters errors = new Counters();
    private final DurationHistogram batches = new DurationHistogram();

    /** All of these start at 0, because a counter that appears with its first increment shows no increase in monitoring. */
    ChangeCounters(List<String> hows, List<String> kinds) {
        for (String op : List.of("file", "dir", "link", "move", "remove")) {
            hows.forEach(how -> outcomes.add(op, how, 0));
        }
        kinds.forEach(kind -> errors.add("", kind, 0));
    }

    /** Changes were made; {@code files} and {@code bytes} cover the files among them that the target now holds. */
    public void made(long changes, long files, long bytes) {
        this.changes.add(changes);
        this.files.add(files);
        this.bytes.add(bytes);
    }

    /** The outcome of one change; {@code how} is one of a fixed set. */
    public void outcome(String op, String how) {
        outcomes.add(op, how, 1);
    }

    /** An error occurred; {@code kind} is one of a fixed set. */
    public void error(String kind) {
        errors.add("", kind, 1);
    }

    /** A batch took this many nanoseconds. */
    public void batch(long nanos) {
        batches.add(nanos);
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

    public Status.Durations batches() {
        return batches.status();
    }
}
