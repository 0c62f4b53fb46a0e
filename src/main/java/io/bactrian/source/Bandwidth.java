package io.bactrian.source;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.bactrian.settings.Settings;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import org.apache.camel.ExchangeProperty;

/**
 * Keeps what this process sends within {@code bactrian.bandwidth}, as a token bucket. Counted are the bodies of
 * requests, as they go over the wire. Who asks for a lease does not wait, so that none is lost behind what waits; it
 * is counted, and others wait longer. Thread-safe.
 */
public final class Bandwidth {
    private final Optional<Bucket> bucket;

    public Bandwidth(Supplier<Settings> settings) {
        this(settings.get().bandwidth(), TimeMeter.SYSTEM_NANOTIME);
    }

    Bandwidth(int bytes, TimeMeter clock) {
        this.bucket = bytes == 0 ? Optional.empty() : Optional.of(Bucket.builder().withCustomTimePrecision(clock)
                // A tenth of a second unused can be made up for.
                .addLimit(limit -> limit.capacity(bytes / 10).refillGreedy(bytes, Duration.ofSeconds(1)).initialTokens(0))
                .build());
    }

    /** Milliseconds that a request has to wait before it is sent. */
    public long delay(@ExchangeProperty("operation") String operation, @ExchangeProperty("sent") Calls.Sent sent) {
        if (bucket.isEmpty() || sent.after() == 0) {
            return 0;
        }
        long nanos = bucket.get().consumeIgnoringRateLimits(sent.after());
        return operation.endsWith("-session") ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos + 999_999);
    }
}
