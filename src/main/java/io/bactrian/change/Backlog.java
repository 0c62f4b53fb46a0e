package io.bactrian.change;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

import io.bactrian.change.Touched.Scope;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.TreePath;

/**
 * The places that wait to be compared, each once, however often it was touched. Bounded: beyond
 * {@link #LIMIT} places it holds one, the whole tree. Thread-safe.
 */
public final class Backlog {
    /** Places that are kept apart; a whole comparison is cheaper than more. */
    public static final int LIMIT = 200_000;

    /** So long it is remembered what was seen to go, for what could not be compared at once. */
    private static final long REMEMBERED = Duration.ofSeconds(10).toNanos();

    private static final Comparator<Touched> ANCESTORS_FIRST =
            Comparator.comparing((Touched touched) -> touched.path().replace('/', '\0'));

    private final Map<String, Scope> waiting = new HashMap<>();
    private final Map<String, Later> later = new HashMap<>();
    private final Deque<Seen> before = new ArrayDeque<>();
    private Witness.Period seen = new Witness.Period();
    private List<Touched> taken = List.of();
    private long waitingSince;
    private long takenSince;

    private final LongSupplier nanoTime;

    private record Later(long due, long since) {
    }

    /** What was seen until some time. */
    private record Seen(Witness.Period period, long until) {
    }

    public Backlog() {
        this(System::nanoTime);
    }

    Backlog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    public synchronized void add(Collection<Touched> touched) {
        touched.forEach(this::add);
    }

    public synchronized void add(Touched touched) {
        if (touched.scope() == Scope.GONE && !touched.path().isEmpty()) {
            seen.name(touched.path());
        } else if (touched.scope() == Scope.CHILDREN) {
            seen.crowd(touched.path());
        } else if (touched.scope() == Scope.NEW) {
            seen.make(touched.path());
        } else if (touched.scope() == Scope.TREE && !touched.path().isEmpty()) {
            forget(touched.path());
        }
        enqueue(touched);
    }

    /**
     * Another directory is at this path than was watched there: what was seen to go from the one before explains nothing that
     * this one lacks. Who compares meanwhile knows it, too.
     */
    public synchronized void forget(String directory) {
        seen.forget(directory);
        before.forEach(old -> old.period().forget(directory));
    }

    /** A directory is to be listed: not all that it holds can be looked at by name. Nothing is seen to go by that. */
    public synchronized void addListing(String directory) {
        enqueue(new Touched(directory, Scope.CHILDREN));
    }

    /** The watch tells of a name that is no UTF-8, and only a listing finds what that is. */
    private static Touched named(Touched touched) {
        int unnamed = touched.path().indexOf(Scanner.NO_TEXT);
        return unnamed < 0 ? touched : new Touched(TreePath.parent(touched.path().substring(0, unnamed)), Scope.CHILDREN);
    }

    private void enqueue(Touched asked) {
        Touched touched = named(asked);
        if (waiting.isEmpty()) {
            waitingSince = nanoTime.getAsLong();
        }
        if (waiting.size() >= LIMIT) {
            waiting.clear();
            waiting.put(TreePath.ROOT, Scope.TREE);
        }
        Scope scope = switch (touched.scope()) {
            case GONE -> Scope.NAME;
            case NEW -> Scope.TREE;
            default -> touched.scope();
        };
        waiting.merge(touched.path(), scope, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }

    /**
     * Looks at a place again after a while, by the monotonic clock, or sooner if that was asked for; it does not count
     * as waiting until then.
     */
    public synchronized void addLater(String path, Duration delay) {
        if (delay.isZero()) {
            add(path.isEmpty() ? Touched.EVERYTHING : Touched.entry(path));
            return;
        }
        // Too many places are one: everything.
        long now = nanoTime.getAsLong();
        later.merge(later.size() < LIMIT ? path : TreePath.ROOT, new Later(now + delay.toNanos(), now), (a, b) ->
                new Later(a.due() - b.due() <= 0 ? a.due() : b.due(), a.since()));
    }

    /** Moves what {@link #addLater} put off, and is due, to what waits; tells whether anything waits now. */
    public synchronized boolean wake() {
        long now = nanoTime.getAsLong();
        Iterator<Map.Entry<String, Later>> entries = later.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, Later> entry = entries.next();
            if (now - entry.getValue().due() >= 0) {
                entries.remove();
                add(entry.getKey().isEmpty() ? Touched.EVERYTHING : Touched.entry(entry.getKey()));
            }
        }
        return !waiting.isEmpty();
    }

    /** Takes all that waits: ancestors before descendants, nothing twice. It is taken until {@link #done} or {@link #giveBack}. */
    public synchronized List<Touched> take() {
        List<Touched> all = new ArrayList<>(waiting.size());
        waiting.forEach((path, scope) -> all.add(new Touched(path, scope)));
        waiting.clear();
        keepSeen();
        all.sort(ANCESTORS_FIRST);
        taken = new ArrayList<>(all.size());
        takenSince = waitingSince;
        Touched whole = null;
        for (Touched touched : all) {
            if (whole != null && TreePath.isWithin(touched.path(), whole.path())) {
                continue;
            }
            taken.add(touched);
            if (touched.scope() == Scope.TREE) {
                whole = touched;
            }
        }
        return taken;
    }

    private void keepSeen() {
        long now = nanoTime.getAsLong();
        before.removeIf(old -> now - old.until() > REMEMBERED);
        if (!seen.isEmpty()) {
            before.addFirst(new Seen(seen, now));
            seen = new Witness.Period();
        }
    }

    /** What was seen to come and go until the last {@link #take}, and shortly before. */
    public synchronized Witness witness() {
        return new Witness(before.stream().map(Seen::period).toList());
    }

    /** What was taken and is not done yet. */
    public synchronized List<Touched> taken() {
        return taken;
    }

    /** What was taken is done. */
    public synchronized void done() {
        taken = List.of();
        // From now on what is new is watched like all else, and what goes is seen.
        before.forEach(old -> old.period().forgetMade());
    }

    /** What was taken could not be done: it waits again, as long as it has waited before. */
    public synchronized void giveBack() {
        List<Touched> again = taken;
        taken = List.of();
        again.forEach(this::enqueue);
        // However long it takes until it can be done: it was seen.
        before.forEach(old -> seen.addAll(old.period()));
        before.clear();
        waitingSince = again.isEmpty() ? waitingSince : takenSince;
    }

    /**
     * Seconds since the oldest place was added that is not done yet; 0 if there is none.
     *
     * @param other when something else began, by {@link System#nanoTime}, that is not done either
     */
    public synchronized double lag(OptionalLong other) {
        long now = nanoTime.getAsLong();
        long longest = other.isPresent() ? now - other.getAsLong() : 0;
        longest = Math.max(longest, waiting.isEmpty() ? 0 : now - waitingSince);
        longest = Math.max(longest, taken.isEmpty() ? 0 : now - takenSince);
        for (Later put : later.values()) {
            longest = Math.max(longest, now - put.since());
        }
        return longest / 1e9;
    }

    public synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Places that wait, now or for later; not those that are taken. */
    public synchronized int size() {
        return waiting.size() + later.size();
    }
}
