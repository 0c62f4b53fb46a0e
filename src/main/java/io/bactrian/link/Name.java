package io.bactrian.link;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/** How a source is called where a person reads about it. */
public final class Name {
    private Name() {
    }

    public static String of(Path directory) {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "localhost";
        }
        return host + ":" + directory + " (pid " + ProcessHandle.current().pid() + ")";
    }
}
