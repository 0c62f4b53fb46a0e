package io.bactrian.link;

import io.bactrian.change.Rules;
import io.bactrian.wire.Message;
import io.bactrian.wire.WireHeaders;
import java.time.Duration;
import java.util.Optional;

/** The lease that a target gave to a link, if it did. Thread-safe. */
public final class HeldLease {
    private Optional<Message.Session> session = Optional.empty();
    private long askAt;
    private long sequence;
    private boolean doubted;
    private boolean takesTimes = true;

    /** Whether the target is to be asked for it, first or again. */
    synchronized boolean isDue() {
        return !isSure() || System.nanoTime() - askAt >= 0;
    }

    /** What the view says may not be so: the target is asked before anything else is compared. */
    public synchronized void doubt() {
        doubted = true;
    }

    /** Whether there is one, and no doubt of what the target holds. */
    synchronized boolean isSure() {
        return session.isPresent() && !doubted;
    }

    /** It is given or renewed; under another one, batches are numbered from the beginning. */
    synchronized void given(Message.Session answer) {
        if (session.map(Message.Session::lease).filter(answer.lease()::equals).isEmpty()) {
            sequence = 0;
        }
        session = Optional.of(answer);
        doubted = false;
        // Whatever else is answered meanwhile makes it last longer, too, but does not say whether the target holds what it should.
        askAt = System.nanoTime() + Duration.ofSeconds(answer.seconds()).toNanos() / 3;
    }

    /** What its target said of the times that it takes. */
    public synchronized void times(String header) {
        takesTimes = header.equals(WireHeaders.SECONDS);
    }

    public synchronized void lost() {
        session = Optional.empty();
    }

    /** Numbers the next batch. */
    public synchronized long nextSequence() {
        return sequence++;
    }

    synchronized Optional<Message.Session> session() {
        return session;
    }

    /** What its target keeps of what it is told. */
    public synchronized Rules rules() {
        return session.map(is -> new Rules(is.keepsSetuid(), is.keepsLinks(), takesTimes)).orElse(new Rules(false, true));
    }
}
