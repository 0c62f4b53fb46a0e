package io.bactrian.content;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Bytes that follow each other but lie in several buffers, as they came; the buffers stay as they are. Immutable. */
record BufferSequence(ByteBuffer... buffers) {
    long length() {
        long length = 0;
        for (ByteBuffer buffer : buffers) {
            length += buffer.remaining();
        }
        return length;
    }

    /** A run of the bytes, in buffers of its own over the same memory. */
    List<ByteBuffer> slice(long offset, long length) {
        List<ByteBuffer> slices = new ArrayList<>();
        long begin = 0;
        for (ByteBuffer buffer : buffers) {
            long from = Math.max(offset, begin);
            long to = Math.min(offset + length, begin + buffer.remaining());
            if (from < to) {
                slices.add(buffer.slice(buffer.position() + (int) (from - begin), (int) (to - from)));
            }
            begin += buffer.remaining();
        }
        return slices;
    }
}
