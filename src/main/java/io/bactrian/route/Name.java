package io.bactrian.route;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/** How a source is called where a person reads about it. */
final class Name {
    private Name() {
    }

    static String of(Path directory) {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "localhost";
        }
        return host + ":" + directory + " (pid " + ProcessHandle.current().pid() + ")";
    }
}
