package io.bactrian.link;

import java.io.IOException;
import java.time.Duration;

import io.bactrian.measure.AdaptiveInterval;
import io.bactrian.measure.CpuTime;
import io.bactrian.wire.Status;

/**
 * What it costs to compare all of a source with one target, and so when that is done again although no event asks for it.
 * A turn first looks whether too much is missing, and then compares. Thread-safe.
 */
public final class Rescans {
    /** What compares. */
    public interface Comparing {
        void run() throws IOException;
    }

    private final String target;
    private volatile AdaptiveInterval interval;
    private volatile Duration foretold = Duration.ZERO;

    /** @param most how long all is at most not compared; zero is never */
    Rescans(String target, Duration most) {
        this.target = target;
        this.interval = new AdaptiveInterval(most);
    }

    /** All links of a source compare at the same time. */
    public void share(AdaptiveInterval shared) {
        interval = shared;
    }

    /** The look before a comparison of all took so much. */
    public void foretold(CpuTime effort) {
        foretold = effort.soFar();
    }

    /** Compares; what that takes counts only if all is compared. */
    public void comparing(boolean all, Comparing comparison) throws IOException {
        CpuTime effort = new CpuTime();
        comparison.run();
        if (all) {
            interval.took(target, foretold.plus(effort.soFar()));
        }
    }

    public Status.Looks status() {
        return interval.status();
    }
}
