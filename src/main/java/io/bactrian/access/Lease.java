package io.bactrian.access;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The right to change a replica: one sender has it at a time. It ends when it is given back or when nothing was
 * heard of its holder for its length. Every lease has a name that is never used again, so that a late request of
 * an earlier holder is known for what it is (Kleppmann's fencing token). Thread-safe.
 */
public final class Lease {
    private record Holder(String sender, String instance, String lease) {
    }

    private final Duration length;
    private final LongSupplier nanoTime;
    private Optional<Holder> holder = Optional.empty();
    private long heardAt;

    public Lease(Duration length) {
        this(length, System::nanoTime);
    }

    Lease(Duration length, LongSupplier nanoTime) {
        this.length = length;
        this.nanoTime = nanoTime;
    }

    /**
     * Gives or renews the lease.
     *
     * @param sender   its name for people
     * @param instance the same for a sender that was restarted, which takes its own lease over
     * @param lease    the lease that the sender believes to have
     * @return the lease's name
     * @throws LeaseException if another sender holds it
     */
    public synchronized String open(String sender, String instance, Optional<String> lease) throws LeaseException {
        Optional<Holder> current = current();
        if (current.isPresent() && !current.get().instance().equals(instance)) {
            // The same words each time, so that who waits and logs says it once.
            throw new LeaseException(current.get().sender() + " holds it; it ends " + length.toSeconds()
                    + " s after that sender was last heard of, or when it stops", true);
        }
        boolean renewal = current.isPresent() && lease.filter(current.get().lease()::equals).isPresent();
        String name = renewal ? current.get().lease() : UUID.randomUUID().toString();
        holder = Optional.of(new Holder(sender, instance, name));
        heardAt = nanoTime.getAsLong();
        return name;
    }

    /**
     * Admits a request that is made under a lease, which then lasts longer.
     *
     * @throws LeaseException if that is not the lease that is held now
     */
    public synchronized void check(Optional<String> lease) throws LeaseException {
        if (lease.isEmpty()) {
            throw new LeaseException("changes are made under a lease; open a session first", false);
        }
        Optional<Holder> current = current();
        if (current.isEmpty() || !current.get().lease().equals(lease.get())) {
            throw new LeaseException("this lease has ended; open a session again", false);
        }
        heardAt = nanoTime.getAsLong();
    }

    /** Gives the lease back; one that is not held any more is given back already. */
    public synchronized boolean release(Optional<String> lease) {
        boolean held = lease.isPresent() && current().map(Holder::lease).equals(lease);
        if (held) {
            holder = Optional.empty();
        }
        return held;
    }

    /** Who holds it, for people. */
    public synchronized Optional<String> sender() {
        return current().map(Holder::sender);
    }

    public Duration length() {
        return length;
    }

    private Optional<Holder> current() {
        if (nanoTime.getAsLong() - heardAt > length.toNanos()) {
            holder = Optional.empty();
        }
        return holder;
    }
}
