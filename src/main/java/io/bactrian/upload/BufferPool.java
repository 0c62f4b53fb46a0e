package io.bactrian.upload;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A pool of direct byte buffers for parts. Buffers are reused because allocating one costs more than filling it; they
 * are off-heap, so the system reads into them and sends from them without a copy. Thread-safe.
 */
public final class BufferPool {
    private static final int KEPT = 16;

    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(KEPT);
    private final int size;

    public BufferPool(int size) {
        this.size = size;
    }

    /** A buffer with this limit, from the pool or newly allocated. */
    public ByteBuffer take(int length) {
        ByteBuffer buffer = free.poll();
        return (buffer == null ? ByteBuffer.allocateDirect(size) : buffer).clear().limit(length);
    }

    /** Returns a buffer that nobody uses any more. */
    void give(ByteBuffer buffer) {
        free.offer(buffer);
    }
}
