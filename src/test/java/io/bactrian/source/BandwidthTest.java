package io.bactrian.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import io.github.bucket4j.TimeMeter;
import org.junit.jupiter.api.Test;

class BandwidthTest {
    private static final Calls.Sent BODY = sent(50_000);

    private final AtomicLong now = new AtomicLong();
    private final Bandwidth bandwidth = new Bandwidth(100_000, new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return now.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    private void pass(long milliseconds) {
        now.addAndGet(milliseconds * 1_000_000);
    }

    @Test
    void each_request_waits_for_its_bytes_and_for_those_before_it() {
        assertThat(bandwidth.delay("receive-changes", BODY)).isEqualTo(500);
        assertThat(bandwidth.delay("receive-part", BODY)).isEqualTo(1000);
        pass(1000);
        assertThat(bandwidth.delay("receive-changes", BODY)).isEqualTo(500);
    }

    @Test
    void what_is_not_used_is_lost_but_for_a_moment() {
        pass(60_000);

        assertThat(bandwidth.delay("receive-changes", BODY)).isEqualTo(400);
    }

    @Test
    void a_lease_waits_for_nothing_but_others_for_it() {
        bandwidth.delay("receive-changes", BODY);

        assertThat(bandwidth.delay("open-session", sent(100))).isZero();
        assertThat(bandwidth.delay("close-session", sent(0))).isZero();
        assertThat(bandwidth.delay("receive-changes", BODY)).isEqualTo(1001);
    }

    @Test
    void without_a_limit_nothing_waits() {
        assertThat(new Bandwidth(0, TimeMeter.SYSTEM_NANOTIME).delay("receive-changes", BODY)).isZero();
    }

    private static Calls.Sent sent(long bytes) {
        return new Calls.Sent(2 * bytes, Optional.of(new byte[(int) bytes]), 0);
    }
}
