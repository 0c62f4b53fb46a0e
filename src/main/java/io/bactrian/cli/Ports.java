package io.bactrian.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;

/** Which ports can be listened on. Stateless; the answer may be old by the time it is used. */
final class Ports {
    private Ports() {
    }

    /** A port that nobody listens on now. */
    static int free(String host) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        }
    }

    /** Why one cannot listen there, in words for a person; nothing if one can. */
    static Optional<String> trouble(String host, int port, String option) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            return Optional.of("the host " + host + " is unknown: give an address of this machine");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
            return Optional.empty();
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            return Optional.of(why.contains("in use")
                    ? "port " + port + " on " + host + " is taken; choose another with " + option
                    : "cannot listen on port " + port + " of " + host + ": " + why);
        }
    }
}
