package io.bactrian.replica.scrub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.bactrian.replica.scan.ReadResult;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;

/** Reads files at a limited rate without following links, until it is cancelled. For one thread. */
final class RateLimitedReader {
    private static final int BUFFER = 256 * 1024;

    private final long bytesPerSecond;
    private final Scrub.Report report;
    private final BooleanSupplier stopped;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private long due = System.nanoTime();

    /** @param bytesPerSecond limit, or 0 for none */
    RateLimitedReader(long bytesPerSecond, Scrub.Report report, BooleanSupplier stopped) {
        this.bytesPerSecond = bytesPerSecond;
        this.report = report;
        this.stopped = stopped;
    }

    /**
     * Reads a file; empty if it changed meanwhile.
     *
     * @param paced whether the limit applies
     * @throws CancellationException if it was cancelled
     */
    Optional<ReadResult> read(Path file, Stat stat, boolean paced) throws IOException {
        long start = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        Digest digest = ReadResult.digest(file, buffer, read -> {
            report.read(read);
            limitRate(read, paced);
        });
        Optional<Stat> after = Stat.of(file).filter(stat::sameContent);
        report.read(0);
        return after.map(is -> new ReadResult(digest, is, ReadResult.settled(is, start)));
    }

    private void limitRate(long bytes, boolean paced) {
        if (stopped.getAsBoolean()) {
            throw new CancellationException();
        }
        if (bytesPerSecond > 0 && paced) {
            long now = System.nanoTime();
            due = Math.max(due, now) + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
            LockSupport.parkNanos(due - now);
        }
    }
}
