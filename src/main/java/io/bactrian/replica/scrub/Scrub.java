package io.bactrian.replica.scrub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.Replica;
import io.bactrian.replica.disk.Posix;
import io.bactrian.replica.disk.WriteFault;
import io.bactrian.replica.scan.ReadResult;
import io.bactrian.replica.write.Outcome;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Reads a whole replica and compares it with its index. It finds damaged content even if size and times are unchanged,
 * and changes made by somebody else. Files are read while batches are applied; the comparison happens while none is.
 * Repairing makes the index say what is there, so the sender finds the difference and sends the entry again. For one
 * thread.
 */
public final class Scrub {
    /** Prefix of the description of entries that cannot be read. */
    public static final String UNREADABLE = "cannot be read: ";

    private static final int ATTEMPTS = 3;
    private static final int OWNER = 0700;

    private final Replica replica;
    private final boolean believing;
    private final boolean repair;
    private final Report report;
    private final BooleanSupplier stopped;
    private final DirectoryCursor cursor;
    private final ObservedEntry observed;
    private final RateLimitedReader reader;
    private boolean inTurn;

    /** Receives findings and progress. */
    public interface Report {
        /** This many more bytes were read; zero at the end of a file. */
        void read(long bytes);

        void found(Discrepancy finding);
    }

    /**
     * @param repair         whether to make the index say what is there
     * @param bytesPerSecond limit, or 0 for none
     * @param stopped        ends the scrub early with a {@link CancellationException}
     */
    public Scrub(Replica replica, boolean repair, long bytesPerSecond, Report report, BooleanSupplier stopped) {
        this(replica, repair, false, bytesPerSecond, report, stopped);
    }

    /** A scrub that repairs, and reads only files whose stat shows that somebody else may have changed them. */
    public static Scrub ofStats(Replica replica, long bytesPerSecond, Report report, BooleanSupplier stopped) {
        return new Scrub(replica, true, true, bytesPerSecond, report, stopped);
    }

    private Scrub(Replica replica, boolean repair, boolean believing, long bytesPerSecond, Report report, BooleanSupplier stopped) {
        this.believing = believing;
        this.replica = replica;
        this.cursor = new DirectoryCursor(replica.at(TreePath.ROOT));
        this.observed = new ObservedEntry(cursor, replica.keepsLinks());
        this.repair = repair;
        this.reader = new RateLimitedReader(bytesPerSecond, report, stopped);
        this.report = report;
        this.stopped = stopped;
    }

    /** Scrubs everything. */
    public void run() throws IOException {
        try (cursor) {
            Stat root = Stat.of(replica.at(TreePath.ROOT)).orElseThrow(() -> new NoSuchFileException("the replica"));
            Deque<ScrubLevel> levels = new ArrayDeque<>();
            look(TreePath.ROOT, root, replica.index().find(TreePath.ROOT).orElse(null), levels);
            finish(levels);
        }
    }

    /** Scrubs the entered directories and everything below until all are left. */
    private void finish(Deque<ScrubLevel> levels) throws IOException {
        try {
            while (!levels.isEmpty()) {
                ScrubLevel level = levels.peek();
                if (level.children().hasNext()) {
                    String child = level.children().next();
                    look(child, level.names().get(child), level.held().get(child), levels);
                    continue;
                }
                for (String missing : level.missing()) {
                    look(missing, null, level.held().get(missing), levels);
                }
                for (Map.Entry<String, IOException> problem : level.problems().entrySet()) {
                    cannotRead(problem.getKey(), problem.getValue());
                }
                leave(levels.pop());
            }
        } finally {
            while (!levels.isEmpty()) {
                leave(levels.pop());
            }
        }
    }

    private void look(String path, Stat stat, IndexEntry held, Deque<ScrubLevel> levels) throws IOException {
        if (stopped.getAsBoolean()) {
            throw new CancellationException();
        }
        Optional<Stat> entered = enter(path, stat, held);
        if (entered.isPresent()) {
            Stat now = entered.get();
            Path place = cursor.here().path();
            boolean closed = (now.mode() & OWNER) != OWNER && !(Files.isReadable(place) && Files.isExecutable(place));
            if (closed && !inTurn) {
                // No batch works in the directory, or below, while it is being opened.
                turn(index -> {
                    Deque<ScrubLevel> opened = new ArrayDeque<>();
                    list(path, now, true, opened);
                    finish(opened);
                    return null;
                });
            } else {
                list(path, now, closed, levels);
            }
        }
    }

    /** Enters a directory and returns its stat. A failure concerns this entry only; the scrub goes on. */
    private Optional<Stat> enter(String path, Stat stat, IndexEntry held) throws IOException {
        try {
            if (!settle(path, stat, held) || !cursor.enter(path)) {
                return Optional.empty();
            }
            try {
                return Optional.of(cursor.here().stat());
            } catch (IOException e) {
                cursor.leave();
                throw e;
            }
        } catch (IOException e) {
            failed(path, e);
            return Optional.empty();
        }
    }

    private void failed(String path, IOException why) throws IOException {
        if (path.isEmpty()) {
            throw why;
        }
        cannotRead(path, why);
    }

    /** Lists the current directory. If its owner has no access, it gets access until the directory is left. */
    private void list(String path, Stat stat, boolean closed, Deque<ScrubLevel> levels) throws IOException {
        ScrubLevel level = ScrubLevel.empty(OptionalInt.empty());
        try {
            if (closed) {
                Posix.mode(cursor.here(), stat.mode() | OWNER);
                level = ScrubLevel.empty(OptionalInt.of(stat.mode()));
            }
            levels.push(ScrubLevel.of(path, cursor.here(), replica.index(), level.mode()));
        } catch (NoSuchFileException e) {
            // It was removed.
            leave(level);
        } catch (IOException e) {
            leave(level);
            failed(path, e);
        } catch (RuntimeException e) {
            leave(level);
            throw e;
        }
    }

    private void leave(ScrubLevel level) throws IOException {
        try {
            if (level.mode().isPresent()) {
                Posix.mode(cursor.here(), level.mode().getAsInt());
            }
        } finally {
            cursor.leave();
        }
    }

    /** Reads and compares an entry, again if it changes meanwhile. Returns whether it is a directory. */
    private boolean settle(String path, Stat seen, IndexEntry held) throws IOException {
        Stat stat = seen;
        if (believing) {
            if (observed.isAsHeld(path, stat, held)) {
                return stat.kind() == Stat.Kind.DIRECTORY;
            }
            // Entries that a batch is changing are not complete, and the listing was not atomic.
            Optional<Stat> other = turn(index -> observed.changed(index, path));
            if (other.isEmpty()) {
                return cursor.isStill(path) && Stat.of(cursor.at(path)).filter(is -> is.kind() == Stat.Kind.DIRECTORY).isPresent();
            }
            stat = other.get() == ObservedEntry.GONE ? null : other.get();
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<ReadResult> reading = Optional.empty();
            try {
                reading = stat != null && stat.kind() == Stat.Kind.FILE ? read(path, stat) : Optional.empty();
            } catch (IOException e) {
                cannotRead(path, e);
                return false;
            }
            Optional<ReadResult> read = reading;
            Outcome outcome = turn(index -> compare(index, path, read));
            if (outcome != Outcome.CHANGED) {
                return outcome == Outcome.DIRECTORY;
            }
            stat = Stat.of(cursor.at(path)).orElse(null);
        }
        // It is being written all the time; the next scrub may succeed.
        return false;
    }

    private enum Outcome { DONE, DIRECTORY, CHANGED }

    /** Compares the current state with the index; what was read before counts only if the file is unchanged. */
    private Outcome compare(Index index, String path, Optional<ReadResult> reading) throws IOException {
        if (!cursor.isStill(path)) {
            // Its directory moved or was replaced by a link; the next scrub finds the new state.
            return Outcome.DONE;
        }
        Stat stat = Stat.of(cursor.at(path)).orElse(null);
        Optional<IndexEntry> held = index.find(path);
        if (stat != null && stat.kind() == Stat.Kind.FILE
                && reading.filter(is -> is.stat().sameContent(stat)).isEmpty()) {
            return Outcome.CHANGED;
        }
        Optional<IndexEntry> now = stat == null ? Optional.empty() : observed.held(path, stat, reading);
        Optional<Discrepancy> finding = Discrepancy.between(path, held.map(IndexEntry::entry), now.map(IndexEntry::entry), stat);
        finding.ifPresent(report::found);
        boolean vouches = now.isPresent() && now.get().changed() != IndexEntry.UNSEEN && !now.equals(held);
        if (repair && (finding.isPresent() || vouches)) {
            now.ifPresentOrElse(index::put, () -> index.remove(path));
        }
        return stat != null && stat.kind() == Stat.Kind.DIRECTORY ? Outcome.DIRECTORY : Outcome.DONE;
    }

    // --- Reading

    /** Reads a file; empty if it changed meanwhile. */
    private Optional<ReadResult> read(String path, Stat stat) throws IOException {
        Path file = cursor.at(path);
        try {
            if (!Files.isReadable(file)) {
                return Optional.of(turn(index -> ReadResult.of(file, stat)));
            }
            return reader.read(file, stat, !inTurn);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Drops an unreadable entry from the index, so that it is sent again. */
    private void cannotRead(String path, IOException why) throws IOException {
        turn(index -> {
            if (!cursor.isStill(path)) {
                return null;
            }
            report.found(new Discrepancy(path, UNREADABLE + WriteFault.reason(why), index.find(path).map(IndexEntry::entry),
                    Optional.empty()));
            if (repair) {
                index.remove(path);
            }
            return null;
        });
    }

    private <T> T turn(Replica.Look<T> look) throws IOException {
        if (inTurn) {
            return look.at(replica.index());
        }
        return replica.between(index -> {
            inTurn = true;
            try {
                return look.at(index);
            } finally {
                inTurn = false;
            }
        });
    }
}
