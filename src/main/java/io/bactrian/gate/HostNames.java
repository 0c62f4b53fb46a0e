package io.bactrian.gate;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.bactrian.wire.Problem;
import io.netty.util.NetUtil;

/**
 * What a server may be called in {@code Host}. A page that somebody visits can have its own name lead to loopback
 * (DNS rebinding), and then asks in the name of who visits it; but its name is in the request. Immutable.
 */
final class HostNames {
    private final String bound;
    private final boolean loopback;
    private final List<String> more;

    /**
     * @param bound the host on which the server listens, as it was configured
     * @param more  what else it is called
     */
    HostNames(String bound, List<String> more) {
        this.bound = name(bound.contains(":") && !bound.startsWith("[") ? '[' + bound + ']' : bound);
        this.loopback = address(this.bound).map(InetAddress::isLoopbackAddress).orElse(this.bound.equals("localhost"));
        this.more = more.stream().map(HostNames::name).toList();
    }

    /** A server to which everybody may give any name, and which only asks that a page be its own. */
    static final Optional<HostNames> ANY = Optional.empty();

    /**
     * Whether a request with this {@code Host} is meant for the server. On loopback it has loopback's names; on a
     * network also every address, which is no name that somebody else could lead here, and names without a dot, which
     * only that network gives.
     */
    boolean contains(String host) {
        String name = name(host);
        if (name.equals("localhost") || name.equals(bound) || more.contains(name)) {
            return true;
        }
        return address(name).map(address -> !loopback || address.isLoopbackAddress())
                .orElse(!loopback && name.matches("[a-z0-9_-]+"));
    }

    /** Why a request from a page is refused: it is none of the server's own. */
    static Optional<Problem> foreign(List<String> hosts, List<String> origins) {
        boolean own = origins.stream().allMatch(origin -> hosts.stream().anyMatch(
                host -> origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host)));
        return own ? Optional.empty() : Optional.of(Problem.otherSite("A page of another site may ask nothing here."));
    }

    private static Optional<InetAddress> address(String name) {
        boolean six = name.startsWith("[") && name.endsWith("]") && NetUtil.isValidIpV6Address(name.substring(1, name.length() - 1));
        return six || NetUtil.isValidIpV4Address(name) ? Optional.of(NetUtil.createInetAddressFromIpAddressString(
                six ? name.substring(1, name.length() - 1) : name)) : Optional.empty();
    }

    /** Without the port, and as all others write it. */
    private static String name(String host) {
        String name = host.trim().toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
