package io.bactrian.route;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

import io.bactrian.change.Guard;
import io.bactrian.change.Loss;

/**
 * Whether a link waits for a person's word, because too much would be removed. While it does nothing is sent; now and
 * then all is looked at again, for what was missing may be back. Thread-safe.
 */
final class LinkGuard {
    private static final Duration AGAIN = Duration.ofSeconds(5);

    /** A look rests so many times as long as it took. */
    private static final int EASE = 20;

    private final Guard guard;
    private final LongSupplier nanoTime;
    private Optional<String> tripped = Optional.empty();
    private Optional<Loss> announced = Optional.empty();
    private boolean said;
    private long allowed;
    private long looked;
    private long again;

    LinkGuard(Guard guard) {
        this(guard, System::nanoTime);
    }

    LinkGuard(Guard guard, LongSupplier nanoTime) {
        this.guard = guard;
        this.nanoTime = nanoTime;
    }

    /** What may be removed now. */
    synchronized Guard rule() {
        return allowed > 0 ? guard.allowing(allowed) : guard;
    }

    /** A look at all begins. */
    synchronized void looks() {
        looked = nanoTime.getAsLong();
    }

    /** Too much would be removed, and nobody has said that it may be. */
    synchronized void trip(String why, Loss loss) {
        announced = Optional.of(loss);
        allowed = 0;
        rest(why);
    }

    /** The target's own guard has tripped; what was allowed here still is. */
    synchronized void trippedThere(String why) {
        announced = Optional.empty();
        rest(why);
    }

    private void rest(String why) {
        said = tripped.filter(why::equals).isPresent();
        long now = nanoTime.getAsLong();
        tripped = Optional.of(why);
        again = now + Math.max(AGAIN.toNanos(), EASE * (now - looked));
    }

    /** Whether a person was told already. */
    synchronized boolean hasSaid(String what) {
        return said && tripped.filter(what::startsWith).isPresent();
    }

    /** What it says if it has tripped. */
    synchronized Optional<String> tripped() {
        return tripped;
    }

    /** Whether it is too early to look again. */
    synchronized boolean rests() {
        return tripped.isPresent() && nanoTime.getAsLong() - again < 0;
    }

    /**
     * Lets go, once, what was announced, and no more than that.
     *
     * @return what may go now; nothing if it has not tripped, or if it was the target's that did
     */
    synchronized Optional<Loss> release() {
        announced.ifPresent(loss -> allowed = loss.count());
        again = nanoTime.getAsLong();
        return announced;
    }

    /** All was compared and sent: the word that was given is used up. */
    synchronized void passed() {
        tripped = Optional.empty();
        announced = Optional.empty();
        allowed = 0;
    }
}
