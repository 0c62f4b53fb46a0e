package io.bactrian.benchmark.row;

import java.io.IOException;
import java.nio.file.Path;

import io.bactrian.benchmark.place.Pause;
import io.bactrian.benchmark.place.Place;

/** Makes what is in the source's directory before anything is measured. */
interface Tree {
    /** Who is careful looks twice at younger files: what was just written may be written again in the same tick. */
    int SETTLED = 3_000;

    void make(Path source) throws IOException;

    /** Makes it, and lets it become old enough to be trusted. */
    default void settle(Place place) throws IOException {
        make(place.source());
        Pause.millis(SETTLED);
    }
}
