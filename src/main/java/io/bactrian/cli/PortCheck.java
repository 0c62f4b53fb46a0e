package io.bactrian.cli;

import io.bactrian.fault.Faults;
import io.bactrian.settings.Property;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Map;
import java.util.Optional;

/** Checks and finds ports to listen on. Stateless; the answer may be outdated when it is used. */
final class PortCheck {
    private PortCheck() {
    }

    /** A free port. */
    static int free(String host) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        }
    }

    /** Why listening is not possible, for people; empty if it is. */
    static Optional<String> trouble(String host, int port, String option) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            return Optional.of("the host " + host + " is unknown: use an address of this machine");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
            return Optional.empty();
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            return Optional.of(why.contains("in use")
                    ? "port " + port + " on " + host + " is in use; choose another with " + option
                    : "cannot listen on port " + port + " of " + host + ": " + why);
        }
    }

    /** Exceptions do not name the port on which listening failed, so this tries the configured ports again. */
    static Optional<String> trouble(Throwable fault, Map<String, String> properties) {
        boolean listening = Faults.causes(fault).anyMatch(cause -> cause instanceof SocketException
                || cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException);
        String option = "--port, or " + Property.HTTP_PORT.key();
        return listening ? trouble(properties, Property.HTTP_HOST, Property.HTTP_PORT, option)
                .or(() -> trouble(properties, Property.MANAGEMENT_HOST, Property.MANAGEMENT_PORT, "--management-port"))
                : Optional.empty();
    }

    private static Optional<String> trouble(Map<String, String> properties, Property<String> host, Property<Integer> port,
            String option) {
        return PortCheck.trouble(properties.getOrDefault(host.key(), host.defaultValue()),
                Integer.parseInt(properties.getOrDefault(port.key(), port.defaultValue())), option);
    }
}
