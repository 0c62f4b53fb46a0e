package io.bactrian.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

import io.bactrian.change.TouchedPath;
import io.bactrian.tree.Stat;

/**
 * Decides when large files that are being written are read. A file that does not change is read and sent as it is. If it changes
 * meanwhile, it must first stay unchanged for a while, longer each time. If it does not, it is sent as read in one pass, so
 * seldom that it takes 5 % of a processor. Thread-safe.
 */
public final class LargeFileTiming {
    /** A pause of this many times the cost of a read limits reading to 5 %. */
    private static final int SHARE = 19;
    private static final long FIRST_QUIET = Duration.ofMillis(100).toNanos();
    private static final long LONGEST_QUIET = Duration.ofSeconds(30).toNanos();
    /** The longest pause between two comparisons of a changing file that events lead to. */
    private static final long LONGEST_PAUSE = Duration.ofSeconds(1).toNanos();
    private static final long REMEMBERED = Duration.ofMinutes(1).toNanos();
    private static final int LIMIT = 10_000;

    private final Map<String, Writing> files = new HashMap<>();
    private final Set<String> stoppedChanging = new HashSet<>();
    private final Optional<Duration> unsettled;
    private final boolean once;
    private final LongSupplier nanoTime;

    /** What to do with a file now. */
    enum Step { READ, READ_IN_ONE_PASS, WAIT, GIVE_UP }

    /** @param pause the time to wait, if that is the step */
    record Next(Step step, Duration pause) {
    }

    private static final class Writing {
        Optional<Stat> stat = Optional.empty();
        long seen;
        long compared;
        long since;
        long ended;
        long cost;
        int attempts;
        int comparisons;
        boolean once;
        Optional<Long> sent = Optional.empty();
    }

    /** @param unsettled how long a file may keep changing before it is sent all the same; empty is for ever */
    LargeFileTiming(Optional<Duration> unsettled, LongSupplier nanoTime) {
        this(unsettled, false, nanoTime);
    }

    /** @param once whether the run ends once each file was sent */
    LargeFileTiming(Optional<Duration> unsettled, boolean once, LongSupplier nanoTime) {
        this.unsettled = unsettled;
        this.once = once;
        this.nanoTime = nanoTime;
    }

    /**
     * Decides what to do with a file that differs from what the target holds.
     *
     * @param tick how long it must stay unchanged at least, in nanoseconds, if it was just changed
     * @param just whether it was just changed
     */
    synchronized Next next(String path, Stat stat, boolean just, long tick) {
        long now = nanoTime.getAsLong();
        Writing file = files.computeIfAbsent(path, is -> begin(now));
        if (files.size() > LIMIT) {
            files.values().removeIf(is -> is != file && isForgotten(is, now));
        }
        if (file.stat.filter(stat::sameContent).isEmpty()) {
            file.comparisons = file.stat.isPresent() ? file.comparisons + 1 : 0;
            file.stat = Optional.of(stat);
            file.seen = now;
        } else {
            file.comparisons = 0;
        }
        file.compared = now;
        long unchanged = now - file.seen;
        long quiet = file.attempts == 0 ? just ? tick + 1 : 0 : quiet(file);
        if (unchanged >= quiet && !file.once) {
            return new Next(Step.READ, Duration.ZERO);
        }
        long untilUnchanged = file.once ? Long.MAX_VALUE : Math.max(quiet - unchanged, pause(file));
        long rest = Math.max(0, file.ended + SHARE * file.cost - now);
        long untilPass = file.once ? rest
                : unsettled.map(is -> Math.max(rest, file.since + is.toNanos() - now)).orElse(Long.MAX_VALUE);
        if (once && unsettled.isEmpty() && now - file.since >= FileReader.UNSETTLED.toNanos()) {
            return new Next(Step.GIVE_UP, Duration.ZERO);
        }
        return untilPass <= 0 ? new Next(Step.READ_IN_ONE_PASS, Duration.ZERO)
                : new Next(Step.WAIT, Duration.ofNanos(Math.min(untilUnchanged, untilPass)));
    }

    /** Without a pause, each event of a changing file would lead to a comparison which finds that it has changed. */
    private static long pause(Writing file) {
        return file.comparisons == 0 ? 0 : Math.min(LONGEST_PAUSE, FIRST_QUIET << Math.min(file.comparisons, 10));
    }

    /** How long a touched path that is being written, and was compared just now, waits until it is compared again. */
    public Duration delay(TouchedPath place) {
        return place.scope() == TouchedPath.Scope.ENTRY ? rest(place.path()) : Duration.ZERO;
    }

    private synchronized Duration rest(String path) {
        Writing file = files.get(path);
        boolean isWritten = file != null && file.attempts > 0;
        return isWritten ? Duration.ofNanos(Math.max(0, pause(file) - (nanoTime.getAsLong() - file.compared))) : Duration.ZERO;
    }

    private static Writing begin(long now) {
        Writing file = new Writing();
        file.seen = now;
        file.compared = now;
        file.since = now;
        file.ended = now;
        return file;
    }

    /** Whether the run ends once each file was sent. */
    public boolean isOnce() {
        return once;
    }

    private static long quiet(Writing file) {
        return Math.max(Math.min(LONGEST_QUIET, FIRST_QUIET << Math.min(file.attempts - 1, 20)), Math.min(LONGEST_QUIET, file.cost));
    }

    /** A read, and what was sent of it, was useless because the file changed meanwhile. */
    public synchronized void changed(String path, long nanos) {
        Optional.ofNullable(files.get(path)).ifPresent(file -> {
            file.attempts++;
            file.cost = nanos;
            file.ended = nanoTime.getAsLong();
        });
    }

    /** Two reads differed although the file's stat did not: from now on it is read in one pass. */
    public synchronized void readInOnePass(String path) {
        files.computeIfAbsent(path, is -> begin(nanoTime.getAsLong())).once = true;
    }

    /**
     * The target has the file as it was read in one pass; what changed since the start of that has not arrived.
     *
     * @param nanos how long ago the pass began
     * @param cost  processor time of the pass, in nanoseconds
     * @return whether that is the first time since the file was last unchanged
     */
    public synchronized boolean sent(String path, long nanos, long cost) {
        Optional<Writing> written = Optional.ofNullable(files.get(path));
        boolean first = written.filter(file -> file.sent.isEmpty()).isPresent();
        written.ifPresent(file -> {
            long now = nanoTime.getAsLong();
            file.attempts = Math.max(1, file.attempts);
            file.once = false;
            file.cost = cost;
            file.ended = now;
            file.since = now - nanos;
            file.sent = Optional.of(now);
        });
        return first;
    }

    /** The file did not change while it was read, or it is gone. */
    public synchronized void settled(String path) {
        Optional.ofNullable(files.remove(path)).filter(file -> file.sent.isPresent()).ifPresent(file -> stoppedChanging.add(path));
    }

    /** Returns true once for a file that was sent in one pass and has stopped changing since. */
    public synchronized boolean hasStoppedChanging(String path) {
        return stoppedChanging.remove(path);
    }

    /** Since when the file that has waited longest is changing, by {@link System#nanoTime}. */
    public synchronized OptionalLong oldest() {
        long now = nanoTime.getAsLong();
        return files.values().stream().filter(is -> !isForgotten(is, now)).mapToLong(is -> is.since)
                .reduce((a, b) -> a - b <= 0 ? a : b);
    }

    /** The files that keep changing, with the seconds since each was last sent; empty if it was not sent yet. */
    public synchronized Map<String, Optional<Double>> beingWritten() {
        long now = nanoTime.getAsLong();
        Map<String, Optional<Double>> all = new java.util.TreeMap<>();
        files.forEach((path, file) -> {
            if (file.attempts > 0 && !isForgotten(file, now)) {
                all.put(path, file.sent.map(at -> (now - at) / 1e9));
            }
        });
        return all;
    }

    /** A file that is not compared any more is gone or was renamed. */
    private static boolean isForgotten(Writing file, long now) {
        return now - file.compared > Math.max(REMEMBERED, 2 * SHARE * file.cost);
    }
}
