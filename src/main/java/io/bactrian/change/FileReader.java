package io.bactrian.change;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.bactrian.content.Digester;
import io.bactrian.content.SparseReader;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.SafeOpen;
import io.bactrian.tree.Stat;

/**
 * Reads the source's files where their stat does not already say what is in them. A file is taken as read if
 * its stat is the same before and after; one that never stands still is sent as it was read, after some
 * patience, and looked at again. Thread-safe.
 */
public final class FileReader {
    /** How long a large file may go on changing, if nobody says otherwise. */
    public static final Duration UNSETTLED = Duration.ofSeconds(30);

    /** Readings of a moving file that are thrown away before one is sent. */
    private static final int PATIENCE = 3;

    /**
     * A change time this close before the reading may be followed by a change that leaves it as it is, for
     * clocks of file systems tick (git calls such an entry racily clean).
     */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(20);

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration AT_ONCE = Duration.ZERO;

    private final Path root;
    private final int inline;
    private final Uploads uploads;
    private final RereadRenamed rereadRenamed;
    private final Clock clock;
    private final Unsettled unsettled = new Unsettled();
    private final Unsteady unsteady;
    private final Moving moving;

    /** @param inline bytes up to which a content travels inside its change */
    public FileReader(Path root, int inline, Uploads uploads) {
        this(root, inline, uploads, RereadRenamed.RESCAN);
    }

    /**
     * @param inline        bytes up to which a content travels inside its change
     * @param rereadRenamed when a renamed file is read once more
     */
    public FileReader(Path root, int inline, Uploads uploads, RereadRenamed rereadRenamed) {
        this(root, inline, uploads, rereadRenamed, Optional.of(UNSETTLED), false);
    }

    /**
     * @param inline        bytes up to which a content travels inside its change
     * @param rereadRenamed when a renamed file is read once more
     * @param unsettled     how long a file may go on changing before it is sent as one reading finds it; nothing is never
     * @param once          whether each file has to arrive once only, for the run ends then
     */
    public FileReader(Path root, int inline, Uploads uploads, RereadRenamed rereadRenamed, Optional<Duration> unsettled,
            boolean once) {
        this(root, inline, uploads, rereadRenamed, unsettled, Clock.systemUTC(), once);
    }

    FileReader(Path root, int inline, Uploads uploads, RereadRenamed rereadRenamed, Clock clock) {
        this(root, inline, uploads, rereadRenamed, Optional.of(UNSETTLED), clock, false);
    }

    private FileReader(Path root, int inline, Uploads uploads, RereadRenamed rereadRenamed, Optional<Duration> unsettled,
            Clock clock, boolean once) {
        this.moving = new Moving(unsettled, once, System::nanoTime);
        this.clock = clock;
        this.root = root;
        this.unsteady = new Unsteady(root);
        this.inline = inline;
        this.uploads = uploads;
        this.rereadRenamed = rereadRenamed;
    }

    /**
     * What is known of a file that was found under another name, with the same inode, size and time.
     *
     * @param path     the new one
     * @param onlyThat whether it was watched meanwhile, and nothing else was seen to happen to it
     */
    IndexEntry afterRename(IndexEntry held, String path, Stat stat, boolean onlyThat) {
        Entry.File entry = (Entry.File) held.entry().at(path);
        if (held.changed() == IndexEntry.UNSEEN) {
            return held.at(path);
        }
        return switch (rereadRenamed) {
            case NEVER -> IndexEntry.seen(entry, stat);
            case RESCAN -> onlyThat && stat.links() == 1 ? IndexEntry.renamed(entry, stat)
                    : new IndexEntry(entry, IndexEntry.UNSEEN, held.inode());
            case NOW -> new IndexEntry(entry, IndexEntry.UNSEEN, held.inode());
        };
    }

    /**
     * Tells what must change so that the target holds this file; {@code held} is what it holds now.
     *
     * @param vouched whether the file still has the content that is held, so that it need not be read
     */
    void compare(String path, Stat stat, Optional<IndexEntry> held, boolean vouched, int mode, Findings findings) {
        if (vouched) {
            Digest digest = ((Entry.File) held.orElseThrow().entry()).digest();
            AsRead.tell(path, stat, mode, digest, Optional.empty(), held, held.get().changed(), findings);
        } else if (stat.size() <= inline) {
            read(path, stat, held, mode, findings);
        } else {
            compareLarge(path, stat, held, mode, findings);
        }
    }

    /** Whether the content for this path is to be sent, whatever the target is thought to hold. */
    boolean isSentWhole(String path) {
        return uploads.isSentWhole(path);
    }

    private void compareLarge(String path, Stat stat, Optional<IndexEntry> held, int mode, Findings findings) {
        Optional<Uploads.Staged> staged = uploads.staged(path, held);
        if (staged.isPresent()) {
            Stat as = staged.get().stat();
            boolean moved = staged.get().moving() || !as.sameContent(stat);
            AsRead.tell(path, as, mode, staged.get().digest(), Optional.empty(), held, moved ? IndexEntry.UNSEEN : as.changed(), findings);
            // For a run that ends by itself it has arrived as it was at some time since the start.
            if (moved && !moving.isOnce()) {
                findings.lookAgain(path, staged.get().moving() ? SOON : AT_ONCE);
            }
            return;
        }
        Moving.Next next = moving.next(path, stat, stat.changed() > now() - TICK, TICK);
        switch (next.step()) {
            case READ -> findings.upload(path, stat);
            case READ_IN_ONE_PASS -> findings.uploadInOnePass(path, stat);
            case WAIT -> findings.lookAgain(path, next.pause());
            case GIVE_UP -> findings.trouble(path, "it is written all the time, and unsettled=never waits until it stands still");
        }
    }

    /** The places that change their kind. */
    public Unsteady unsteady() {
        return unsteady;
    }

    /** When those are read that are being written. */
    public Moving moving() {
        return moving;
    }

    /** The stat of a file now, if it is there. */
    public Optional<Stat> stat(String path) throws IOException {
        return Stat.of(root.resolve(path)).filter(is -> is.kind() == Stat.Kind.FILE);
    }

    private void read(String path, Stat stat, Optional<IndexEntry> held, int mode, Findings findings) {
        if (unsettled.putsOff(path, System.nanoTime(), findings)) {
            return;
        }
        boolean settled = stat.changed() < now() - TICK || unsettled.stands(path, stat, System.nanoTime(), TICK);
        try {
            byte[] content = SafeOpen.read(root.resolve(path), Math.max(1, (int) stat.size()));
            Optional<Stat> after = Stat.of(root.resolve(path));
            boolean still = after.isPresent() && after.get().sameContent(stat) && content.length == stat.size();
            if (!still && (after.isEmpty() || after.get().size() > inline || unsettled.again(path) <= PATIENCE)) {
                findings.lookAgain(path, AT_ONCE);
                return;
            }
            if (!still && after.get().sameContent(stat)) {
                findings.trouble(path, OddSize.what(stat.size(), content.length > stat.size()));
                return;
            }
            unsteady.stood(path);
            if (still) {
                unsettled.stood(path);
            }
            boolean vouches = still && settled;
            if (vouches) {
                unsettled.settled(path);
            } else if (!moving.isOnce() || still && unsettled.isFirst(path)) {
                findings.lookAgain(path, SOON);
            } else if (!still) {
                findings.written(path);
            }
            Stat as = new Stat(stat.kind(), stat.mode(), content.length, stat.modified(), stat.changed(), stat.inode(), stat.links());
            unsettled.sent(path, as, held, System.nanoTime());
            AsRead.tell(path, as, mode, Digest.of(content), Optional.of(content), held, vouches ? stat.changed() : IndexEntry.UNSEEN, findings);
        } catch (IOException e) {
            unsettled.settled(path);
            unsteady.trouble(path, Stat.Kind.FILE, e).ifPresentOrElse(why -> findings.trouble(path, "cannot be read: " + why),
                    () -> findings.lookAgain(path, AT_ONCE));
        }
    }

    /**
     * Hashes a large file.
     *
     * @return empty if the file is not what the stat says
     * @throws IOException if it cannot be read
     */
    public Optional<Uploads.Staged> digest(String path, Stat stat) throws IOException {
        return digest(path, stat, new Digester(Set.of(), 0));
    }

    /** As {@link #digest(String, Stat)}, and all else that the digester wants to know of what was read. */
    public Optional<Uploads.Staged> digest(String path, Stat stat, Digester digester) throws IOException {
        boolean whole = readStill(path, stat, digester::update);
        return settle(path, stat, digester.digest(), whole);
    }

    /** Reads a large file once, as far as it is this long; tells whether it is. */
    public boolean read(String path, Stat stat, Consumer<ByteBuffer> reader) throws IOException {
        return read(path, stat, reader, false);
    }

    /** As {@link #read}, and stops as soon as it is not what the stat says: then what was read is of no use. */
    public boolean readStill(String path, Stat stat, Consumer<ByteBuffer> reader) throws IOException {
        return read(path, stat, reader, true);
    }

    private boolean read(String path, Stat stat, Consumer<ByteBuffer> reader, boolean still) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        long left = stat.size();
        try (SparseReader file = new SparseReader(root.resolve(path))) {
            while (left > 0 && file.read(buffer.clear().limit((int) Math.min(left, buffer.capacity())), stat.size() - left) > 0) {
                if (still && !isStill(path, stat)) {
                    return false;
                }
                left -= buffer.flip().remaining();
                reader.accept(buffer);
            }
        }
        if (left > 0 && isStill(path, stat)) {
            throw OddSize.shorter(path, stat.size());
        }
        return left == 0;
    }

    /** Whether a file is still what the stat says. */
    public boolean isStill(String path, Stat stat) throws IOException {
        return Stat.of(root.resolve(path)).filter(stat::sameContent).isPresent();
    }

    /** What was read of a large file; nothing if it changed meanwhile. */
    Optional<Uploads.Staged> settle(String path, Stat stat, Digest digest, boolean whole) throws IOException {
        if (!isStill(path, stat)) {
            return Optional.empty();
        }
        if (!whole) {
            throw OddSize.shorter(path, stat.size());
        }
        unsettled.settled(path);
        moving.settled(path);
        return Optional.of(new Uploads.Staged(stat, digest, false));
    }

    /** Reads a part of a large file, and makes the buffer ready to be read; it is not full if the file is shorter. */
    public void part(String path, long offset, ByteBuffer buffer) throws IOException {
        try (SparseReader file = new SparseReader(root.resolve(path))) {
            while (buffer.hasRemaining() && file.read(buffer, offset + buffer.position()) > 0) {
                // Reads may be short.
            }
        }
        buffer.flip();
    }

    /** Opens a file to be read. */
    public FileChannel open(String path) throws IOException {
        return SafeOpen.read(root.resolve(path));
    }

    private long now() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
