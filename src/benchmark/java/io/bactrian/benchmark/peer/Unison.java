package io.bactrian.benchmark.peer;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.bactrian.benchmark.place.Place;
import io.bactrian.benchmark.place.Program;

/** Unison's client and server, with the source's side always right. Stateless. */
public final class Unison implements Peer {
    private static final int PORT = 9944;
    /** Names the directory in which each end remembers. */
    private static final String MEMORY = "UNISON";

    @Override
    public String name() {
        return "unison";
    }

    @Override
    public List<String> programs() {
        return List.of("unison");
    }

    @Override
    public String version() throws IOException {
        return Program.firstLine("unison", "-version");
    }

    @Override
    public Session open(Place place) throws IOException {
        int port = place.network().port(PORT);
        String address = place.network().targetAddress();
        place.startAtTarget(Map.of(MEMORY, place.own("unison-target").toString()),
                List.of("unison", "-socket", String.valueOf(port), "-listen", address)).awaitListening(port);
        String source = place.source().toString();
        List<String> client = List.of("unison", source, "socket://" + address + ":" + place.reach(port) + "/"
                + place.target(), "-batch", "-silent", "-times", "-confirmbigdel=false", "-force", source);
        return new Session() {
            @Override
            public void bring() throws IOException {
                place.runAtSource(Map.of(MEMORY, place.own("unison-source").toString()), client);
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
}
