package io.bactrian.content;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of bytes that is spread over several buffers, as they were received. The buffers are not modified.
 * Immutable.
 */
record BufferSequence(ByteBuffer... buffers) {
    long length() {
        long length = 0;
        for (ByteBuffer buffer : buffers) {
            length += buffer.remaining();
        }
        return length;
    }

    /** A slice of the bytes, in new buffers over the same memory. */
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
