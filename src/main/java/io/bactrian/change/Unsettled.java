package io.bactrian.change;

import java.util.HashMap;
import java.util.Map;

import io.bactrian.tree.Stat;

/** The files that were found moving while they were read, or changed so shortly before that they may be. Thread-safe. */
final class Unsettled {
    private final Map<String, Integer> readings = new HashMap<>();
    private final Map<String, Seen> seen = new HashMap<>();

    private record Seen(long inode, long changed, long nanoTime) {
    }

    /** How often a file was found moving. */
    synchronized int again(String path) {
        return readings.merge(path, 1, Integer::sum);
    }

    /**
     * Whether a file has had this change time for a while, by a clock that nobody sets: then the file system's clock has
     * ticked since, whatever it shows, and what changes the file from now on changes its change time.
     *
     * @param nanoTime now
     * @param tick     the while, in nanoseconds
     */
    synchronized boolean stands(String path, Stat stat, long nanoTime, long tick) {
        Seen before = seen.get(path);
        if (before == null || before.inode != stat.inode() || before.changed != stat.changed()) {
            seen.put(path, new Seen(stat.inode(), stat.changed(), nanoTime));
            return false;
        }
        return nanoTime - before.nanoTime > tick;
    }

    /** It stood still while it was read. */
    synchronized void stood(String path) {
        readings.remove(path);
    }

    /** Nothing is to be remembered of it any more. */
    synchronized void settled(String path) {
        readings.remove(path);
        seen.remove(path);
    }
}
