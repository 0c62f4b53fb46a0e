package io.bactrian.compare;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/**
 * Decides when small files that keep changing are read and sent. They are sent whole: for a while after each change, and then so
 * seldom that it takes 5 % of a processor. Also keeps the files whose change time is too young to be trusted. Thread-safe.
 */
final class SmallFileTiming {
    private static final int SHARE = 20;
    private static final long CREDIT = Duration.ofSeconds(2).toNanos();
    /** The processor time of a batch for one file on both sides, and of each byte in it. */
    private static final long BATCH = Duration.ofMillis(5).toNanos();
    private static final long BYTE = 50;
    private static final long CLOSE = Duration.ofSeconds(1).toNanos();
    private static final long REMEMBERED = Duration.ofMinutes(1).toNanos();
    /** From this number on, entries of files that are gone are removed. */
    static final int LIMIT = 10_000;

    private final Map<String, Spent> spent = new HashMap<>();
    private final Map<String, Integer> readings = new HashMap<>();
    /** Used with --once only. */
    private final Set<String> unsure = new HashSet<>();
    private final Map<String, Seen> seen = new HashMap<>();
    private int sweepAt = LIMIT;

    private record Seen(long inode, long changed, long nanoTime) {
    }

    /** Processor time that pauses have not made up for, at this time. */
    private record Spent(long nanos, long nanoTime) {
        long left(long now) {
            return Math.max(0, nanos - (now - nanoTime) / SHARE);
        }
    }

    /**
     * A small file is sent.
     *
     * @param held     what the target has at the path: a file that has changed shortly after that keeps changing
     * @param nanoTime now
     */
    synchronized void sent(String path, Stat stat, Optional<IndexEntry> held, long nanoTime) {
        boolean sentBefore = held.filter(is -> is.entry() instanceof Entry.File file && stat.modified().compareTo(file.modified()) > 0
                && stat.modified().since(file.modified()) < CLOSE).isPresent();
        if (!sentBefore) {
            return;
        }
        if (spent.size() >= LIMIT) {
            spent.values().removeIf(is -> is.left(nanoTime) == 0);
        }
        Spent before = spent.getOrDefault(path, new Spent(0, nanoTime));
        if (spent.size() < LIMIT || spent.containsKey(path)) {
            spent.put(path, new Spent(before.left(nanoTime) + BATCH + BYTE * stat.size(), nanoTime));
        }
    }

    /** How long a small file must not be sent again. */
    synchronized Duration rest(String path, long nanoTime) {
        long left = spent.containsKey(path) ? spent.get(path).left(nanoTime) : 0;
        return Duration.ofNanos(Math.max(0, left - CREDIT) * SHARE);
    }

    /** Postpones a small file that keeps changing; returns whether it did. */
    boolean isPostponed(String path, long nanoTime, Notices findings) {
        Duration rest = rest(path, nanoTime);
        if (!rest.isZero()) {
            findings.lookAgain(path, rest);
        }
        return !rest.isZero();
    }

    /** Whether this is the first time that a file is sent although it may have changed while it was read. */
    synchronized boolean isFirst(String path) {
        return unsure.add(path);
    }

    /** Counts how often a file changed while it was read. */
    synchronized int changedAgain(String path) {
        return readings.merge(path, 1, Integer::sum);
    }

    /**
     * Whether a file has had this change time for a while, by the monotonic clock: then the file system's clock has ticked since,
     * and any later change of the file updates its change time.
     *
     * @param nanoTime now
     * @param tick     the duration, in nanoseconds
     */
    synchronized boolean hasSettled(String path, Stat stat, long nanoTime, long tick) {
        Seen before = seen.get(path);
        if (before == null || before.inode != stat.inode() || before.changed != stat.changed()) {
            forgetGone(nanoTime);
            seen.put(path, new Seen(stat.inode(), stat.changed(), nanoTime));
            return false;
        }
        return nanoTime - before.nanoTime > tick;
    }

    /** Files that are not compared any more are gone; many live for a moment only. */
    private void forgetGone(long nanoTime) {
        if (seen.size() >= sweepAt) {
            seen.values().removeIf(is -> nanoTime - is.nanoTime > REMEMBERED);
            sweepAt = Math.max(LIMIT, 2 * seen.size());
        }
        if (readings.size() >= LIMIT) {
            readings.clear();
        }
    }

    /** The number of entries kept. */
    synchronized int size() {
        return seen.size() + readings.size() + spent.size();
    }

    /** The file did not change while it was read. */
    synchronized void unchanged(String path) {
        readings.remove(path);
    }

    /** Removes what is kept of a file. */
    synchronized void settled(String path) {
        readings.remove(path);
        seen.remove(path);
    }
}
