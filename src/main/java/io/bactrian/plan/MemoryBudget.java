package io.bactrian.plan;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds the bytes in memory at the same time. A request larger than the budget gets all of it. Thread-safe. */
public final class MemoryBudget {
    private static final int UNIT = 1024;

    private final int units;
    private final Semaphore left;

    /** @param bytes at least some KiB */
    public MemoryBudget(long bytes) {
        this.units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
        this.left = new Semaphore(units);
    }

    /** Takes bytes, waiting up to this time for them; returns whether it got them. */
    boolean take(long bytes, long milliseconds) throws InterruptedException {
        return left.tryAcquire(units(bytes), milliseconds, TimeUnit.MILLISECONDS);
    }

    /** Gives bytes back. */
    public void giveBack(long bytes) {
        left.release(units(bytes));
    }

    private int units(long bytes) {
        return (int) Math.max(1, Math.min(units, (bytes + UNIT - 1) / UNIT));
    }
}
