package io.bactrian.access;

/**
 * The order of the batches that a lease's holder has on their way at the same time: each waits until the one before
 * it is done. One that failed as a whole, or never comes, lets none after it through. Thread-safe.
 */
public final class BatchSequence {
    private String lease = "";
    private long next;
    private boolean broken;

    /** A lease was given or renewed: under a new one batches begin at 0, and those of the one before are refused. */
    public synchronized void begin(String current) {
        if (!lease.equals(current)) {
            lease = current;
            next = 0;
            broken = false;
            notifyAll();
        }
    }

    /** Lets no batch through any more, of any lease: those that wait are told. */
    public synchronized void stop() {
        begin("");
    }

    /**
     * Waits until all batches of this lease before this one are done.
     *
     * @param milliseconds how long it waits at most
     * @throws LeaseException if they will not be, or another lease has come meanwhile
     */
    public synchronized void await(String current, long number, long milliseconds)
            throws LeaseException, InterruptedException {
        long until = System.nanoTime() + milliseconds * 1_000_000;
        while (lease.equals(current) && number > next && !broken) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new LeaseException("a batch before this one did not come; open a session again", false);
            }
            wait(left);
        }
        if (!lease.equals(current) || broken || number < next) {
            throw new LeaseException("another lease was given, or a batch before this one failed; open a session again",
                    false);
        }
    }

    /** Lets the batch after this one through, or none any more if this one failed. */
    public synchronized void done(String current, long number, boolean well) {
        if (lease.equals(current) && number == next) {
            next++;
            broken |= !well;
            notifyAll();
        }
    }
}
