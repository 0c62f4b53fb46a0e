package io.bactrian.gate;

import java.util.List;
import java.util.Map;

import io.bactrian.measure.Counters;
import io.bactrian.wire.Problem;

/**
 * Counts requests and connections that were refused before they reached a route, by kind. The kinds are a small fixed
 * set. Thread-safe.
 */
public final class RefusalCounts {
    static final String TOO_MANY = "too-many-connections";
    static final String SLOW_HEAD = "slow-head";
    static final String SLOW_READER = "slow-reader";
    static final String HANDSHAKE = "tls";

    private final Counters counts = new Counters();

    /**
     * The usual kinds start at 0, because a counter that appears with its first increment shows no increase in
     * monitoring.
     */
    RefusalCounts(List<String> kinds) {
        kinds.forEach(kind -> counts.add("", kind, 0));
    }

    void count(String kind) {
        counts.add("", kind, 1);
    }

    void count(Problem problem) {
        count(problem.word());
    }

    /** All counts so far, by kind. */
    public Map<String, Long> all() {
        return counts.of("");
    }
}
