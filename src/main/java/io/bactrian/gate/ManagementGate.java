package io.bactrian.gate;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;

/**
 * The channel pipeline of the management port. The port has no password, so requests that a web page makes on behalf of
 * a local user are refused by host name and origin. Thread-safe.
 */
public final class ManagementGate extends ServerPipeline {
    /** Bytes in a body; far more than any command needs. */
    private static final int LONGEST = 64 << 10;

    public ManagementGate(Supplier<Settings> settings) {
        super(settings.get().gate().tenth(), LONGEST,
                Optional.of(new HostNames(settings.get().value(Property.MANAGEMENT_HOST), settings.get().value(Property.NAMES))),
                List.of("misdirected", "other-site", "bad-request", "too-large", "too-slow", RefusalCounts.SLOW_HEAD,
                        RefusalCounts.SLOW_READER, RefusalCounts.TOO_MANY));
    }
}
