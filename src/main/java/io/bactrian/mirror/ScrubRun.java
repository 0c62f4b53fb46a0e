package io.bactrian.mirror;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.bactrian.measure.RepairCounters;
import io.bactrian.replica.scrub.Discrepancy;
import io.bactrian.replica.scrub.Scrub;
import io.bactrian.wire.Message;
import io.bactrian.wire.Status;

/** One scrub of one mirror: its progress and findings. Thread-safe. */
public class ScrubRun implements Scrub.Report {
    private static final Logger LOG = LoggerFactory.getLogger(ScrubRun.class);

    /** Findings that are kept; further ones are only counted. */
    private static final int MOST = 20_000;
    private static final int PAGE = 2_000;
    private static final int LOGGED = 20;

    private final String mirror;
    private final boolean repairs;
    private final RepairCounters all;
    private final String id = UUID.randomUUID().toString();
    private final Instant began = Instant.now();
    private final List<Message.Scrub.Finding> findings = new ArrayList<>();
    private long files;
    private long bytes;
    private long found;
    private boolean begun;
    private boolean done;

    /** @param all counters over all scrubs of the mirror */
    public ScrubRun(String mirror, boolean repairs, RepairCounters all) {
        this.mirror = mirror;
        this.all = all;
        this.repairs = repairs;
    }

    /** Returns true for the first caller, which must then run the scrub. */
    public synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    synchronized boolean hasBegun() {
        return begun;
    }

    @Override
    public synchronized void read(long more) {
        bytes += more;
        files += more == 0 ? 1 : 0;
    }

    @Override
    public synchronized void found(Discrepancy finding) {
        found++;
        all.found(finding.path(), repairs);
        if (findings.size() < MOST) {
            findings.add(new Message.Scrub.Finding(finding.path(), finding.what(), finding.held(), finding.is()));
            notifyAll();
        }
        if (found <= LOGGED) {
            LOG.warn("{}: scrub: {}: {}", mirror, finding.what(), finding.path().isEmpty() ? "." : finding.path());
        }
    }

    /** The scrub has ended; {@code how} gives the reason, for people, if it did not complete. */
    public synchronized void end(String how) {
        done = true;
        if (how.isEmpty()) {
            all.ended();
        }
        notifyAll();
        LOG.info("{}: scrub: {} files read, {} bytes, {} discrepancies{}{}", mirror, files, bytes, found,
                found == 0 ? "" : repairs ? ", which the sender repairs" : ", not repaired", how);
    }

    /** The findings after the given number of them; waits for new ones for a limited time. */
    public synchronized Message.Scrub tell(long after, long milliseconds) {
        try {
            if (!done && findings.size() <= after && milliseconds > 0) {
                wait(milliseconds);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int from = (int) Math.max(0, Math.min(after, findings.size()));
        int to = Math.min(findings.size(), from + PAGE);
        // A client that does not have all findings yet must ask again.
        return new Message.Scrub(id, done && to == findings.size(), repairs, files, bytes, found,
                List.copyOf(findings.subList(from, to)));
    }

    public synchronized boolean isDone() {
        return done;
    }

    public boolean repairs() {
        return repairs;
    }

    public String id() {
        return id;
    }

    synchronized Status.Scrub status() {
        return new Status.Scrub(began, done, repairs, files, bytes, found);
    }
}
