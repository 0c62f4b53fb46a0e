package io.bactrian.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;

import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private final BufferPool buffers = new BufferPool(100);

    @Test
    void a_new_buffer_is_outside_the_heap_and_as_long_as_requested() {
        ByteBuffer buffer = buffers.take(30);

        assertThat(buffer.isDirect()).isTrue();
        assertThat(buffer.remaining()).isEqualTo(30);
        assertThat(buffer.capacity()).isEqualTo(100);
    }

    @Test
    void a_returned_buffer_is_used_again_from_its_beginning() {
        ByteBuffer buffer = buffers.take(30);
        buffer.putInt(1).flip();
        buffers.give(buffer);

        assertThat(buffers.take(50)).isSameAs(buffer);
        assertThat(buffer.position()).isZero();
        assertThat(buffer.remaining()).isEqualTo(50);
        assertThat(buffers.take(50)).as("while it is in use").isNotSameAs(buffer);
    }
}
