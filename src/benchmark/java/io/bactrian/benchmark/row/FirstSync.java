package io.bactrian.benchmark.row;

import java.io.IOException;
import java.time.Duration;

import io.bactrian.benchmark.peer.Peer;
import io.bactrian.benchmark.place.Place;

/** A full source, an empty target: the time until they are equal. Immutable. */
record FirstSync(String name, String work, Tree tree, Goal goal, Duration roundTrip) implements Row {
    @Override
    public Measurement measure(Peer peer, Place place) throws IOException {
        tree.settle(place);
        Expected all = Expected.of(place.source(), "");
        Peer.Session session = peer.open(place);
        place.awaitSilence();
        all.checkNoneIn(place.target());
        Meter meter = new Meter(place);
        session.bring();
        if (!session.ends()) {
            all.await(place.target());
        }
        meter.stop();
        return meter.read(session.ends(), "");
    }
}
