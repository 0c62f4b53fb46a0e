package io.bactrian.link;

import java.time.Duration;
import java.util.Optional;

import io.bactrian.compare.TargetCapabilities;
import io.bactrian.wire.Message;
import io.bactrian.wire.WireHeaders;

/** The lease that a link holds at its target, if it has one. Thread-safe. */
public final class HeldLease {
    private Optional<Message.Session> session = Optional.empty();
    private long renewAt;
    private long sequence;
    private boolean viewIsSuspect;
    private boolean takesTimes = true;

    /** Whether the lease must be requested or renewed. */
    synchronized boolean isDue() {
        return !isReliable() || System.nanoTime() - renewAt >= 0;
    }

    /** The view may be wrong: the target is asked what it holds before anything else is compared. */
    public synchronized void suspectView() {
        viewIsSuspect = true;
    }

    /** Whether there is a lease, and the view is known to be right. */
    synchronized boolean isReliable() {
        return session.isPresent() && !viewIsSuspect;
    }

    /** The lease was granted or renewed; with a new one, batches are numbered from 0. */
    synchronized void granted(Message.Session answer) {
        if (session.map(Message.Session::lease).filter(answer.lease()::equals).isEmpty()) {
            sequence = 0;
        }
        session = Optional.of(answer);
        viewIsSuspect = false;
        // Other requests extend the lease, too, but their answers do not tell whether the view is right.
        renewAt = System.nanoTime() + Duration.ofSeconds(answer.seconds()).toNanos() / 3;
    }

    /** Records which times the target accepts, from its header. */
    public synchronized void times(String header) {
        takesTimes = header.equals(WireHeaders.SECONDS);
    }

    public synchronized void lost() {
        session = Optional.empty();
    }

    /** The number of the next batch. */
    public synchronized long nextSequence() {
        return sequence++;
    }

    synchronized Optional<Message.Session> session() {
        return session;
    }

    /** What the target can store. */
    public synchronized TargetCapabilities capabilities() {
        return session.map(is -> new TargetCapabilities(is.keepsSetuid(), is.keepsLinks(), takesTimes))
                .orElse(new TargetCapabilities(false, true));
    }
}
