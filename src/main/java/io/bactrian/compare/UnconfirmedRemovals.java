package io.bactrian.compare;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Paths that are missing in a watched source although the watch has not reported their removal. A comparison may be ahead of the
 * watch, so such a path is compared again after the watch has delivered the events of that time. Only then is it removed as
 * unobserved; the guard counts such removals, and holds them if there are too many. Bounded. Thread-safe.
 */
public final class UnconfirmedRemovals {
    /** From the moment at which the watch had delivered its events to the second comparison. */
    static final Duration PAUSE = Duration.ofMillis(500);

    /** The longest usual delay between a change and its event. */
    static final Duration EVENT_DELAY = Duration.ofMillis(100);

    /** Paths that are kept; further ones stay unconfirmed until there is room. */
    static final int LIMIT = 50_000;

    /** A path that was not asked for again for this long is not missing any more. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final Map<String, Missing> missing = new LinkedHashMap<>();
    private final Supplier<OptionalLong> deliveredUntil;
    private final LongSupplier nanoTime;

    /**
     * A path that was missing.
     *
     * @param delivered when the watch was found to have delivered the events of that time; empty if it has not yet
     */
    private record Missing(long since, OptionalLong delivered) {
    }

    /** @param deliveredUntil when the watch last had no more events to deliver, by {@link System#nanoTime} */
    public UnconfirmedRemovals(Supplier<OptionalLong> deliveredUntil) {
        this(deliveredUntil, System::nanoTime);
    }

    UnconfirmedRemovals(Supplier<OptionalLong> deliveredUntil, LongSupplier nanoTime) {
        this.deliveredUntil = deliveredUntil;
        this.nanoTime = nanoTime;
    }

    /** Whether this missing path must be compared again, because the watch may still report its removal. */
    synchronized boolean mustBeComparedAgain(String path) {
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
        OptionalLong delivered = deliveredUntil.get();
        if (is.delivered.isEmpty() && delivered.isPresent() && delivered.getAsLong() - is.since >= EVENT_DELAY.toNanos()) {
            missing.put(path, new Missing(is.since, OptionalLong.of(delivered.getAsLong())));
            is = missing.get(path);
        }
        boolean confirmed = is.delivered.isPresent() && now - is.delivered.getAsLong() >= PAUSE.toNanos();
        if (confirmed) {
            missing.remove(path);
        }
        return !confirmed;
    }

    /** The path exists, or the watch has reported its removal. */
    synchronized void confirmed(String path) {
        if (!missing.isEmpty()) {
            missing.remove(path);
        }
    }
}
