package io.bactrian.measure;

import io.bactrian.wire.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A histogram of durations: their number, their sum, and how many were within each of a few bounds. Thread-safe. */
public final class DurationHistogram {
    /** Upper bounds of the buckets in seconds; longer durations count in the total only. */
    public static final List<Double> BOUNDS = List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0);

    private static final double NANOS = 1e9;

    private final long[] counts = new long[BOUNDS.size() + 1];
    private double seconds;

    public synchronized void add(long nanos) {
        double took = Math.max(0, nanos) / NANOS;
        int bucket = 0;
        while (bucket < BOUNDS.size() && took > BOUNDS.get(bucket)) {
            bucket++;
        }
        counts[bucket]++;
        seconds += took;
    }

    /** A snapshot. */
    public synchronized Status.Durations status() {
        List<Long> buckets = new ArrayList<>();
        for (long count : counts) {
            buckets.add(count);
        }
        return new Status.Durations(Arrays.stream(counts).sum(), seconds, buckets);
    }
}
