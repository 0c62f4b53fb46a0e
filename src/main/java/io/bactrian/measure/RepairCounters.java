package io.bactrian.measure;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.bactrian.tree.TreePath;
import io.bactrian.wire.Status;

/** Counts what the scrubs of one replica have found, and what its sender has repaired since. Thread-safe. */
public final class RepairCounters {
    /** Findings that are tracked until their repair; further ones are only counted. */
    private static final int MOST = 100_000;

    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final LongAdder found = new LongAdder();
    private final LongAdder repaired = new LongAdder();
    private volatile Optional<Instant> last = Optional.empty();

    /** A scrub has found a discrepancy at the path; {@code repairs} tells whether its sender is asked to repair it. */
    public void found(String path, boolean repairs) {
        found.increment();
        if (repairs && waiting.size() < MOST) {
            waiting.add(path);
        }
    }

    /** A change of the sender was applied at the path; {@code removed} if it removed everything below, too. */
    public void changed(String path, boolean removed) {
        if (waiting.isEmpty()) {
            return;
        }
        if (waiting.remove(path)) {
            repaired.increment();
        }
        if (removed) {
            waiting.removeIf(below -> {
                boolean gone = TreePath.isWithin(below, path);
                if (gone) {
                    repaired.increment();
                }
                return gone;
            });
        }
    }

    /** A scrub has completed. */
    public void ended() {
        last = Optional.of(Instant.now());
    }

    public Status.Scrubs status() {
        return new Status.Scrubs(found.sum(), repaired.sum(), last);
    }
}
