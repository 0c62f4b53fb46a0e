package io.bactrian.route;

import java.io.IOException;
import java.time.Duration;

import io.bactrian.measure.Effort;
import io.bactrian.measure.Pace;
import io.bactrian.wire.Status;

/**
 * What it costs to compare all of a source with one target, and so when that is done again although no event asks for it.
 * A turn first looks whether too much is missing, and then compares. Thread-safe.
 */
final class Rescans {
    /** What compares. */
    interface Comparing {
        void run() throws IOException;
    }

    private final String target;
    private volatile Pace pace;
    private volatile Duration foretold = Duration.ZERO;

    /** @param most how long all is at most not compared; zero is never */
    Rescans(String target, Duration most) {
        this.target = target;
        this.pace = new Pace(most);
    }

    /** All links of a source compare at the same time. */
    void share(Pace shared) {
        pace = shared;
    }

    /** The look before a comparison of all took so much. */
    void foretold(Effort effort) {
        foretold = effort.soFar();
    }

    /** Compares; what that takes counts only if all is compared. */
    void comparing(boolean all, Comparing comparison) throws IOException {
        Effort effort = new Effort();
        comparison.run();
        if (all) {
            pace.took(target, foretold.plus(effort.soFar()));
        }
    }

    Status.Looks status() {
        return pace.status();
    }
}
