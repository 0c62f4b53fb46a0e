package io.bactrian.measure;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of what happens, by two words, such as {@code file} and {@code applied}. They only grow. Whoever counts takes
 * the words from a small set of his own, and never from what somebody sent. Thread-safe.
 */
public final class Counters {
    private final Map<String, Map<String, LongAdder>> counts = new ConcurrentHashMap<>();

    public void add(String what, String how, long more) {
        counts.computeIfAbsent(what, key -> new ConcurrentHashMap<>())
                .computeIfAbsent(how, key -> new LongAdder()).add(more);
    }

    /** All counts so far, by both words, in their order. */
    public Map<String, Map<String, Long>> all() {
        Map<String, Map<String, Long>> all = new TreeMap<>();
        counts.forEach((what, hows) -> {
            Map<String, Long> sums = new TreeMap<>();
            hows.forEach((how, count) -> sums.put(how, count.sum()));
            all.put(what, sums);
        });
        return all;
    }

    /** The counts of one first word, by the second. */
    public Map<String, Long> of(String what) {
        return all().getOrDefault(what, Map.of());
    }
}
