package io.bactrian.gate;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.bactrian.settings.GateSettings;
import io.netty.channel.Channel;

/**
 * Limits the number of open connections, in total and per address. When the limit is exceeded, the connection that has
 * waited longest for its caller is closed, so idle connections cannot lock others out; if none is waiting, the new one
 * is closed. Thread-safe.
 */
final class ConnectionLimit {
    /** Connections that never sent a request first, then the ones that have waited longest. */
    private static final Comparator<Timeouts> MOST_USELESS_LAST =
            Comparator.comparing(Timeouts::isUnproven).thenComparing(timeouts -> -timeouts.since());

    private final GateSettings limits;
    private final RefusalCounts refusals;
    private final Map<Channel, Timeouts> open = new LinkedHashMap<>();
    private final Map<InetAddress, Integer> counts = new HashMap<>();

    ConnectionLimit(GateSettings limits, RefusalCounts refusals) {
        this.limits = limits;
        this.refusals = refusals;
    }

    synchronized int open() {
        return open.size();
    }

    /** Registers a connection. Returns false if there is no place for it. */
    synchronized boolean admit(Channel channel, Timeouts timeouts) {
        InetAddress address = address(channel);
        if (counts.getOrDefault(address, 0) >= limits.perAddress() && !makeRoom(address)
                || open.size() >= limits.connections() && !makeRoom(null)) {
            refusals.count(RefusalCounts.TOO_MANY);
            return false;
        }
        open.put(channel, timeouts);
        counts.merge(address, 1, Integer::sum);
        channel.closeFuture().addListener(closed -> forget(channel));
        return true;
    }

    private boolean makeRoom(InetAddress address) {
        Optional<Map.Entry<Channel, Timeouts>> victim = open.entrySet().stream()
                .filter(one -> one.getValue().isWaiting() && (address == null || address.equals(address(one.getKey()))))
                .max(Map.Entry.comparingByValue(MOST_USELESS_LAST));
        victim.map(Map.Entry::getKey).ifPresent(channel -> {
            forget(channel);
            channel.close();
            refusals.count(RefusalCounts.TOO_MANY);
        });
        return victim.isPresent();
    }

    private synchronized void forget(Channel channel) {
        if (open.remove(channel) != null) {
            counts.computeIfPresent(address(channel), (address, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** The remote address; loopback for the embedded channels of tests, which have none. */
    private static InetAddress address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress internet ? internet.getAddress()
                : InetAddress.getLoopbackAddress();
    }
}
