package io.bactrian.plan;

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
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.bactrian.change.TouchedPath;
import io.bactrian.change.TouchedPath.Scope;
import io.bactrian.compare.ObservedRemovals;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.TreePath;

/**
 * The touched paths that wait to be compared, each once, however often it was touched. Bounded: more than {@link #LIMIT} paths
 * become one, the whole tree. Thread-safe.
 */
public final class Backlog {
    /** Most paths that are kept; comparing the whole tree is cheaper than comparing more. */
    public static final int LIMIT = 200_000;

    /** How long observed removals are kept, for paths that could not be compared at once. */
    private static final long KEPT = Duration.ofSeconds(10).toNanos();

    private static final Comparator<TouchedPath> ANCESTORS_FIRST =
            Comparator.comparing((TouchedPath touched) -> touched.path().replace('/', '\0'));

    private final Map<String, Scope> waiting = new HashMap<>();
    private final Map<String, Later> later = new HashMap<>();
    private final Deque<Observed> earlier = new ArrayDeque<>();
    private ObservedRemovals.Period current = new ObservedRemovals.Period();
    private List<TouchedPath> taken = List.of();
    private long waitingSince;
    private long takenSince;

    private final LongSupplier nanoTime;

    private record Later(long due, long since) {
    }

    /** What the watch reported until this time. */
    private record Observed(ObservedRemovals.Period period, long until) {
    }

    public Backlog() {
        this(System::nanoTime);
    }

    public Backlog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    public synchronized void add(Collection<TouchedPath> touched) {
        touched.forEach(this::add);
    }

    /** Adds each path after its delay. */
    public void add(Collection<TouchedPath> touched, Function<TouchedPath, Duration> delays) {
        List<TouchedPath> now = new ArrayList<>(touched.size());
        for (TouchedPath place : touched) {
            Duration delay = delays.apply(place);
            if (delay.isZero()) {
                now.add(place);
            } else {
                addLater(place.path(), delay);
            }
        }
        add(now);
    }

    public synchronized void add(TouchedPath touched) {
        if (touched.scope() == Scope.GONE && !touched.path().isEmpty()) {
            current.removed(touched.path());
        } else if (touched.scope() == Scope.CHILDREN) {
            current.overflowed(touched.path());
        } else if (touched.scope() == Scope.NEW) {
            current.created(touched.path());
        } else if (touched.scope() == Scope.TREE && !touched.path().isEmpty()) {
            forget(touched.path());
        }
        enqueue(touched);
    }

    /**
     * Forgets what was observed in this directory, because another directory has taken its place. This takes effect in a running
     * comparison, too.
     */
    public synchronized void forget(String directory) {
        current.forget(directory);
        earlier.forEach(old -> old.period().forget(directory));
    }

    /** Adds a directory to be listed, because not all of its entries can be looked up by name. This is no observed removal. */
    public synchronized void addListing(String directory) {
        enqueue(new TouchedPath(directory, Scope.CHILDREN));
    }

    /** The watch has reported a name that is not UTF-8; only a listing of its directory finds it. */
    private static TouchedPath named(TouchedPath touched) {
        int unnamed = touched.path().indexOf(Scanner.NO_TEXT);
        return unnamed < 0 ? touched : new TouchedPath(TreePath.parent(touched.path().substring(0, unnamed)), Scope.CHILDREN);
    }

    private void enqueue(TouchedPath asked) {
        TouchedPath touched = named(asked);
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
        waiting.merge(touched.path(), scope, BinaryOperator.maxBy(Comparator.naturalOrder()));
    }

    /**
     * Adds a path after a delay, by the monotonic clock, or sooner if it was added with a shorter one; it does not count as waiting
     * until then.
     */
    public synchronized void addLater(String path, Duration delay) {
        if (delay.isZero()) {
            add(path.isEmpty() ? TouchedPath.EVERYTHING : TouchedPath.entry(path));
            return;
        }
        // Too many paths become one, the whole tree.
        long now = nanoTime.getAsLong();
        later.merge(later.size() < LIMIT ? path : TreePath.ROOT, new Later(now + delay.toNanos(), now), (a, b) ->
                new Later(a.due() - b.due() <= 0 ? a.due() : b.due(), a.since()));
    }

    /** Adds the paths of {@link #addLater} that are due; returns whether any path waits now. */
    public synchronized boolean wake() {
        long now = nanoTime.getAsLong();
        Iterator<Map.Entry<String, Later>> entries = later.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, Later> entry = entries.next();
            if (now - entry.getValue().due() >= 0) {
                entries.remove();
                add(entry.getKey().isEmpty() ? TouchedPath.EVERYTHING : TouchedPath.entry(entry.getKey()));
            }
        }
        return !waiting.isEmpty();
    }

    /** Takes all paths that wait, ancestors first, none twice. They stay taken until {@link #done} or {@link #giveBack}. */
    public synchronized List<TouchedPath> take() {
        List<TouchedPath> all = new ArrayList<>(waiting.size());
        waiting.forEach((path, scope) -> all.add(new TouchedPath(path, scope)));
        waiting.clear();
        endPeriod();
        all.sort(ANCESTORS_FIRST);
        taken = new ArrayList<>(all.size());
        takenSince = waitingSince;
        TouchedPath whole = null;
        for (TouchedPath touched : all) {
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

    private void endPeriod() {
        long now = nanoTime.getAsLong();
        earlier.removeIf(old -> now - old.until() > KEPT);
        if (!current.isEmpty()) {
            earlier.addFirst(new Observed(current, now));
            current = new ObservedRemovals.Period();
        }
    }

    /** The removals that were observed until the last {@link #take}. */
    public synchronized ObservedRemovals observedRemovals() {
        return new ObservedRemovals(earlier.stream().map(Observed::period).toList());
    }

    /** The paths that were taken and are not done yet. */
    public synchronized List<TouchedPath> taken() {
        return taken;
    }

    /** The paths that were taken have been compared, and the result was sent. */
    public synchronized void done() {
        taken = List.of();
        // New directories are watched by now, so that removals in them are observed.
        earlier.forEach(old -> old.period().forgetCreated());
    }

    /** The paths that were taken wait again, with the time that they have already waited. */
    public synchronized void giveBack() {
        List<TouchedPath> again = taken;
        taken = List.of();
        again.forEach(this::enqueue);
        // The removals stay observed, however long it takes.
        earlier.forEach(old -> current.addAll(old.period()));
        earlier.clear();
        waitingSince = again.isEmpty() ? waitingSince : takenSince;
    }

    /**
     * Seconds since the oldest path was added that is not done yet; 0 if there is none.
     *
     * @param other when other unfinished work began, by {@link System#nanoTime}
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

    /** Paths that wait, now or for later; not those that are taken. */
    public synchronized int size() {
        return waiting.size() + later.size();
    }
}
