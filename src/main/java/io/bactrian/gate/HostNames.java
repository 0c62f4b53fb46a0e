package io.bactrian.gate;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.bactrian.wire.Problem;
import io.netty.util.NetUtil;

/**
 * The names that a server accepts in {@code Host}. They protect against DNS rebinding: a page can make its own host
 * name resolve to loopback and then send requests on behalf of the user who visits it, but its host name is in the
 * request. Immutable.
 */
final class HostNames {
    private final String bound;
    private final boolean loopback;
    private final List<String> more;

    /**
     * @param bound the host on which the server listens, as configured
     * @param more  further names of the server
     */
    HostNames(String bound, List<String> more) {
        this.bound = name(bound.contains(":") && !bound.startsWith("[") ? '[' + bound + ']' : bound);
        this.loopback = address(this.bound).map(InetAddress::isLoopbackAddress).orElse(this.bound.equals("localhost"));
        this.more = more.stream().map(HostNames::name).toList();
    }

    /** Accepts every {@code Host}. A request made by a web page must still come from this server's own origin. */
    static final Optional<HostNames> ANY = Optional.empty();

    /**
     * Whether the server answers to this {@code Host}. A server on loopback accepts the names of loopback. A server on
     * a network also accepts every IP address, which no attacker can redirect, and names without a dot, which only the
     * local network resolves.
     */
    boolean contains(String host) {
        String name = name(host);
        if (name.equals("localhost") || name.equals(bound) || more.contains(name)) {
            return true;
        }
        return address(name).map(address -> !loopback || address.isLoopbackAddress())
                .orElse(!loopback && name.matches("[a-z0-9_-]+"));
    }

    /** Refuses a request whose origin is not one of the hosts; empty if it may proceed. */
    static Optional<Problem> foreign(List<String> hosts, List<String> origins) {
        boolean own = origins.stream().allMatch(origin -> hosts.stream().anyMatch(
                host -> origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host)));
        return own ? Optional.empty() : Optional.of(Problem.otherSite("Requests from pages of other sites are not allowed."));
    }

    private static Optional<InetAddress> address(String name) {
        boolean six = name.startsWith("[") && name.endsWith("]") && NetUtil.isValidIpV6Address(name.substring(1, name.length() - 1));
        return six || NetUtil.isValidIpV4Address(name) ? Optional.of(NetUtil.createInetAddressFromIpAddressString(
                six ? name.substring(1, name.length() - 1) : name)) : Optional.empty();
    }

    /** The host in lower case, without port and trailing dot. */
    private static String name(String host) {
        String name = host.trim().toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
