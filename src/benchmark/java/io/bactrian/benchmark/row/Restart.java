package io.bactrian.benchmark.row;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.benchmark.peer.Peer;
import io.bactrian.benchmark.place.Place;

/**
 * Everything is in step, and the user starts it again: the time until it has found that there is nothing to do. Who
 * does not end by itself is given one new file, which it has when it is done. Immutable.
 */
record Restart(String name, String work, Tree tree, Goal goal) implements Row {
    @Override
    public Measurement measure(Peer peer, Place place) throws IOException {
        tree.settle(place);
        Expected all = Expected.of(place.source(), "");
        Peer.Session session = peer.open(place);
        session.bring();
        all.await(place.target());
        place.awaitSilence();
        session.rest();
        Path probe = place.source().resolve("probe");
        if (!session.ends()) {
            Files.writeString(probe, "probe");
        }
        Meter meter = new Meter(place);
        session.bring();
        if (!session.ends()) {
            Expected.of(place.source(), "probe").await(place.target());
        }
        meter.stop();
        return meter.read(session.ends(), session.ends() ? "" : "one new file as probe");
    }
}
