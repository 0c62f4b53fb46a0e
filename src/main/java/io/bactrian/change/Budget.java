package io.bactrian.change;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bytes that may be in memory at the same time. What is larger than all of it gets all of it. Thread-safe. */
public final class Budget {
    private static final int UNIT = 1024;

    private final int units;
    private final Semaphore left;

    /** @param bytes at least some KiB */
    public Budget(long bytes) {
        this.units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
        this.left = new Semaphore(units);
    }

    /** Waits for so many bytes, for that long; tells whether they are had. */
    boolean take(long bytes, long milliseconds) throws InterruptedException {
        return left.tryAcquire(units(bytes), milliseconds, TimeUnit.MILLISECONDS);
    }

    /** Gives back what was taken. */
    public void giveBack(long bytes) {
        left.release(units(bytes));
    }

    private int units(long bytes) {
        return (int) Math.max(1, Math.min(units, (bytes + UNIT - 1) / UNIT));
    }
}
