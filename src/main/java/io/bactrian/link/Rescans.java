package io.bactrian.link;

import java.io.IOException;
import java.time.Duration;

import io.bactrian.measure.AdaptiveInterval;
import io.bactrian.measure.CpuTime;
import io.bactrian.wire.Status;

/**
 * Measures the cost of comparing a whole source with one target, and decides when that is repeated without an event. Thread-safe.
 */
public final class Rescans {
    /** A comparison. */
    public interface Comparing {
        void run() throws IOException;
    }

    private final String target;
    private volatile AdaptiveInterval interval;
    private volatile Duration forecast = Duration.ZERO;

    /** @param most longest time between two comparisons; zero disables them */
    Rescans(String target, Duration most) {
        this.target = target;
        this.interval = new AdaptiveInterval(most);
    }

    /** Shares the interval of the other links of a source, so that all compare at the same time. */
    public void share(AdaptiveInterval shared) {
        interval = shared;
    }

    /** Records the cost of the removal forecast before a comparison. */
    public void forecast(CpuTime effort) {
        forecast = effort.soFar();
    }

    /** Runs a comparison; its cost counts only if the whole source is compared. */
    public void comparing(boolean all, Comparing comparison) throws IOException {
        CpuTime effort = new CpuTime();
        comparison.run();
        if (all) {
            interval.took(target, forecast.plus(effort.soFar()));
        }
    }

    public Status.Looks status() {
        return interval.status();
    }
}
