package io.bactrian.replica.write;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;

import io.bactrian.change.Change;
import io.bactrian.change.GuardTrippedException;
import io.bactrian.change.RemovalLimit;
import io.bactrian.change.RemovalSummary;
import io.bactrian.index.Index;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.tree.TreePath;

/**
 * Limits how much a sender can remove from a replica, because a sender may be faulty or an impostor. Counting begins
 * with a removal and lasts for {@link #WINDOW}. Entries created since it began do not count, so temporary files cause
 * no loss; moves do not count, but what they replace does. Removals that the sender witnessed do not count. A tripped
 * guard is recorded in the index and beside it, and survives a restart and the loss of the index. Thread-safe.
 */
public final class RemovalGuard {
    static final Duration WINDOW = Duration.ofMinutes(10);

    /** New paths that are remembered; beyond that, the limit is a share of all entries held by then. */
    private static final int MOST = 100_000;
    private static final String NOTE = "guard";

    private final RemovalLimit guard;
    private final TrippedMarker memory;
    private final Index index;
    private final LongSupplier nanoTime;

    private final NavigableSet<String> created = new TreeSet<>();
    private Optional<String> tripped = Optional.empty();
    private boolean known;
    private boolean counting;
    private boolean allowed;
    private boolean witnessed;
    private long began;
    private long held;
    private long lost;

    /** @param memory the file beside the index that records a tripped guard */
    public RemovalGuard(RemovalLimit guard, Path memory, Index index) {
        this(guard, memory, index, System::nanoTime);
    }

    RemovalGuard(RemovalLimit guard, Path memory, Index index, LongSupplier nanoTime) {
        this.guard = guard;
        this.memory = new TrippedMarker(memory);
        this.index = index;
        this.nanoTime = nanoTime;
    }

    /** A batch begins; its removals are not admitted yet. */
    synchronized void batch() {
        witnessed = false;
    }

    /**
     * Admits a batch, or refuses it before anything of it is applied.
     *
     * @param seen whether its sender witnessed the removals
     * @throws GuardTrippedException if it would remove too much, or an earlier batch would have
     */
    synchronized void admit(List<Change> changes, boolean seen) {
        if (guard.isOff()) {
            return;
        }
        tripped().ifPresent(why -> {
            throw new GuardTrippedException(why, new RemovalSummary(0, 0, List.of()));
        });
        witnessed = seen;
        if (seen) {
            return;
        }
        TreeSet<String> paths = new TreeSet<>();
        // No longer what the index says: moved away, replaced, or counted already
        TreeSet<String> vacated = new TreeSet<>();
        long more = 0;
        for (Change change : changes) {
            boolean moves = change instanceof Change.Move move && move.circle().isEmpty();
            if (moves || change instanceof Change.Remove) {
                begin();
                long worth = TreePath.isWithinAny(change.path(), vacated) ? 0
                        : countOld(change.path()) - countOldBelow(vacated, change.path());
                if (worth > 0) {
                    paths.add(change.path());
                }
                more += worth;
                vacated.add(change.path());
            }
            if (moves) {
                vacated.add(((Change.Move) change).from());
            }
        }
        if (more > 0 && wouldTrip(more)) {
            throw trip(more, paths);
        }
    }

    /** Counts the removal of a path with everything below it. The index must still hold it. */
    synchronized void countRemoval(String path) throws CannotApply {
        if (guard.isOff()) {
            return;
        }
        begin();
        long more = witnessed ? 0 : countOld(path);
        if (tripped().isEmpty() && more > 0 && wouldTrip(more)) {
            trip(more, List.of(path));
        }
        if (tripped().isPresent()) {
            throw new CannotApply(path, tripped().get());
        }
        lost += more;
        forget(path);
    }

    /** An entry was created where nothing was. */
    synchronized void create(String path) {
        if (counting && created.size() < MOST) {
            created.add(path);
        } else if (counting) {
            created.clear();
            held = index.count() - 1;
        }
    }

    /** An entry has moved. */
    synchronized void move(String from, String to) {
        if (!created.isEmpty()) {
            List<String> below = List.copyOf(below(from));
            boolean isNew = created.contains(from);
            forget(from);
            below.forEach(path -> created.add(to + path.substring(from.length())));
            if (isNew) {
                created.add(to);
            }
        }
    }

    /** Entries at these paths have moved in a cycle. */
    synchronized void turn(List<String> paths) {
        paths.forEach(this::forget);
    }

    /** Why the guard has tripped; empty if it has not. A person must release it. */
    public synchronized Optional<String> tripped() {
        if (!known) {
            tripped = guard.isOff() ? Optional.empty() : memory.why().or(() -> index.note(NOTE).filter(why -> !why.isEmpty()));
            known = true;
        }
        return tripped;
    }

    /**
     * Releases the guard, and permits removals for one window.
     *
     * @return why it had tripped, if it had
     */
    public synchronized Optional<String> release() {
        Optional<String> was = tripped();
        if (was.isPresent()) {
            memory.forget();
            index.note(NOTE, "");
            index.commit();
            tripped = Optional.empty();
            allow();
        }
        return was;
    }

    /** Permits removals for one window in advance. */
    public synchronized void allow() {
        start();
        allowed = true;
    }

    private void begin() {
        if (!counting || nanoTime.getAsLong() - began > WINDOW.toNanos()) {
            start();
        }
    }

    private void start() {
        counting = true;
        allowed = false;
        began = nanoTime.getAsLong();
        held = index.count() - 1;
        lost = 0;
        created.clear();
    }

    /** The number of entries at the path and below that existed when counting began. */
    private long countOld(String path) {
        int fresh = below(path).size() + (created.contains(path) ? 1 : 0);
        return Math.max(0, index.countWithin(path) - fresh);
    }

    /** Entries at and below those of the paths that are below a path, as far as they existed when counting began. */
    private long countOldBelow(NavigableSet<String> paths, String path) {
        SortedSet<String> below = paths.subSet(path + '/', path + '0');
        return below.stream().filter(each -> !TreePath.isWithinAny(TreePath.parent(each), below)).mapToLong(this::countOld).sum();
    }

    private void forget(String path) {
        created.remove(path);
        below(path).clear();
    }

    /** The new paths below a path. */
    private SortedSet<String> below(String path) {
        return path.isEmpty() ? created : created.subSet(path + '/', path + '0');
    }

    private boolean wouldTrip(long more) {
        return !allowed && guard.isExceeded(lost + more, held);
    }

    private GuardTrippedException trip(long more, Collection<String> paths) {
        RemovalSummary loss = new RemovalSummary(lost + more, held, List.copyOf(paths));
        String why = "guard tripped: within " + WINDOW.toMinutes() + " minutes this would remove " + loss
                + "; nothing is applied until removals are allowed on this target: bactrian allow-removals";
        memory.record(why);
        index.note(NOTE, why);
        tripped = Optional.of(why);
        known = true;
        return new GuardTrippedException(why, loss);
    }
}
