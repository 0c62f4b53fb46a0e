package io.bactrian.link;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

import io.bactrian.change.TouchedPath;
import io.bactrian.plan.Backlog;
import io.bactrian.tree.TreePath;
import io.bactrian.wire.Status.Trouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths of one link that cannot be replicated at present. Each is logged once and retried every few seconds; those beyond
 * 10,000 by a comparison of the whole source. Thread-safe.
 */
public final class HeldPaths {
    private static final Logger LOG = LoggerFactory.getLogger(HeldPaths.class);
    /** A path is retried more seldom than a request. */
    private static final int SELDOM = 5;
    private static final Duration SOONEST = Duration.ofSeconds(1);
    private static final Duration LATEST = Duration.ofSeconds(5);
    private static final int LIMIT = 10_000;

    private final Map<String, Trouble> held = new TreeMap<>();
    private final Map<String, Trouble> retried = new TreeMap<>();
    private final Map<String, Integer> tries = new HashMap<>();
    /** Those that cannot be looked up by name; their directories must be listed. */
    private final Set<String> unlisted = new HashSet<>();
    private final Set<String> logged = new HashSet<>();
    private long wakeAt;
    private boolean more;
    private final Duration retryAfter;
    private final LongSupplier nanoTime;

    /** @param longest the longest pause before a failed request is repeated */
    HeldPaths(Duration longest) {
        this(longest, System::nanoTime);
    }

    HeldPaths(Duration longest, LongSupplier nanoTime) {
        Duration seldom = longest.multipliedBy(SELDOM);
        this.retryAfter = seldom.compareTo(SOONEST) < 0 ? SOONEST : seldom.compareTo(LATEST) > 0 ? LATEST : seldom;
        this.nanoTime = nanoTime;
        this.wakeAt = nanoTime.getAsLong();
    }

    /** As {@link #add}, for a path that can only be found by listing its directory. */
    synchronized void addUnlisted(String mirror, String path, String why) {
        add(mirror, path, why);
        if (held.containsKey(path)) {
            unlisted.add(path);
        }
    }

    public synchronized void add(String mirror, String path, String why) {
        if (held.isEmpty()) {
            wakeAt = nanoTime.getAsLong() + retryAfter.toNanos();
        }
        if (held.size() >= LIMIT && !held.containsKey(path)) {
            more = true;
        } else {
            held.put(path, new Trouble(Instant.now(), path, why));
            tries.merge(path, 1, Integer::sum);
        }
        log(mirror, path, why);
    }

    /** Logs, once, that a path is never replicated. */
    public synchronized void skip(String mirror, String path, String what) {
        log(mirror, path, "left out: " + what);
    }

    /** Logs, once, a problem that is retried elsewhere. */
    synchronized void logOnce(String mirror, String path, String what) {
        log(mirror, path, what);
    }

    private void log(String mirror, String path, String what) {
        if (logged.size() < LIMIT && logged.add(path + '\0' + what)) {
            LOG.warn("{}: {}: {}", mirror, path.isEmpty() ? "." : path, what);
        }
    }

    /** Adds all of them to the backlog when it is time to retry; those that persist come back. */
    public synchronized boolean wake(Backlog backlog) {
        if (held.isEmpty() || nanoTime.getAsLong() - wakeAt < 0) {
            return false;
        }
        held.keySet().forEach(path -> {
            if (unlisted.remove(path)) {
                backlog.addListing(TreePath.parent(path));
            }
            backlog.add(path.isEmpty() ? TouchedPath.EVERYTHING : new TouchedPath(path, TouchedPath.Scope.TREE));
        });
        if (more) {
            // Also those beyond the limit
            backlog.add(TouchedPath.EVERYTHING);
            more = false;
        }
        retried.putAll(held);
        held.clear();
        return true;
    }

    /** A turn is done: paths that were retried in it and did not come back are replicated. */
    public synchronized void retryDone() {
        retried.clear();
    }

    /** Whether each was retried at least once, so that the rest will not resolve itself. */
    public synchronized boolean persist() {
        return held.keySet().stream().allMatch(path -> tries.getOrDefault(path, 0) > 1);
    }

    public synchronized List<Trouble> list() {
        Map<String, Trouble> all = new TreeMap<>(retried);
        all.putAll(held);
        return new ArrayList<>(all.values());
    }
}
