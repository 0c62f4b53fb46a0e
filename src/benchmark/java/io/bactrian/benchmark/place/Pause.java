package io.bactrian.benchmark.place;

import java.time.Duration;

/** Waiting. Stateless. */
public final class Pause {
    private Pause() {
    }

    /** Waits so long; an interruption ends the benchmark. */
    public static void of(Duration duration) {
        try {
            Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the benchmark has been stopped", e);
        }
    }

    /** Waits so many milliseconds. */
    public static void millis(long milliseconds) {
        of(Duration.ofMillis(milliseconds));
    }
}
