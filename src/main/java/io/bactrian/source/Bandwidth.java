package io.bactrian.source;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import org.apache.camel.ExchangeProperty;

/**
 * Limits what this process sends to {@code bactrian.bandwidth}, with a token bucket. It counts the bodies of requests as they go
 * over the wire. Requests for a lease do not wait, so that no lease is lost, but they are counted. Thread-safe.
 */
public final class Bandwidth {
    private final Optional<Bucket> bucket;

    public Bandwidth(Supplier<Settings> settings) {
        this(settings.get().value(Property.BANDWIDTH), TimeMeter.SYSTEM_NANOTIME);
    }

    Bandwidth(int bytes, TimeMeter clock) {
        this.bucket = bytes == 0 ? Optional.empty() : Optional.of(Bucket.builder().withCustomTimePrecision(clock)
                // Up to a tenth of a second may be made up for.
                .addLimit(limit -> limit.capacity(bytes / 10).refillGreedy(bytes, Duration.ofSeconds(1)).initialTokens(0))
                .build());
    }

    /** Milliseconds that a request must wait before it is sent. */
    public long delay(@ExchangeProperty("operation") String operation, @ExchangeProperty("sent") Calls.Sent sent) {
        if (bucket.isEmpty() || sent.after() == 0) {
            return 0;
        }
        long nanos = bucket.get().consumeIgnoringRateLimits(sent.after());
        return operation.endsWith("-session") ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos + 999_999);
    }
}
