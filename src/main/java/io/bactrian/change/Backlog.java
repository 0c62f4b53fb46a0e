package io.bactrian.change;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.bactrian.change.Touched.Scope;
import io.bactrian.tree.TreePath;

/**
 * The places that wait to be compared, each once, however often it was touched. Bounded: beyond
 * {@link #LIMIT} places it holds one, the whole tree. Thread-safe.
 */
public final class Backlog {
    /** Places that are kept apart; a whole comparison is cheaper than more. */
    public static final int LIMIT = 200_000;

    private static final Comparator<Touched> ANCESTORS_FIRST =
            Comparator.comparing((Touched touched) -> touched.path().replace('/', '\0'));

    private final Map<String, Scope> waiting = new HashMap<>();
    private final Map<String, Long> later = new HashMap<>();

    public synchronized void add(Collection<Touched> touched) {
        touched.forEach(this::add);
    }

    public synchronized void add(Touched touched) {
        if (waiting.size() >= LIMIT) {
            waiting.clear();
            waiting.put(TreePath.ROOT, Scope.TREE);
        }
        waiting.merge(touched.path(), touched.scope(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
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
        later.merge(later.size() < LIMIT ? path : TreePath.ROOT, System.nanoTime() + delay.toNanos(),
                (a, b) -> a - b <= 0 ? a : b);
    }

    /** Moves what {@link #addLater} put off, and is due, to what waits; tells whether anything waits now. */
    public synchronized boolean wake() {
        long now = System.nanoTime();
        Iterator<Map.Entry<String, Long>> entries = later.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, Long> entry = entries.next();
            if (now - entry.getValue() >= 0) {
                entries.remove();
                add(entry.getKey().isEmpty() ? Touched.EVERYTHING : Touched.entry(entry.getKey()));
            }
        }
        return !waiting.isEmpty();
    }

    /** Takes all that waits: ancestors before descendants, nothing twice. */
    public synchronized List<Touched> take() {
        List<Touched> all = new ArrayList<>(waiting.size());
        waiting.forEach((path, scope) -> all.add(new Touched(path, scope)));
        waiting.clear();
        all.sort(ANCESTORS_FIRST);
        List<Touched> taken = new ArrayList<>(all.size());
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

    public synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Places that wait, now or for later. */
    public synchronized int size() {
        return waiting.size() + later.size();
    }
}
