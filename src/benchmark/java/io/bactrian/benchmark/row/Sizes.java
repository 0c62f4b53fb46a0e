package io.bactrian.benchmark.row;

/**
 * How much there is to do. All amounts follow from two, so that a small benchmark is small in everything. Immutable.
 *
 * @param files     in the large tree
 * @param mebibytes of the large file
 * @param samples   of the latency
 */
public record Sizes(int files, int mebibytes, int samples) {
    /** For which the goals are meant. */
    public static final Sizes FULL = new Sizes(100_000, 1024, 100);

    /** What a file of a tree occupies on average. */
    private static final int PLACE = 8_000;

    public Sizes {
        if (files < 50 || mebibytes < 1 || samples < 1) {
            throw new IllegalArgumentException("at least 50 files, 1 MiB and 1 sample are needed");
        }
    }

    /** Files in each directory of a tree. */
    public int together() {
        return 100;
    }

    /** Files of the directory that is renamed. */
    public int renamed() {
        return files / 10;
    }

    /** Files that are written at once, and that are sent over a distance. */
    public int some() {
        return files / 5;
    }

    /** Files of a tree in which nothing happens. */
    public int idle() {
        return files / 50;
    }

    /** Files of the largest tree. */
    public int million() {
        return files * 10;
    }

    /** Bytes of the file that is copied. */
    public long copied() {
        return bytes() / 16;
    }

    /** Bytes of the file that is always written. */
    public long written() {
        return Math.max(1 << 20, bytes() / 4);
    }

    /** How often it is written to. */
    public int writes() {
        return samples * 18;
    }

    /** Bytes of the large file. */
    public long bytes() {
        return (long) mebibytes << 20;
    }

    /**
     * Bytes that have to be free: both sides, and what is staged.
     *
     * @param usual whether the largest tree is left out
     */
    public long space(boolean usual) {
        return Math.max(4 * bytes(), 2L * PLACE * (usual ? files : million()));
    }

    /** Whether the goals are meant for these. */
    public boolean isFull() {
        return files == FULL.files && mebibytes == FULL.mebibytes;
    }
}
