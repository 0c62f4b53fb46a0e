package io.bactrian.watch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * A queue of events that wait for delivery. It never drops events and never blocks the producer; its memory is bounded
 * by the number of distinct paths, since an event that is pending already is not stored twice. Paths are delivered in
 * the order of their first event, the events of a path in the order in which they last happened. Thread-safe.
 */
final class PendingEvents {

    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final Map<Path, Turn> ready = new LinkedHashMap<>();
    private final Map<Path, Turn> failed = new HashMap<>();
    private final PriorityQueue<Turn> retries = new PriorityQueue<>(Comparator.comparingLong((Turn turn) -> turn.due));
    private boolean closed;

    /** The events of a path to be delivered, oldest first. */
    static final class Turn {
        private final Path path;
        private final List<TreeEvent> events = new ArrayList<>(2);
        private int failures;
        private String why = "";
        private long due;

        private Turn(Path path) {
            this.path = path;
        }

        private void add(TreeEvent event) {
            events.removeIf(earlier -> earlier.kind() == event.kind());
            events.add(event);
        }

        boolean isDone() {
            return events.isEmpty();
        }

        TreeEvent next() {
            return events.get(0);
        }

        void delivered() {
            events.remove(0);
            failures = 0;
        }
    }

    synchronized void add(TreeEvent event) {
        Turn turn = failed.get(event.path());
        if (turn == null) {
            turn = ready.computeIfAbsent(event.path(), Turn::new);
        }
        turn.add(event);
        notifyAll();
    }

    /** Waits for the next path; empty once closed. */
    synchronized Optional<Turn> take() throws InterruptedException {
        while (!closed) {
            long untilRetry = promoteDueRetries();
            Iterator<Turn> turns = ready.values().iterator();
            if (turns.hasNext()) {
                Turn turn = turns.next();
                turns.remove();
                return Optional.of(turn);
            }
            TimeUnit.NANOSECONDS.timedWait(this, untilRetry);
        }
        return Optional.empty();
    }

    /**
     * Returns a turn whose next event could not be delivered. It is offered again after a pause that doubles with each
     * failure. Later events of the path wait behind it; other paths do not.
     */
    synchronized void retry(Turn turn, String why) {
        Turn newer = ready.remove(turn.path);
        if (newer != null) {
            newer.events.forEach(turn::add);
        }
        long pause = Math.min(LAST_RETRY.toNanos(), FIRST_RETRY.toNanos() << Math.min(turn.failures, 10));
        turn.failures++;
        turn.why = why;
        turn.due = System.nanoTime() + pause;
        failed.put(turn.path, turn);
        retries.add(turn);
        notifyAll();
    }

    /** Why the delivery of pending events has failed; empty if none has failed. */
    synchronized String failure() {
        return failed.isEmpty() ? "" : failed.values().iterator().next().why;
    }

    /** Drops everything; {@link #take} returns. */
    synchronized void close() {
        closed = true;
        ready.clear();
        failed.clear();
        retries.clear();
        notifyAll();
    }

    private long promoteDueRetries() {
        long now = System.nanoTime();
        while (!retries.isEmpty() && retries.peek().due <= now) {
            Turn turn = retries.remove();
            failed.remove(turn.path);
            ready.put(turn.path, turn);
        }
        return retries.isEmpty() ? TimeUnit.HOURS.toNanos(1) : retries.peek().due - now;
    }
}
