package io.bactrian.change;

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
 * The files that were found moving while they were read, or changed so shortly before that they may be; and the small ones
 * that change all the time, each of which is sent whole: as often as they like for a while, and then so seldom that it
 * takes 5 % of a processor. Thread-safe.
 */
final class Unsettled {
    private static final int SHARE = 20;
    private static final long CREDIT = Duration.ofSeconds(2).toNanos();
    /** What a batch for one file takes on both sides, and what each byte of it does. */
    private static final long BATCH = Duration.ofMillis(5).toNanos();
    private static final long BYTE = 50;
    private static final long CLOSE = Duration.ofSeconds(1).toNanos();
    private static final long REMEMBERED = Duration.ofMinutes(1).toNanos();
    /** From so many on those that have gone are looked for. */
    static final int LIMIT = 10_000;

    private final Map<String, Spent> spent = new HashMap<>();
    private final Map<String, Integer> readings = new HashMap<>();
    /** Kept in a run that ends by itself only. */
    private final Set<String> unsure = new HashSet<>();
    private final Map<String, Seen> seen = new HashMap<>();
    private int sweepAt = LIMIT;

    private record Seen(long inode, long changed, long nanoTime) {
    }

    /** Processor time that was not made up for yet, at some moment. */
    private record Spent(long nanos, long nanoTime) {
        long left(long now) {
            return Math.max(0, nanos - (now - nanoTime) / SHARE);
        }
    }

    /**
     * A small file is sent whole.
     *
     * @param held     what the target has in its place: one that has changed shortly after that is changing all the time
     * @param nanoTime now
     */
    synchronized void sent(String path, Stat stat, Optional<IndexEntry> held, long nanoTime) {
        boolean again = held.filter(is -> is.entry() instanceof Entry.File file && stat.modified().compareTo(file.modified()) > 0
                && stat.modified().since(file.modified()) < CLOSE).isPresent();
        if (!again) {
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

    /** How long a small file is not to be sent again. */
    synchronized Duration rest(String path, long nanoTime) {
        long left = spent.containsKey(path) ? spent.get(path).left(nanoTime) : 0;
        return Duration.ofNanos(Math.max(0, left - CREDIT) * SHARE);
    }

    /** Has a small file that changes all the time looked at later; tells whether it did. */
    boolean putsOff(String path, long nanoTime, Findings findings) {
        Duration rest = rest(path, nanoTime);
        if (!rest.isZero()) {
            findings.lookAgain(path, rest);
        }
        return !rest.isZero();
    }

    /** Whether a file has not been sent before as it was read, without being sure that it stood still. */
    synchronized boolean isFirst(String path) {
        return unsure.add(path);
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
            forgetGone(nanoTime);
            seen.put(path, new Seen(stat.inode(), stat.changed(), nanoTime));
            return false;
        }
        return nanoTime - before.nanoTime > tick;
    }

    /** What is not looked at any more has gone, as files do that live for a moment only. */
    private void forgetGone(long nanoTime) {
        if (seen.size() >= sweepAt) {
            seen.values().removeIf(is -> nanoTime - is.nanoTime > REMEMBERED);
            sweepAt = Math.max(LIMIT, 2 * seen.size());
        }
        if (readings.size() >= LIMIT) {
            readings.clear();
        }
    }

    /** Files of which something is remembered. */
    synchronized int size() {
        return seen.size() + readings.size() + spent.size();
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
