package io.bactrian.measure;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Monotonic counters with two labels, such as {@code file} and {@code applied}. Label values come from a fixed set,
 * never from untrusted input. Thread-safe.
 */
public final class Counters {
    private final Map<String, Map<String, LongAdder>> counts = new ConcurrentHashMap<>();

    public void add(String what, String how, long more) {
        counts.computeIfAbsent(what, key -> new ConcurrentHashMap<>())
                .computeIfAbsent(how, key -> new LongAdder()).add(more);
    }

    /** All counts so far, by both labels, sorted. */
    public Map<String, Map<String, Long>> all() {
        Map<String, Map<String, Long>> all = new TreeMap<>();
        counts.forEach((what, hows) -> {
            Map<String, Long> sums = new TreeMap<>();
            hows.forEach((how, count) -> sums.put(how, count.sum()));
            all.put(what, sums);
        });
        return all;
    }

    /** The counts of one first label, by the second. */
    public Map<String, Long> of(String what) {
        return all().getOrDefault(what, Map.of());
    }
}
