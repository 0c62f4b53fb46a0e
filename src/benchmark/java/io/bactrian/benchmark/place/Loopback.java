package io.bactrian.benchmark.place;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;

/** Both ends on the loopback interface: needs no rights, counts nothing. Stateless. */
public final class Loopback implements Network {
    private static final String ADDRESS = "127.0.0.1";

    private final String why;

    /** @param why what is missing for the better way */
    public Loopback(String why) {
        this.why = why;
    }

    @Override
    public List<String> atSource(List<String> command) {
        return command;
    }

    @Override
    public List<String> atTarget(List<String> command) {
        return command;
    }

    @Override
    public String sourceAddress() {
        return ADDRESS;
    }

    @Override
    public String targetAddress() {
        return ADDRESS;
    }

    @Override
    public int port(int usual) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Override
    public Optional<Traffic> traffic() {
        return Optional.empty();
    }

    @Override
    public String description() {
        return "both ends on loopback, bytes are not counted: " + why;
    }

    @Override
    public void close() {
        // Nothing was made.
    }
}
