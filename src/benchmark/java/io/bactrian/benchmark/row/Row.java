package io.bactrian.benchmark.row;

import java.io.IOException;
import java.time.Duration;

import io.bactrian.benchmark.peer.Peer;
import io.bactrian.benchmark.place.Place;

/** One piece of work that is given to every peer. */
public interface Row {
    /** For the command line. */
    String name();

    /** For people. */
    String work();

    /** What is wanted of Bactrian, at full size. */
    Goal goal();

    /** The time from source to target and back; zero if the network is as fast as it is. */
    default Duration roundTrip() {
        return Duration.ZERO;
    }

    /** Whether it is measured if nobody names it. */
    default boolean usual() {
        return true;
    }

    /** Whether this peer can be measured at it. */
    default boolean suits(Peer peer) {
        return true;
    }

    /** Does it once, at a place where nothing has been done yet. */
    Measurement measure(Peer peer, Place place) throws IOException;
}
