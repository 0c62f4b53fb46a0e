package io.bactrian.benchmark.row;

import java.io.IOException;
import java.util.Optional;

import io.bactrian.benchmark.place.Pause;
import io.bactrian.benchmark.place.Place;
import io.bactrian.benchmark.place.Traffic;

/** Counts bytes from its making on, and time from {@link #start} to {@link #stop}. Used once, by one thread. */
final class Meter {
    private final Place place;
    private final Optional<Traffic> before;
    private long started;
    private long stopped;

    Meter(Place place) throws IOException {
        this.place = place;
        this.before = place.network().traffic();
        start();
    }

    void start() {
        started = System.nanoTime();
    }

    void stop() {
        stopped = System.nanoTime();
    }

    double seconds() {
        return (stopped - started) / 1e9;
    }

    /** What was measured. Bytes that follow, such as answers, belong to it. */
    Measurement read(boolean ended, String note) throws IOException {
        return read(seconds(), Optional.empty(), ended, note);
    }

    /** As {@link #read(boolean, String)}, with times that the caller has taken. */
    Measurement read(double seconds, Optional<Double> slowest, boolean ended, String note) throws IOException {
        if (ended) {
            Pause.millis(100);
        } else {
            place.awaitSilence();
        }
        Optional<Traffic> traffic = place.network().traffic().map(now -> now.since(before.orElseThrow()));
        return new Measurement(seconds, slowest, traffic.map(Traffic::sent), traffic.map(Traffic::received),
                Optional.empty(), Referee.judge(place.source(), place.target()),
                Optional.of(note).filter(text -> !text.isEmpty()));
    }
}
