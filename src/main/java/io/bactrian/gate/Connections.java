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
 * The connections that there are, no more than is borne. For one too many, the one that has waited longest for its
 * caller goes, so that who connects and says nothing keeps nobody out; if none waits, the new one goes. Thread-safe.
 */
final class Connections {
    /** Those that never asked anything first, then those that have waited longest. */
    private static final Comparator<Patience> MOST_USELESS_LAST =
            Comparator.comparing(Patience::isUnproven).thenComparing(patience -> -patience.since());

    private final GateSettings limits;
    private final Refusals refusals;
    private final Map<Channel, Patience> open = new LinkedHashMap<>();
    private final Map<InetAddress, Integer> counts = new HashMap<>();

    Connections(GateSettings limits, Refusals refusals) {
        this.limits = limits;
        this.refusals = refusals;
    }

    synchronized int open() {
        return open.size();
    }

    /** Takes a connection in; tells whether there is room for it. */
    synchronized boolean admit(Channel channel, Patience patience) {
        InetAddress address = address(channel);
        if (counts.getOrDefault(address, 0) >= limits.perAddress() && !makeRoom(address)
                || open.size() >= limits.connections() && !makeRoom(null)) {
            refusals.count(Refusals.TOO_MANY);
            return false;
        }
        open.put(channel, patience);
        counts.merge(address, 1, Integer::sum);
        channel.closeFuture().addListener(closed -> forget(channel));
        return true;
    }

    private boolean makeRoom(InetAddress address) {
        Optional<Map.Entry<Channel, Patience>> victim = open.entrySet().stream()
                .filter(one -> one.getValue().isWaiting() && (address == null || address.equals(address(one.getKey()))))
                .max(Map.Entry.comparingByValue(MOST_USELESS_LAST));
        victim.map(Map.Entry::getKey).ifPresent(channel -> {
            forget(channel);
            channel.close();
            refusals.count(Refusals.TOO_MANY);
        });
        return victim.isPresent();
    }

    private synchronized void forget(Channel channel) {
        if (open.remove(channel) != null) {
            counts.computeIfPresent(address(channel), (address, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** Whom a connection comes from; in a test there may be nobody. */
    private static InetAddress address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress internet ? internet.getAddress()
                : InetAddress.getLoopbackAddress();
    }
}
