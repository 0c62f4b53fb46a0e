package io.bactrian.access;

/**
 * Keeps concurrent batches of a lease's holder in order: each waits until its predecessor is done. A batch that fails
 * as a whole, or never arrives, blocks all that follow it. Thread-safe.
 */
public final class BatchSequence {
    private String lease = "";
    private long next;
    private boolean broken;

    /**
     * A lease was granted or renewed. Under a new lease batches are numbered from 0, and those of the previous one are
     * refused.
     */
    public synchronized void begin(String current) {
        if (!lease.equals(current)) {
            lease = current;
            next = 0;
            broken = false;
            notifyAll();
        }
    }

    /** Refuses all further batches, of any lease, and wakes those that wait. */
    public synchronized void stop() {
        begin("");
    }

    /**
     * Waits until all earlier batches of this lease are done.
     *
     * @param milliseconds to wait at most
     * @throws LeaseException if an earlier batch failed or did not arrive in time, or another lease was granted
     *         meanwhile
     */
    public synchronized void await(String current, long number, long milliseconds)
            throws LeaseException, InterruptedException {
        long until = System.nanoTime() + milliseconds * 1_000_000;
        while (lease.equals(current) && number > next && !broken) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new LeaseException("an earlier batch did not arrive in time; open a new session", false);
            }
            wait(left);
        }
        if (!lease.equals(current) || broken || number < next) {
            throw new LeaseException("the lease has changed or an earlier batch failed; open a new session",
                    false);
        }
    }

    /** Lets the next batch through, or none any more if this one failed. */
    public synchronized void done(String current, long number, boolean well) {
        if (lease.equals(current) && number == next) {
            next++;
            broken |= !well;
            notifyAll();
        }
    }
}
