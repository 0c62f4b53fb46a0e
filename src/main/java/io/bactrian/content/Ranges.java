package io.bactrian.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of byte offsets, stored as ranges that neither overlap nor touch. Not thread-safe. */
final class Ranges {
    private final TreeMap<Long, Long> endByStart = new TreeMap<>();

    void add(Range range) {
        long start = range.offset();
        long end = range.end();
        Map.Entry<Long, Long> near = endByStart.floorEntry(end);
        while (near != null && near.getValue() >= start) {
            start = Math.min(start, near.getKey());
            end = Math.max(end, near.getValue());
            endByStart.remove(near.getKey());
            near = endByStart.floorEntry(end);
        }
        endByStart.put(start, end);
    }

    /** The parts of the given range that are not in the set, in order. */
    List<Range> missing(long start, long end) {
        List<Range> missing = new ArrayList<>();
        long at = start;
        Map.Entry<Long, Long> before = endByStart.floorEntry(start);
        if (before != null) {
            at = Math.max(at, before.getValue());
        }
        for (Map.Entry<Long, Long> run : endByStart.subMap(start, false, end, false).entrySet()) {
            if (run.getKey() > at) {
                missing.add(new Range(at, run.getKey() - at));
            }
            at = Math.max(at, run.getValue());
        }
        if (at < end) {
            missing.add(new Range(at, end - at));
        }
        return missing;
    }

    /** The end of the range that contains the position; the position itself if there is none. */
    long coveredTo(long position) {
        Map.Entry<Long, Long> run = endByStart.floorEntry(position);
        return run == null ? position : Math.max(position, run.getValue());
    }

    /** A copy that can be modified. */
    Ranges copy() {
        Ranges copy = new Ranges();
        copy.endByStart.putAll(endByStart);
        return copy;
    }

    /** The number of separate ranges. */
    int pieces() {
        return endByStart.size();
    }
}
