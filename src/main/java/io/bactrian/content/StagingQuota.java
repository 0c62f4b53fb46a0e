package io.bactrian.content;

/** Limits the number of uploads and the bytes that they take together. Thread-safe. */
public final class StagingQuota {
    private final long most;
    private final int uploads;
    private long taken;

    /**
     * @param most    bytes of all uploads together
     * @param uploads number of uploads
     */
    public StagingQuota(long most, int uploads) {
        this.most = most;
        this.uploads = uploads;
    }

    /** No limits. */
    public static StagingQuota unlimited() {
        return new StagingQuota(Long.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Checks that one more upload is permitted. */
    void admit(int others) throws StagingQuotaException {
        if (others >= uploads) {
            throw new StagingQuotaException("the limit of " + uploads + " incomplete uploads is reached");
        }
    }

    synchronized void take(long bytes) throws StagingQuotaException {
        if (bytes > most - taken) {
            throw new StagingQuotaException("incomplete uploads would exceed their common limit of " + most + " bytes");
        }
        taken += bytes;
    }

    /** Accounts for an existing upload, even beyond the limit. */
    synchronized void hold(long bytes) {
        taken += bytes;
    }

    synchronized void give(long bytes) {
        taken -= bytes;
    }
}
