package io.bactrian.gate;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.settings.Settings;

/**
 * What a connection to the management port meets before a route hears of it: there is no password, so that whoever
 * browses on this machine must not ask in its name what a page makes him ask. Thread-safe.
 */
public final class ManagementGate extends ServerPipeline {
    /** No command comes near it. */
    private static final int LONGEST = 64 << 10;

    public ManagementGate(Supplier<Settings> settings) {
        super(settings.get().gate().tenth(), LONGEST,
                Optional.of(new HostNames(settings.get().managementHost(), settings.get().access().names())),
                List.of("misdirected", "other-site", "bad-request", "too-large", "too-slow", RefusalCounts.SLOW_HEAD,
                        RefusalCounts.SLOW_READER, RefusalCounts.TOO_MANY));
    }
}
