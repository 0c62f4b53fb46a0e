package io.bactrian.mirror;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.bactrian.measure.AdaptiveInterval;
import io.bactrian.measure.RepairCounters;
import io.bactrian.replica.scrub.Discrepancy;
import io.bactrian.replica.scrub.Scrub;
import io.bactrian.wire.Status;

/**
 * Tracks changes that somebody other than the sender made in a replica, and when to look for them again. Thread-safe.
 */
public final class DriftCheck implements Scrub.Report {
    private static final Logger LOG = LoggerFactory.getLogger(DriftCheck.class);

    /** Discrepancies that are logged per check; further ones are only counted. */
    private static final int LOGGED = 20;

    private final String mirror;
    private final RepairCounters repairs;
    private final AdaptiveInterval interval;
    private long found;
    private long foundNow;
    private Optional<Status.Trouble> last = Optional.empty();

    /** @param most longest time between two checks; zero disables them */
    DriftCheck(String mirror, RepairCounters repairs, Duration most) {
        this.mirror = mirror;
        this.repairs = repairs;
        this.interval = new AdaptiveInterval(most);
    }

    /** Returns true once when a check is due. */
    boolean take() {
        return interval.take(() -> true);
    }

    public synchronized void begin() {
        foundNow = 0;
    }

    @Override
    public void read(long bytes) {
        // A check reads only what differs, which found() reports.
    }

    @Override
    public synchronized void found(Discrepancy finding) {
        found++;
        foundNow++;
        repairs.found(finding.path(), true);
        String path = finding.path().isEmpty() ? "." : finding.path();
        last = Optional.of(new Status.Trouble(Instant.now(), path, finding.what()));
        if (foundNow <= LOGGED) {
            LOG.warn("{}: foreign change: {}: {}", mirror, finding.what(), path);
        }
    }

    public void took(Duration effort) {
        interval.took(mirror, effort);
    }

    /** A check has ended. */
    public synchronized void end() {
        if (foundNow > 0) {
            LOG.info("{}: {} foreign changes found, which the sender repairs", mirror, foundNow);
        }
    }

    public synchronized Status.Check status() {
        return new Status.Check(interval.status(), found, last);
    }
}
