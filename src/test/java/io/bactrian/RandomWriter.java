package io.bactrian;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Writes 4 KiB at a random place of a file every 50 ms until it is closed, as a database or a virtual machine does. */
final class RandomWriter implements AutoCloseable {
    private static final int BLOCK = 4096;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong written = new AtomicLong();
    private final FileChannel file;

    private RandomWriter(FileChannel file) {
        this.file = file;
    }

    static RandomWriter begin(Path path) throws IOException {
        RandomWriter writer = new RandomWriter(FileChannel.open(path, StandardOpenOption.WRITE));
        long blocks = writer.file.size() / BLOCK;
        Random random = new Random(7);
        byte[] content = new byte[BLOCK];
        writer.clock.scheduleAtFixedRate(() -> {
            random.nextBytes(content);
            writer.write(content, (long) (random.nextDouble() * blocks) * BLOCK);
        }, 0, 50, TimeUnit.MILLISECONDS);
        return writer;
    }

    private void write(byte[] content, long at) {
        try {
            written.addAndGet(file.write(ByteBuffer.wrap(content), at));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes so far. */
    long written() {
        return written.get();
    }

    @Override
    public void close() {
        clock.shutdown();
        try {
            if (!clock.awaitTermination(Running.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("a write did not end");
            }
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
