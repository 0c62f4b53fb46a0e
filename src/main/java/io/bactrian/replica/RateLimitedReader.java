package io.bactrian.replica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.bactrian.content.SparseReader;
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
        Digest digest = digest(file, paced);
        Optional<Stat> after = Stat.of(file).filter(stat::sameContent);
        report.read(0);
        return after.map(is -> new ReadResult(digest, is, ReadResult.settled(is, start)));
    }

    private Digest digest(Path file, boolean paced) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (SparseReader reader = new SparseReader(file)) {
            long at = 0;
            for (int read = reader.read(buffer.clear(), at); read >= 0; read = reader.read(buffer.clear(), at)) {
                at += read;
                sha256.update(buffer.flip());
                report.read(read);
                pace(read, paced);
            }
        }
        return Digest.from(sha256.digest());
    }

    private void pace(long bytes, boolean paced) {
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
