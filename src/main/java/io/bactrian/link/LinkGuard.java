package io.bactrian.link;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.bactrian.change.Care;
import io.bactrian.change.Doubts;
import io.bactrian.change.Guard;
import io.bactrian.change.Loss;
import io.bactrian.change.Touched;
import io.bactrian.change.Witness;

/**
 * Whether a link waits for a person's word, because too much would be removed that nobody was seen to remove. While it
 * does removals wait, and all else goes on, unless it is the target that refuses everything or the source is empty; now and
 * then all is looked at again, for what was missing may be back. Thread-safe.
 */
public final class LinkGuard {
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofMillis(500);

    /** A look rests so many times as long as it took. */
    private static final int EASE = 20;

    private final Guard guard;
    private final LongSupplier nanoTime;
    private Optional<String> tripped = Optional.empty();
    private Optional<Loss> announced = Optional.empty();
    private Witness witness = Witness.NONE;
    private volatile Supplier<OptionalLong> toldUntil = OptionalLong::empty;
    private final Doubts doubts = new Doubts(() -> toldUntil.get());
    private Care care = Care.NONE;
    private Optional<Loss> waiting = Optional.empty();
    private boolean doubted;
    private long doubtedAt;
    private boolean stopped;
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

    /** Tells when the watch had last nothing more to tell. */
    public void by(Supplier<OptionalLong> watch) {
        toldUntil = watch;
    }

    /** What may be removed now. */
    public synchronized Guard rule() {
        return allowed > 0 ? guard.allowing(allowed) : guard;
    }

    /** The same, where another directory is in the source's place. */
    public synchronized Guard ruleOfAnother() {
        return allowed > 0 ? guard.byShare().allowing(allowed) : guard.byShare();
    }

    /** A look at all begins. */
    public synchronized void looks() {
        looked = nanoTime.getAsLong();
    }

    /** What was seen to be removed until the turn that begins. */
    synchronized void saw(Witness seen) {
        witness = seen;
    }

    public synchronized Witness witness() {
        return witness;
    }

    /**
     * A turn begins, in which it is removed with this care.
     *
     * @param held    entries that the target holds, if that is known; negative if not
     * @param watched whether nothing went unseen since the last comparison of all
     */
    public synchronized void begin(Guard rule, Witness seen, long held, boolean watched) {
        // Not what a person has allowed, for the word is for one turn; nor where no watch will tell anything.
        boolean doubting = watched && allowed == 0 && toldUntil.get().isPresent();
        care = new Care(rule, seen, held, doubting ? Optional.of(doubts) : Optional.empty());
        waiting = Optional.empty();
    }

    /** How careful the turn's comparison is to be; once it has tripped, nothing goes that nobody was seen to remove. */
    public synchronized Care care() {
        return care;
    }

    /** The turn's comparison has found removals that wait. */
    synchronized void waits(Loss loss) {
        waiting = Optional.of(loss);
    }

    /**
     * A turn is done. Only a comparison of all tells what is missing, and where all is watched only a second one, a
     * while after the first: what seems missing has perhaps been removed just now, and nobody has told of it yet.
     *
     * @param watched whether nothing went unseen since the last comparison of all
     * @param later   is told what is to be looked at again, and after how long
     * @return what a person has to be told now
     */
    synchronized Optional<String> ended(boolean everything, boolean watched, String name, BiConsumer<String, Duration> later) {
        if (!everything) {
            if (waiting.isPresent() && tripped.isEmpty()) {
                lookAgain(later);
            }
            return Optional.empty();
        }
        if (waiting.isEmpty()) {
            passed();
            return Optional.empty();
        }
        if (watched && tripped.isEmpty() && (!doubted || nanoTime.getAsLong() - doubtedAt < SOON.toNanos())) {
            lookAgain(later);
            return Optional.empty();
        }
        stopped = false;
        announced = waiting;
        allowed = 0;
        rest("guard tripped: this would remove " + waiting.get() + "; removals wait, all else goes on; if it is meant:"
                + " bactrian allow-removals --mirror " + name);
        return said ? Optional.empty() : tripped;
    }

    private void lookAgain(BiConsumer<String, Duration> later) {
        doubtedAt = doubted ? doubtedAt : nanoTime.getAsLong();
        doubted = true;
        later.accept(Touched.EVERYTHING.path(), SOON);
    }

    /** Nothing is left of the source, and nobody has said that it may be so: nothing is sent. */
    public synchronized void trip(String why, Loss loss) {
        stopped = true;
        announced = Optional.of(loss);
        allowed = 0;
        rest(why);
    }

    /** The target's own guard has tripped; what was allowed here still is. */
    public synchronized void trippedThere(String why) {
        stopped = true;
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
    public synchronized Optional<String> tripped() {
        return tripped;
    }

    /** Whether nothing is to be sent, for it is too early to look again. */
    public synchronized boolean rests() {
        return stopped && tripped.isPresent() && nanoTime.getAsLong() - again < 0;
    }

    /** Whether all is to be looked at again now. */
    public synchronized boolean isDue() {
        return tripped.isPresent() && nanoTime.getAsLong() - again >= 0;
    }

    /** Whether it has tripped so that nothing goes on. */
    public synchronized boolean isStopped() {
        return stopped && tripped.isPresent();
    }

    /** What it says to a person now; removals alone may wait, and all else be as it should. */
    public synchronized Optional<String> words(boolean restInStep) {
        return stopped ? tripped : announced.map(loss -> String.format(Locale.ROOT, "guard tripped: %,d %s; all else %s."
                + " This would remove %s; if it is meant: bactrian allow-removals", loss.count(),
                loss.count() == 1 ? "removal waits" : "removals wait", restInStep ? "in step" : "goes on", loss));
    }

    /**
     * Lets go, once, what was announced, and no more than that.
     *
     * @return what may go now; nothing if it has not tripped, or if it was the target's that did
     */
    public synchronized Optional<Loss> release() {
        announced.ifPresent(loss -> allowed = loss.count());
        again = nanoTime.getAsLong();
        return announced;
    }

    /** All was compared and sent: the word that was given is used up. */
    synchronized void passed() {
        tripped = Optional.empty();
        announced = Optional.empty();
        doubted = false;
        stopped = false;
        allowed = 0;
    }
}
