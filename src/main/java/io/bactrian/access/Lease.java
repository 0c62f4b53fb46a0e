package io.bactrian.access;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The exclusive right to change a replica, held by one sender at a time. It ends when it is released, or when its
 * holder has not been heard of for the lease's duration. Each lease has a name that is never used again, so a late
 * request of an earlier holder is recognized (a fencing token, see Kleppmann, "How to do distributed locking").
 * Thread-safe.
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
     * Grants or renews the lease.
     *
     * @param sender   name of the sender, for people
     * @param instance stays the same when a sender restarts, so that it can take over its own lease
     * @param lease    the lease that the sender believes it holds
     * @return the lease's name
     * @throws LeaseException if another sender holds it
     */
    public synchronized String open(String sender, String instance, Optional<String> lease) throws LeaseException {
        Optional<Holder> current = current();
        if (current.isPresent() && !current.get().instance().equals(instance)) {
            // The text stays the same, so that a waiting sender logs it only once.
            throw new LeaseException(current.get().sender() + " holds the lease; it expires " + length.toSeconds()
                    + " s after the last request of that sender, or when that sender stops", true);
        }
        boolean renewal = current.isPresent() && lease.filter(current.get().lease()::equals).isPresent();
        String name = renewal ? current.get().lease() : UUID.randomUUID().toString();
        holder = Optional.of(new Holder(sender, instance, name));
        heardAt = nanoTime.getAsLong();
        return name;
    }

    /**
     * Accepts a request made under a lease, and extends the lease.
     *
     * @throws LeaseException if that is not the current lease
     */
    public synchronized void check(Optional<String> lease) throws LeaseException {
        if (lease.isEmpty()) {
            throw new LeaseException("changes require a lease; open a session first", false);
        }
        Optional<Holder> current = current();
        if (current.isEmpty() || !current.get().lease().equals(lease.get())) {
            throw new LeaseException("this lease has expired; open a new session", false);
        }
        heardAt = nanoTime.getAsLong();
    }

    /** Releases the lease. Returns false if it was not the current one, which is then released already. */
    public synchronized boolean release(Optional<String> lease) {
        boolean held = lease.isPresent() && current().map(Holder::lease).equals(lease);
        if (held) {
            holder = Optional.empty();
        }
        return held;
    }

    /** Name of the holder, for people. */
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
