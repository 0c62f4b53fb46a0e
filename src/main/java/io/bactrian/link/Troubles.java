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

import io.bactrian.change.Backlog;
import io.bactrian.change.Touched;
import io.bactrian.tree.TreePath;
import io.bactrian.wire.Status.Trouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths of one link that cannot be replicated at present, each said once and tried again every few
 * seconds; those beyond 10,000 by a comparison of all. Thread-safe.
 */
public final class Troubles {
    private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final int LIMIT = 10_000;

    private final Map<String, Trouble> troubles = new TreeMap<>();
    private final Map<String, Trouble> again = new TreeMap<>();
    private final Map<String, Integer> tries = new HashMap<>();
    /** Of those that cannot be looked at by their names: the directories to list. */
    private final Set<String> unlisted = new HashSet<>();
    private final Set<String> said = new HashSet<>();
    private long wakeAt;
    private boolean more;
    private final LongSupplier nanoTime;

    public Troubles() {
        this(System::nanoTime);
    }

    Troubles(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.wakeAt = nanoTime.getAsLong();
    }

    /** As {@link #add}, of what can be found again only by listing the directory that holds it. */
    synchronized void addUnlisted(String mirror, String path, String why) {
        add(mirror, path, why);
        if (troubles.containsKey(path)) {
            unlisted.add(path);
        }
    }

    public synchronized void add(String mirror, String path, String why) {
        if (troubles.isEmpty()) {
            wakeAt = nanoTime.getAsLong() + AGAIN.toNanos();
        }
        if (troubles.size() >= LIMIT && !troubles.containsKey(path)) {
            more = true;
        } else {
            troubles.put(path, new Trouble(Instant.now(), path, why));
            tries.merge(path, 1, Integer::sum);
        }
        say(mirror, path, why);
    }

    /** Tells a person what is left out for good. */
    public synchronized void skip(String mirror, String path, String what) {
        say(mirror, path, "left out: " + what);
    }

    /** Tells a person, once, what goes on being tried by somebody else. */
    synchronized void tell(String mirror, String path, String what) {
        say(mirror, path, what);
    }

    private void say(String mirror, String path, String what) {
        if (said.size() < LIMIT && said.add(path + '\0' + what)) {
            LOG.warn("{}: {}: {}", mirror, path.isEmpty() ? "." : path, what);
        }
    }

    /** Moves all of them to the backlog when it is time to try again; those that persist come back. */
    public synchronized boolean wake(Backlog backlog) {
        if (troubles.isEmpty() || nanoTime.getAsLong() - wakeAt < 0) {
            return false;
        }
        troubles.keySet().forEach(path -> {
            if (unlisted.remove(path)) {
                backlog.addListing(TreePath.parent(path));
            }
            backlog.add(path.isEmpty() ? Touched.EVERYTHING : new Touched(path, Touched.Scope.TREE));
        });
        if (more) {
            // Those that nobody counts any more, too
            backlog.add(Touched.EVERYTHING);
            more = false;
        }
        again.putAll(troubles);
        troubles.clear();
        return true;
    }

    /** A turn is done: what was tried again in it and did not come back is over. */
    public synchronized void triedAgain() {
        again.clear();
    }

    /** Whether each was tried again at least once: what is left then is not over by itself. */
    public synchronized boolean persist() {
        return troubles.keySet().stream().allMatch(path -> tries.getOrDefault(path, 0) > 1);
    }

    public synchronized List<Trouble> list() {
        Map<String, Trouble> all = new TreeMap<>(again);
        all.putAll(troubles);
        return new ArrayList<>(all.values());
    }
}
