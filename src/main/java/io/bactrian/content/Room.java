package io.bactrian.content;

/** The bytes that uploads may take, all together, and how many uploads there may be. Thread-safe. */
public final class Room {
    private final long most;
    private final int uploads;
    private long taken;

    /**
     * @param most    bytes of all uploads
     * @param uploads how many of them
     */
    public Room(long most, int uploads) {
        this.most = most;
        this.uploads = uploads;
    }

    /** As much as there is. */
    public static Room unlimited() {
        return new Room(Long.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Refuses one more upload than there may be. */
    void admit(int others) throws NoRoomException {
        if (others >= uploads) {
            throw new NoRoomException("at most " + uploads + " files may have begun to arrive at the same time");
        }
    }

    synchronized void take(long bytes) throws NoRoomException {
        if (bytes > most - taken) {
            throw new NoRoomException("the files that have begun to arrive may have at most " + most + " bytes together");
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
