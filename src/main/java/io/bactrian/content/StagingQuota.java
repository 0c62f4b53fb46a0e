package io.bactrian.content;

/** The bytes that uploads may take, all together, and how many uploads there may be. Thread-safe. */
public final class StagingQuota {
    private final long most;
    private final int uploads;
    private long taken;

    /**
     * @param most    bytes of all uploads
     * @param uploads how many of them
     */
    public StagingQuota(long most, int uploads) {
        this.most = most;
        this.uploads = uploads;
    }

    /** As much as there is. */
    public static StagingQuota unlimited() {
        return new StagingQuota(Long.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Refuses one more upload than there may be. */
    void admit(int others) throws StagingQuotaException {
        if (others >= uploads) {
            throw new StagingQuotaException("at most " + uploads + " files may have begun to arrive at the same time");
        }
    }

    synchronized void take(long bytes) throws StagingQuotaException {
        if (bytes > most - taken) {
            throw new StagingQuotaException("the files that have begun to arrive may have at most " + most + " bytes together");
        }
        taken += bytes;
    }

    /** Takes what is there already, however much that is. */
    synchronized void hold(long bytes) {
        taken += bytes;
    }

    synchronized void give(long bytes) {
        taken -= bytes;
    }
}
