package io.bactrian.link;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/** The name of a source for people: host, directory and process. */
public final class SenderName {
    private SenderName() {
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
