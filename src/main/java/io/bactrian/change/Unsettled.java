package io.bactrian.change;

import java.util.HashMap;
import java.util.Map;

/** Counts how often a file was found moving while it was read. Thread-safe. */
final class Unsettled {
    private final Map<String, Integer> readings = new HashMap<>();

    synchronized int again(String path) {
        return readings.merge(path, 1, Integer::sum);
    }

    synchronized void settled(String path) {
        readings.remove(path);
    }
}
