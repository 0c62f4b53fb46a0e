package io.bactrian.replica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.bactrian.content.Digest;
import io.bactrian.index.Held;
import io.bactrian.index.Index;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Handle;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Reads all of a replica anew and compares it with what the index says that it holds, so that damaged content is found
 * though its size and times are as before, and whatever somebody else did. Files are read while batches are applied;
 * only what was read is compared when none is. To repair is to make the index say what is there: the sender then finds
 * that it differs, and sends it. For one thread.
 */
public final class Scrub {
    /** How the words for what cannot be read begin. */
    public static final String UNREADABLE = "cannot be read: ";

    private static final int BUFFER = 256 * 1024;
    private static final int ATTEMPTS = 3;
    private static final int OWNER = 0700;
    private static final Stat GONE = new Stat(Stat.Kind.OTHER, 0, 0, 0, 0, 0, 0);

    private final Replica replica;
    private final boolean believing;
    private final boolean repair;
    private final long bytesPerSecond;
    private final Report report;
    private final BooleanSupplier stopped;
    private final Foothold foothold;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private boolean inTurn;
    private long due = System.nanoTime();

    /** Something that is done while no batch is in progress. */
    interface Look<T> {
        T at(Index index) throws IOException;
    }

    /** Takes what is found, as it is found. */
    public interface Report {
        /** So many bytes more were read; zero at the end of a file. */
        void read(long bytes);

        void found(Finding finding);
    }

    /**
     * Something that is not as the index says.
     *
     * @param what in words for a person, the same words for the same kind
     * @param held what the index says
     * @param is   what is there; nothing, if it cannot be part of a tree or cannot be read
     */
    public record Finding(String path, String what, Optional<Entry> held, Optional<Entry> is) {
    }

    /**
     * @param repair         whether the index is made to say what is there
     * @param bytesPerSecond read at most, or 0
     * @param stopped        ends it early by a {@link CancellationException}
     */
    public Scrub(Replica replica, boolean repair, long bytesPerSecond, Report report, BooleanSupplier stopped) {
        this(replica, repair, false, bytesPerSecond, report, stopped);
    }

    /** One that repairs, and reads only that of which a stat says that somebody else may have changed it. */
    public static Scrub ofStats(Replica replica, long bytesPerSecond, Report report, BooleanSupplier stopped) {
        return new Scrub(replica, true, true, bytesPerSecond, report, stopped);
    }

    private Scrub(Replica replica, boolean repair, boolean believing, long bytesPerSecond, Report report, BooleanSupplier stopped) {
        this.believing = believing;
        this.replica = replica;
        this.foothold = new Foothold(replica.at(TreePath.ROOT));
        this.repair = repair;
        this.bytesPerSecond = bytesPerSecond;
        this.report = report;
        this.stopped = stopped;
    }

    /** Looks at everything. */
    public void run() throws IOException {
        check(TreePath.ROOT, Stat.of(replica.at(TreePath.ROOT)).orElseThrow(() -> new NoSuchFileException("the replica")));
    }

    /** A directory in the middle of the scrub. */
    private record Level(Map<String, Stat> names, Iterator<String> children, Map<String, Held> held) {
        static final Level EMPTY = new Level(Map.of(), Collections.emptyIterator(), Map.of());
    }

    private void check(String path, Stat stat) throws IOException {
        Deque<Level> levels = new ArrayDeque<>();
        look(path, stat, replica.index().find(path).orElse(null), levels);
        finish(levels, 0);
    }

    /** Goes on until no more than so many directories are left, which others entered and leave. */
    private void finish(Deque<Level> levels, int entered) throws IOException {
        try {
            while (!levels.isEmpty()) {
                Level level = levels.peek();
                if (level.children.hasNext()) {
                    String child = level.children.next();
                    look(child, level.names.get(child), level.held.get(child), levels);
                    continue;
                }
                for (String held : level.held.keySet()) {
                    if (!level.names.containsKey(held)) {
                        settle(held, null, level.held.get(held));
                    }
                }
                levels.pop();
                if (levels.size() >= entered) {
                    foothold.leave();
                }
            }
        } finally {
            for (int left = levels.size(); left > entered; left--) {
                foothold.leave();
            }
        }
    }

    private void look(String path, Stat stat, Held held, Deque<Level> levels) throws IOException {
        if (stopped.getAsBoolean()) {
            throw new CancellationException();
        }
        if (settle(path, stat, held) && foothold.enter(path)) {
            try {
                levels.push(open(path, foothold.here()));
            } catch (IOException | RuntimeException e) {
                foothold.leave();
                throw e;
            }
        }
    }

    private Level open(String path, Handle place) throws IOException {
        Stat stat = place.stat();
        if ((stat.mode() & OWNER) == OWNER || Files.isReadable(place.path()) && Files.isExecutable(place.path())) {
            return children(path, place);
        }
        // Its owner is kept out as it is. Nobody else works in it meanwhile.
        return turn(index -> {
            Posix.mode(place, stat.mode() | OWNER);
            try {
                finish(new ArrayDeque<>(List.of(children(path, place))), 1);
                return Level.EMPTY;
            } finally {
                Posix.mode(place, stat.mode());
            }
        });
    }

    private Level children(String directory, Handle place) throws IOException {
        Map<String, Stat> names = new LinkedHashMap<>();
        Scanner.Listing listing;
        try {
            listing = Scanner.list(place);
        } catch (NoSuchFileException e) {
            return Level.EMPTY;
        } catch (IOException e) {
            cannotRead(directory, e);
            return Level.EMPTY;
        }
        listing.children().forEach((name, stat) -> names.put(TreePath.child(directory, name), stat));
        if (directory.isEmpty()) {
            names.keySet().removeIf(path -> path.equalsIgnoreCase(TreePath.OWN));
        }
        Map<String, Held> held = new LinkedHashMap<>();
        replica.index().children(directory).forEach(child -> held.put(child.path(), child));
        return new Level(names, names.keySet().iterator(), held);
    }

    /** Reads what is at the path and compares it; again if it changes meanwhile. Tells whether it is a directory. */
    private boolean settle(String path, Stat seen, Held held) throws IOException {
        Stat stat = seen;
        if (believing) {
            if (isAsHeld(path, stat, held)) {
                return stat.kind() == Stat.Kind.DIRECTORY;
            }
            // What a batch is changing is not finished, and was not all listed at the same time.
            Optional<Stat> other = turn(index -> changed(index, path));
            if (other.isEmpty()) {
                return foothold.isStill(path) && Stat.of(foothold.at(path)).filter(is -> is.kind() == Stat.Kind.DIRECTORY).isPresent();
            }
            stat = other.get() == GONE ? null : other.get();
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Reading> reading = Optional.empty();
            try {
                reading = stat != null && stat.kind() == Stat.Kind.FILE ? read(path, stat) : Optional.empty();
            } catch (IOException e) {
                cannotRead(path, e);
                return false;
            }
            Optional<Reading> read = reading;
            Outcome outcome = turn(index -> compare(index, path, read));
            if (outcome != Outcome.CHANGED) {
                return outcome == Outcome.DIRECTORY;
            }
            stat = Stat.of(foothold.at(path)).orElse(null);
        }
        // It is being written all the time: the next scrub may find it at rest.
        return false;
    }

    /** What is there if it is not as held, or {@link #GONE}; nothing if it is. */
    private Optional<Stat> changed(Index index, String path) throws IOException {
        if (!foothold.isStill(path)) {
            return Optional.empty();
        }
        Optional<Stat> now = Stat.of(foothold.at(path));
        Optional<Held> held = index.find(path);
        boolean same = now.isPresent() ? isAsHeld(path, now.get(), held.orElse(null)) : held.isEmpty();
        return same ? Optional.empty() : Optional.of(now.orElse(GONE));
    }

    /** Whether the stat says that it is what is held. */
    private boolean isAsHeld(String path, Stat stat, Held held) throws IOException {
        if (stat == null) {
            return false;
        }
        boolean vouched = held != null && (held.changed() == Held.UNSEEN || held.vouchedBy(stat));
        return switch (stat.kind()) {
            case FILE -> vouched && held.entry() instanceof Entry.File file && file.size() == stat.size()
                    && file.modified() == stat.modified() && file.mode() == stat.mode();
            case DIRECTORY -> held != null && held.entry().equals(new Entry.Directory(path, stat.mode(), stat.modified()));
            case LINK -> !replica.keepsLinks() ? held == null
                    : vouched && held.entry() instanceof Entry.Link link && link.modified() == stat.modified()
                            && (held.changed() != Held.UNSEEN
                                    || link.target().equals(Files.readSymbolicLink(foothold.at(path)).toString()));
            case OTHER -> held == null;
        };
    }

    private enum Outcome { DONE, DIRECTORY, CHANGED }

    /** Compares what is there now with what is held now; what was read before counts only if it is still that. */
    private Outcome compare(Index index, String path, Optional<Reading> reading) throws IOException {
        if (!foothold.isStill(path)) {
            // Its directory moved, or somebody put a link in its place: the next scrub finds what there is.
            return Outcome.DONE;
        }
        Stat stat = Stat.of(foothold.at(path)).orElse(null);
        Optional<Held> held = index.find(path);
        if (stat != null && stat.kind() == Stat.Kind.FILE
                && reading.filter(is -> is.stat().sameContent(stat)).isEmpty()) {
            return Outcome.CHANGED;
        }
        Optional<Held> now = stat == null ? Optional.empty() : now(path, stat, reading);
        String what = difference(held.map(Held::entry), now.map(Held::entry), stat);
        if (!what.isEmpty()) {
            report.found(new Finding(path, what, held.map(Held::entry), now.map(Held::entry)));
        }
        boolean vouches = now.isPresent() && now.get().changed() != Held.UNSEEN && !now.equals(held);
        if (repair && (!what.isEmpty() || vouches)) {
            now.ifPresentOrElse(index::put, () -> index.remove(path));
        }
        return stat != null && stat.kind() == Stat.Kind.DIRECTORY ? Outcome.DIRECTORY : Outcome.DONE;
    }

    private Optional<Held> now(String path, Stat stat, Optional<Reading> reading) throws IOException {
        return switch (stat.kind()) {
            case FILE -> reading.map(is -> is.held(new Entry.File(path, 0, 0, 0, Digest.EMPTY)));
            case DIRECTORY -> Optional.of(Held.unseen(new Entry.Directory(path, stat.mode(), stat.modified())));
            case LINK -> replica.keepsLinks() ? Optional.of(Held.unseen(new Entry.Link(path, stat.modified(),
                    Files.readSymbolicLink(foothold.at(path)).toString()))) : Optional.empty();
            case OTHER -> Optional.empty();
        };
    }

    private static String difference(Optional<Entry> held, Optional<Entry> now, Stat stat) {
        if (held.equals(now)) {
            return "";
        }
        if (held.isEmpty()) {
            return "not from the source";
        }
        if (now.isEmpty()) {
            return stat == null ? "missing" : "other type";
        }
        if (held.get() instanceof Entry.File was && now.get() instanceof Entry.File is && !was.digest().equals(is.digest())) {
            return was.size() == is.size() && was.modified() == is.modified() ? "damaged" : "other content";
        }
        return held.get().getClass() == now.get().getClass() ? held.get() instanceof Entry.Link
                ? "other link" : "other attributes" : "other type";
    }

    // --- Reading

    /** Nothing, if the file changed meanwhile. */
    private Optional<Reading> read(String path, Stat stat) throws IOException {
        Path file = foothold.at(path);
        try {
            if (!Files.isReadable(file)) {
                return Optional.of(turn(index -> Reading.of(file, stat)));
            }
            long start = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
            Digest digest = digest(file);
            Optional<Stat> after = Stat.of(file).filter(stat::sameContent);
            report.read(0);
            return after.map(is -> new Reading(digest, is, Reading.settled(is, start)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** What cannot be read is not held, so that it is sent again. */
    private void cannotRead(String path, IOException why) throws IOException {
        turn(index -> {
            if (!foothold.isStill(path)) {
                return null;
            }
            report.found(new Finding(path, UNREADABLE + ChangeFailed.reason(why), index.find(path).map(Held::entry),
                    Optional.empty()));
            if (repair) {
                index.remove(path);
            }
            return null;
        });
    }

    private Digest digest(Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            for (int read = channel.read(buffer.clear()); read >= 0; read = channel.read(buffer.clear())) {
                sha256.update(buffer.flip());
                report.read(read);
                pace(read);
            }
        }
        return Digest.from(sha256.digest());
    }

    private void pace(long bytes) {
        if (stopped.getAsBoolean()) {
            throw new CancellationException();
        }
        if (bytesPerSecond > 0 && !inTurn) {
            long now = System.nanoTime();
            due = Math.max(due, now) + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
            LockSupport.parkNanos(due - now);
        }
    }

    private <T> T turn(Look<T> look) throws IOException {
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
