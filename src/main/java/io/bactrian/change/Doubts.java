package io.bactrian.change;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What is missing from a source that is watched, and nobody was seen to remove it: a comparison may be ahead of the watch,
 * which tells of it soon. So it is looked at a second time, after {@link #PAUSE}, before it is removed as something that
 * nobody was seen to remove; the target counts such removals, and stops at too many. Bounded. Thread-safe.
 */
public final class Doubts {
    /** Between the two looks. */
    static final Duration PAUSE = Duration.ofMillis(500);

    /** Paths that are kept; further ones are doubted until there is room. */
    static final int LIMIT = 50_000;

    /** What is not missing any more was not asked for again, and is forgotten. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final Map<String, Long> since = new LinkedHashMap<>();
    private final LongSupplier nanoTime;

    public Doubts() {
        this(System::nanoTime);
    }

    Doubts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether this path, which is missing, is to be looked at again; not if it was missing for {@link #PAUSE} already. */
    synchronized boolean has(String path) {
        long now = nanoTime.getAsLong();
        for (Iterator<Long> oldest = since.values().iterator(); oldest.hasNext() && now - oldest.next() > KEPT.toNanos();) {
            oldest.remove();
        }
        Long first = since.get(path);
        if (first != null && now - first >= PAUSE.toNanos()) {
            since.remove(path);
            return false;
        }
        if (first == null && since.size() < LIMIT) {
            since.put(path, now);
        }
        return true;
    }

    /** It is there, or somebody was seen to remove it. */
    synchronized void settled(String path) {
        if (!since.isEmpty()) {
            since.remove(path);
        }
    }
}
