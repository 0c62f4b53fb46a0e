package io.bactrian.upload;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Memory for parts on their way, which is used again: to make it costs more than to fill it. It lies outside of Java's
 * heap, so that the system reads into it and sends from it without a copy. Thread-safe.
 */
public final class BufferPool {
    private static final int KEPT = 16;

    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(KEPT);
    private final int size;

    public BufferPool(int size) {
        this.size = size;
    }

    /** One of so many bytes. */
    public ByteBuffer take(int length) {
        ByteBuffer buffer = free.poll();
        return (buffer == null ? ByteBuffer.allocateDirect(size) : buffer).clear().limit(length);
    }

    /** Nobody reads or writes it any more. */
    void give(ByteBuffer buffer) {
        free.offer(buffer);
    }
}
