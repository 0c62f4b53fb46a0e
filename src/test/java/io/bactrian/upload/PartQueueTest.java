package io.bactrian.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.bactrian.content.Range;
import io.bactrian.wire.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(600)
class PartQueueTest {
    private static final Message.Content LACKS = new Message.Content("id", List.of(new Range(0, 20), new Range(50, 25)), false);

    private final Semaphore places = new Semaphore(10);
    private final BufferPool buffers = new BufferPool(20);
    private final List<Range> read = new ArrayList<>();

    /** A queue of the parts 0-19, 50-69 and 70-74 of a file with 100 bytes. */
    private PartQueue queue(PartQueue.Reader reader) {
        return new PartQueue("dir/file", 100, LACKS, 20, places, buffers, reader);
    }

    /** Reads bytes that have their own offset as value. */
    private void fill(Range range, ByteBuffer into) {
        read.add(range);
        for (long at = range.offset(); at < range.end(); at++) {
            into.put((byte) at);
        }
        into.flip();
    }

    private static PartQueue.Reader failing(Throwable fault) {
        return (range, into) -> {
            PartQueueTest.<RuntimeException>raise(fault);
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void raise(Throwable fault) throws T {
        throw (T) fault;
    }

    @Test
    void what_is_lacking_is_read_in_order_in_parts_of_limited_size() throws Throwable {
        PartQueue queue = queue(this::fill);

        List<Part> parts = new ArrayList<>();
        queue.forEachRemaining(parts::add);

        assertThat(parts).extracting(Part::contentRange).containsExactly("bytes 0-19/100", "bytes 50-69/100", "bytes 70-74/100");
        assertThat(parts).allSatisfy(part -> {
            assertThat(part.path()).isEqualTo("dir/file");
            assertThat(part.id()).isEqualTo("id");
            queue.check(part);
            assertThat(part.bytes().get(0)).isEqualTo((byte) part.range().offset());
        });
        queue.check();
    }

    @Test
    void a_part_waits_until_an_earlier_one_was_sent() throws Exception {
        places.drainPermits();
        places.release();
        PartQueue queue = queue(this::fill);
        Part first = queue.next();
        FutureTask<Part> second = new FutureTask<>(queue::next);
        Thread taker = new Thread(second);
        taker.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> taker.getState() == Thread.State.WAITING);
        assertThat(read).hasSize(1);

        queue.done(first);

        assertThat(second.get(60, TimeUnit.SECONDS).range().offset()).isEqualTo(50);
        assertThat(queue.sent()).isEqualTo(20);
    }

    @Test
    void whoever_is_interrupted_while_waiting_stops_and_stays_interrupted() {
        places.drainPermits();
        PartQueue queue = queue(this::fill);
        Thread.currentThread().interrupt();

        assertThatThrownBy(queue::next).isInstanceOf(CancellationException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(read).isEmpty();
    }

    @Test
    void a_buffer_is_used_again_unless_an_earlier_attempt_may_still_send_it() {
        PartQueue queue = queue(this::fill);
        Part once = queue.next();
        once.attempts().incrementAndGet();
        queue.done(once);
        assertThat(buffers.take(1)).isSameAs(once.bytes());

        Part twice = queue.next();
        twice.attempts().set(2);
        queue.done(twice);
        assertThat(buffers.take(1)).isNotSameAs(twice.bytes());
        assertThat(queue.sent()).isEqualTo(40);
    }

    @Test
    void after_a_failure_no_more_parts_follow_and_nothing_more_is_read() {
        PartQueue queue = queue(this::fill);
        Part sending = queue.next();
        IOException fault = new IOException("cut off");

        queue.fail(fault);
        queue.fail(new IOException("a consequence"));

        assertThat(places.availablePermits()).isEqualTo(11);
        assertThat(queue.hasNext()).isFalse();
        Part drained = queue.next();
        assertThat(read).containsExactly(sending.range());
        assertThatThrownBy(() -> queue.check(drained)).isSameAs(fault);
        assertThatThrownBy(queue::check).isSameAs(fault);
        assertThat(queue.isOutdated()).isFalse();
        assertThat(buffers.take(1)).as("a connection may still read it").isNotSameAs(sending.bytes());
    }

    @Test
    void a_read_error_is_reported_with_the_part_and_takes_no_place_for_ever() {
        IOException fault = new IOException("Input/output error");
        PartQueue queue = queue(failing(fault));

        Part part = queue.next();

        assertThat(queue.hasNext()).isFalse();
        assertThatThrownBy(() -> queue.check(part)).isSameAs(fault);
        queue.fail(fault);
        assertThat(places.availablePermits()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
    void an_unexpected_failure_of_the_reader_is_reported_as_one_of_reading(Class<? extends Throwable> kind) throws Exception {
        Throwable fault = kind.getConstructor().newInstance();
        PartQueue queue = queue(failing(fault));

        Part part = queue.next();

        assertThatThrownBy(() -> queue.check(part)).isInstanceOf(IOException.class).hasCause(fault);
        assertThatThrownBy(queue::check).isSameAs(fault);
    }

    @Test
    void a_file_that_became_shorter_is_recognized_by_its_part() {
        PartQueue queue = queue((range, into) -> into.limit(5));

        Part part = queue.next();

        assertThatThrownBy(() -> queue.check(part)).isInstanceOf(FileChangedException.class).hasMessageContaining("dir/file");
        queue.fail(new FileChangedException("it changed"));
        assertThat(queue.isOutdated()).isTrue();
    }

    @Test
    void ranges_that_cannot_be_found_end_the_queue() {
        PartQueue queue = new PartQueue("file", 100, "id", new Iterator<>() {
            @Override
            public boolean hasNext() {
                throw new IllegalStateException("a defect");
            }

            @Override
            public Range next() {
                throw new NoSuchElementException();
            }
        }, places, buffers, this::fill);

        assertThat(queue.hasNext()).isFalse();
        assertThatThrownBy(queue::check).hasMessage("a defect");
        assertThatThrownBy(() -> queue.check(queue.next())).isInstanceOf(IOException.class);
        assertThat(read).isEmpty();
    }
}
