package io.bactrian.benchmark.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

import io.bactrian.benchmark.place.Place;
import io.bactrian.benchmark.place.Program;

/** rsync's client and daemon. Stateless. */
public final class Rsync implements Peer {
    private static final int PORT = 8730;

    @Override
    public String name() {
        return "rsync";
    }

    @Override
    public List<String> programs() {
        return List.of("rsync");
    }

    @Override
    public String version() throws IOException {
        return Program.firstLine("rsync", "--version");
    }

    @Override
    public Session open(Place place) throws IOException {
        String target = serve(place);
        return new Session() {
            @Override
            public void bring() throws IOException {
                place.runAtSource(Map.of(), List.of("rsync", "-a", "--delete", place.source() + "/", target));
            }

            @Override
            public boolean ends() {
                return true;
            }

            @Override
            public boolean watches() {
                return false;
            }
        };
    }

    /** Starts the daemon; tells the target's URL. */
    static String serve(Place place) throws IOException {
        int port = place.network().port(PORT);
        boolean root = System.getProperty("user.name").equals("root");
        Files.writeString(place.own("rsyncd.conf"), String.join("\n",
                "use chroot = false",
                // Otherwise a symbolic link arrives as another one.
                "munge symlinks = false",
                "address = " + place.network().targetAddress(),
                "port = " + port,
                "[target]",
                "path = " + place.target(),
                "read only = false",
                root ? "uid = root\ngid = root" : "", ""));
        place.startAtTarget(Map.of(), List.of("rsync", "--daemon", "--no-detach", "--config="
                + place.own("rsyncd.conf"))).awaitListening(port);
        return "rsync://" + place.network().targetAddress() + ":" + place.reach(port) + "/target/";
    }
}
