package io.bactrian.gate;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.settings.Exposure;
import io.bactrian.settings.Settings;
import io.netty.channel.ChannelHandler;

/** What a connection to a target meets before a route hears of it. Thread-safe. */
public final class Gate extends Entrance {
    private final Callers callers;

    public Gate(Supplier<Settings> settings, Callers callers) {
        super(settings.get().gate(), settings.get().httpMaxBody(), names(settings.get()), List.of("no-token", "bad-token",
                "no-right", "misdirected", "other-site", "bad-request", "too-large", "too-slow", Refusals.SLOW_HEAD,
                Refusals.SLOW_READER, Refusals.TOO_MANY));
        this.callers = callers;
    }

    /** Where others than loopback's may come without a token, any name may be somebody's for it. */
    private static Optional<Names> names(Settings settings) {
        return settings.access().authenticates() || Exposure.isOpen(settings) ? Names.ANY
                : Optional.of(new Names(settings.httpHost(), settings.access().names()));
    }

    @Override
    Optional<ChannelHandler> door(Refusals refusals) {
        return Optional.of(new Door(callers, refusals));
    }
}
