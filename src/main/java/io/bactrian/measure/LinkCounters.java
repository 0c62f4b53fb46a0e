package io.bactrian.measure;

import io.bactrian.wire.Status;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one link has sent since the process started: outcomes are {@code acknowledged} or {@code failed}. Thread-safe. */
public final class LinkCounters extends ChangeCounters {
    private final LongAdder delta = new LongAdder();
    private final LongAdder moved = new LongAdder();
    private final LongAdder copied = new LongAdder();
    private final LongAdder wasted = new LongAdder();

    public LinkCounters() {
        super(List.of("acknowledged", "failed"), List.of("unreachable", "unavailable", "unauthorized", "lease-held", "lease-lost",
                "guard-tripped", "rejected", "local", "unreadable", "cannot-apply", "content-missing", "content-mismatch",
                "digest-mismatch"));
    }

    /** The outcome of one change. */
    public void outcome(String op, boolean well) {
        outcome(op, well ? "acknowledged" : "failed");
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

    /** @param wire source of the bytes saved by compression, which are counted there */
    public Status.Saved saved(Status.Wire wire) {
        return new Status.Saved(delta.sum(), moved.sum(), copied.sum(), Math.max(0, wire.plain() - wire.sent()));
    }
}
