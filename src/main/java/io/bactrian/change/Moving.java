package io.bactrian.change;

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

import io.bactrian.tree.Stat;

/**
 * When to read large files that are being written. One that stands still is read to be sent as it is. If it changes
 * meanwhile, it has to stand still for a while first, longer each time; and if that does not come about, it is sent as one
 * reading finds it, as seldom as makes it cheap. Thread-safe.
 */
public final class Moving {
    /** A reading in the time of this many is 5 %. */
    private static final int SHARE = 19;
    private static final long FIRST_QUIET = Duration.ofMillis(100).toNanos();
    private static final long LONGEST_QUIET = Duration.ofSeconds(30).toNanos();
    /** How soon after a look at a file that is being written an event leads to the next. */
    private static final long GLANCE = Duration.ofSeconds(1).toNanos();
    private static final long REMEMBERED = Duration.ofMinutes(1).toNanos();
    private static final int LIMIT = 10_000;

    private final Map<String, Writing> files = new HashMap<>();
    private final Set<String> calmed = new HashSet<>();
    private final Optional<Duration> unsettled;
    private final boolean once;
    private final LongSupplier nanoTime;

    /** What is to be done now. */
    enum Step { READ, READ_IN_ONE_PASS, WAIT, GIVE_UP }

    /** @param pause how long, if that is the step */
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
        int glances;
        boolean once;
        Optional<Long> sent = Optional.empty();
    }

    /** @param unsettled how long a file may go on changing before it is sent all the same; nothing is for ever */
    Moving(Optional<Duration> unsettled, LongSupplier nanoTime) {
        this(unsettled, false, nanoTime);
    }

    /** @param once whether each file has to arrive once only, for the run ends then */
    Moving(Optional<Duration> unsettled, boolean once, LongSupplier nanoTime) {
        this.unsettled = unsettled;
        this.once = once;
        this.nanoTime = nanoTime;
    }

    /**
     * A file is not what the target holds.
     *
     * @param tick how long it has to be unchanged at least, in nanoseconds, if it was changed just now
     * @param just whether it was
     */
    synchronized Next next(String path, Stat stat, boolean just, long tick) {
        long now = nanoTime.getAsLong();
        Writing file = files.computeIfAbsent(path, is -> begin(now));
        if (files.size() > LIMIT) {
            files.values().removeIf(is -> is != file && isForgotten(is, now));
        }
        if (file.stat.filter(stat::sameContent).isEmpty()) {
            file.glances = file.stat.isPresent() ? file.glances + 1 : 0;
            file.stat = Optional.of(stat);
            file.seen = now;
        } else {
            file.glances = 0;
        }
        file.compared = now;
        long stood = now - file.seen;
        long quiet = file.attempts == 0 ? just ? tick + 1 : 0 : quiet(file);
        if (stood >= quiet && !file.once) {
            return new Next(Step.READ, Duration.ZERO);
        }
        long toStand = file.once ? Long.MAX_VALUE : Math.max(quiet - stood, glance(file));
        long rest = Math.max(0, file.ended + SHARE * file.cost - now);
        long toPass = file.once ? rest
                : unsettled.map(is -> Math.max(rest, file.since + is.toNanos() - now)).orElse(Long.MAX_VALUE);
        if (once && unsettled.isEmpty() && now - file.since >= FileReader.UNSETTLED.toNanos()) {
            return new Next(Step.GIVE_UP, Duration.ZERO);
        }
        return toPass <= 0 ? new Next(Step.READ_IN_ONE_PASS, Duration.ZERO)
                : new Next(Step.WAIT, Duration.ofNanos(Math.min(toStand, toPass)));
    }

    /** Each event of a file that is being written would be a look at it, and each look finds that it has changed. */
    private static long glance(Writing file) {
        return file.glances == 0 ? 0 : Math.min(GLANCE, FIRST_QUIET << Math.min(file.glances, 10));
    }

    /** Adds places to those that wait: at once, but for files that are being written and were looked at just now. */
    public void add(Collection<Touched> touched, Backlog backlog) {
        List<Touched> now = new ArrayList<>(touched.size());
        for (Touched place : touched) {
            Duration rest = place.scope() == Touched.Scope.ENTRY ? rest(place.path()) : Duration.ZERO;
            if (rest.isZero()) {
                now.add(place);
            } else {
                backlog.addLater(place.path(), rest);
            }
        }
        backlog.add(now);
    }

    private synchronized Duration rest(String path) {
        Writing file = files.get(path);
        boolean isWritten = file != null && file.attempts > 0;
        return isWritten ? Duration.ofNanos(Math.max(0, glance(file) - (nanoTime.getAsLong() - file.compared))) : Duration.ZERO;
    }

    private static Writing begin(long now) {
        Writing file = new Writing();
        file.seen = now;
        file.compared = now;
        file.since = now;
        file.ended = now;
        return file;
    }

    /** Whether the run ends by itself, so that each file has to arrive once only. */
    public boolean isOnce() {
        return once;
    }

    private static long quiet(Writing file) {
        return Math.max(Math.min(LONGEST_QUIET, FIRST_QUIET << Math.min(file.attempts - 1, 20)), Math.min(LONGEST_QUIET, file.cost));
    }

    /** A reading, and what was sent of it, came to nothing: the file changed meanwhile. */
    public synchronized void changed(String path, long nanos) {
        Optional.ofNullable(files.get(path)).ifPresent(file -> {
            file.attempts++;
            file.cost = nanos;
            file.ended = nanoTime.getAsLong();
        });
    }

    /** What was read twice was not the same, though the file's stat was: it is to be read once only. */
    public synchronized void readOnce(String path) {
        files.computeIfAbsent(path, is -> begin(nanoTime.getAsLong())).once = true;
    }

    /**
     * The target has it as one reading found it: what changed since that began has not arrived.
     *
     * @param nanos how long ago that was
     * @param cost  what it took, in nanoseconds of a processor
     * @return whether that is the first time since it stood still
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

    /** It stood still while it was read, or is gone. */
    public synchronized void settled(String path) {
        Optional.ofNullable(files.remove(path)).filter(file -> file.sent.isPresent()).ifPresent(file -> calmed.add(path));
    }

    /** Whether one that was sent as a reading found it has stood still since; asked once. */
    public synchronized boolean hasCalmed(String path) {
        return calmed.remove(path);
    }

    /** Since when the one changes that has waited longest, by the monotonic clock. */
    public synchronized OptionalLong oldest() {
        long now = nanoTime.getAsLong();
        return files.values().stream().filter(is -> !isForgotten(is, now)).mapToLong(is -> is.since)
                .reduce((a, b) -> a - b <= 0 ? a : b);
    }

    /** Those that are sent as one reading finds them, and how many seconds ago that last was; nothing if never yet. */
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

    /** A file that is not compared any more has gone, or has been renamed. */
    private static boolean isForgotten(Writing file, long now) {
        return now - file.compared > Math.max(REMEMBERED, 2 * SHARE * file.cost);
    }
}
