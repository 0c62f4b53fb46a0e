package io.bactrian.gate;

import java.util.List;
import java.util.Map;

import io.bactrian.measure.Counters;
import io.bactrian.wire.Problem;

/** How often somebody was turned away before a route heard of it, by kind: one of a few words. Thread-safe. */
public final class RefusalCounts {
    static final String TOO_MANY = "too-many-connections";
    static final String SLOW_HEAD = "slow-head";
    static final String SLOW_READER = "slow-reader";
    static final String HANDSHAKE = "tls";

    private final Counters counts = new Counters();

    /** What there usually is begins at 0: what appears with its first count cannot be seen to have grown. */
    RefusalCounts(List<String> kinds) {
        kinds.forEach(kind -> counts.add("", kind, 0));
    }

    void count(String kind) {
        counts.add("", kind, 1);
    }

    void count(Problem problem) {
        count(problem.word());
    }

    /** All so far. */
    public Map<String, Long> all() {
        return counts.of("");
    }
}
