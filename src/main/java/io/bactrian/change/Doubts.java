package io.bactrian.change;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What is missing from a source that is watched, and nobody was seen to remove it: a comparison may be ahead of the watch,
 * which tells of it soon. So it is looked at again, until the watch has told all of that time, before it is removed as something
 * that nobody was seen to remove; the target counts such removals, and stops at too many. Bounded. Thread-safe.
 */
public final class Doubts {
    /** From the moment at which the watch had told all, to the second look. */
    static final Duration PAUSE = Duration.ofMillis(500);

    /** The system's own way from a change to the watch, at most about. */
    static final Duration WAY = Duration.ofMillis(100);

    /** Paths that are kept; further ones are doubted until there is room. */
    static final int LIMIT = 50_000;

    /** What is not missing any more was not asked for again, and is forgotten. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final Map<String, Missing> missing = new LinkedHashMap<>();
    private final Supplier<OptionalLong> toldUntil;
    private final LongSupplier nanoTime;

    /**
     * A path that was missing.
     *
     * @param told when it was found that the watch has told all of that time; empty if it has not yet
     */
    private record Missing(long since, OptionalLong told) {
    }

    /** @param toldUntil when the watch had last nothing more to tell, by {@link System#nanoTime} */
    public Doubts(Supplier<OptionalLong> toldUntil) {
        this(toldUntil, System::nanoTime);
    }

    Doubts(Supplier<OptionalLong> toldUntil, LongSupplier nanoTime) {
        this.toldUntil = toldUntil;
        this.nanoTime = nanoTime;
    }

    /** Whether this path, which is missing, is to be looked at again, because the watch may still tell of it. */
    synchronized boolean has(String path) {
        long now = nanoTime.getAsLong();
        for (Iterator<Missing> oldest = missing.values().iterator(); oldest.hasNext() && now - oldest.next().since > KEPT.toNanos();) {
            oldest.remove();
        }
        Missing is = missing.get(path);
        if (is == null) {
            if (missing.size() < LIMIT) {
                missing.put(path, new Missing(now, OptionalLong.empty()));
            }
            return true;
        }
        OptionalLong told = toldUntil.get();
        if (is.told.isEmpty() && told.isPresent() && told.getAsLong() - is.since >= WAY.toNanos()) {
            missing.put(path, new Missing(is.since, OptionalLong.of(told.getAsLong())));
            is = missing.get(path);
        }
        boolean believed = is.told.isPresent() && now - is.told.getAsLong() >= PAUSE.toNanos();
        if (believed) {
            missing.remove(path);
        }
        return !believed;
    }

    /** It is there, or somebody was seen to remove it. */
    synchronized void settled(String path) {
        if (!missing.isEmpty()) {
            missing.remove(path);
        }
    }
}
