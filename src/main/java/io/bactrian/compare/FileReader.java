package io.bactrian.compare;

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

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.content.Digester;
import io.bactrian.content.SparseReader;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.SafeOpen;
import io.bactrian.tree.Stat;

/**
 * Reads the files of the source whose stat does not vouch for their content. What was read counts if the file's stat was the same
 * before and after; a file that keeps changing is sent as it was read after a few attempts, and compared again. Thread-safe.
 */
public final class FileReader {
    /** How long a large file may keep changing before it is sent all the same, by default. */
    public static final Duration UNSETTLED = Duration.ofSeconds(30);

    /** Reads of a changing file that are discarded before one is sent. */
    private static final int DISCARDED_READS = 3;

    /**
     * A file that changed this shortly before it was read may change again without a new change time, because the clocks of
     * file systems tick (git calls such an entry racily clean).
     */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(20);

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration AT_ONCE = Duration.ZERO;

    private final Path root;
    private final int inline;
    private final StagedContents uploads;
    private final RereadRenamed rereadRenamed;
    private final Clock clock;
    private final SmallFileTiming smallFiles = new SmallFileTiming();
    private final KindChanges kindChanges;
    private final LargeFileTiming largeFiles;

    /** @param inline bytes up to which content is sent inside its change */
    public FileReader(Path root, int inline, StagedContents uploads) {
        this(root, inline, uploads, RereadRenamed.RESCAN);
    }

    /**
     * @param inline        bytes up to which content is sent inside its change
     * @param rereadRenamed when a renamed file is read again
     */
    public FileReader(Path root, int inline, StagedContents uploads, RereadRenamed rereadRenamed) {
        this(root, inline, uploads, rereadRenamed, Optional.of(UNSETTLED), false);
    }

    /**
     * @param inline        bytes up to which content is sent inside its change
     * @param rereadRenamed when a renamed file is read again
     * @param unsettled     how long a file may keep changing before it is sent as read in one pass; empty is for ever
     * @param once          whether the run ends once each file was sent
     */
    public FileReader(Path root, int inline, StagedContents uploads, RereadRenamed rereadRenamed, Optional<Duration> unsettled,
            boolean once) {
        this(root, inline, uploads, rereadRenamed, unsettled, Clock.systemUTC(), once);
    }

    FileReader(Path root, int inline, StagedContents uploads, RereadRenamed rereadRenamed, Clock clock) {
        this(root, inline, uploads, rereadRenamed, Optional.of(UNSETTLED), clock, false);
    }

    private FileReader(Path root, int inline, StagedContents uploads, RereadRenamed rereadRenamed, Optional<Duration> unsettled,
            Clock clock, boolean once) {
        this.largeFiles = new LargeFileTiming(unsettled, once, System::nanoTime);
        this.clock = clock;
        this.root = root;
        this.kindChanges = new KindChanges(root);
        this.inline = inline;
        this.uploads = uploads;
        this.rereadRenamed = rereadRenamed;
    }

    /**
     * The index entry of a file that was found under another name, with the same inode, size and time.
     *
     * @param path     the new name
     * @param onlyThat whether it was watched meanwhile, and no event other than the rename was reported
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
     * Reports what must change so that the target holds this file; {@code held} is what it holds now.
     *
     * @param vouched whether the file certainly still has that content, so that it need not be read
     */
    void compare(String path, Stat stat, Optional<IndexEntry> held, boolean vouched, int mode, ComparisonListener findings) {
        if (vouched) {
            Digest digest = ((Entry.File) held.orElseThrow().entry()).digest();
            report(path, stat, mode, digest, Optional.empty(), held, held.get().changed(), findings);
        } else if (stat.size() <= inline) {
            read(path, stat, held, mode, findings);
        } else {
            compareLarge(path, stat, held, mode, findings);
        }
    }

    /** Whether the content for this path must be sent, whatever the target is thought to hold. */
    boolean isSentWhole(String path) {
        return uploads.isSentWhole(path);
    }

    private void compareLarge(String path, Stat stat, Optional<IndexEntry> held, int mode, ComparisonListener findings) {
        Optional<HashedFile> staged = uploads.staged(path, held);
        if (staged.isPresent()) {
            Stat as = staged.get().stat();
            boolean moved = staged.get().moving() || !as.sameContent(stat);
            report(path, as, mode, staged.get().digest(), Optional.empty(), held, moved ? IndexEntry.UNSEEN : as.changed(), findings);
            // With --once it is enough that a state since the start has arrived.
            if (moved && !largeFiles.isOnce()) {
                findings.lookAgain(path, staged.get().moving() ? SOON : AT_ONCE);
            }
            return;
        }
        LargeFileTiming.Next next = largeFiles.next(path, stat, stat.changed() > now() - TICK, TICK);
        switch (next.step()) {
            case READ -> findings.upload(path, stat);
            case READ_IN_ONE_PASS -> findings.uploadInOnePass(path, stat);
            case WAIT -> findings.lookAgain(path, next.pause());
            case GIVE_UP -> findings.trouble(path, "it keeps changing, and unsettled=never waits until it stops");
        }
    }

    /** The paths that change their kind between listing and reading. */
    public KindChanges kindChanges() {
        return kindChanges;
    }

    /** When large files that are being written are read. */
    public LargeFileTiming largeFileTiming() {
        return largeFiles;
    }

    /** The current stat of a file; empty if there is none. */
    public Optional<Stat> stat(String path) throws IOException {
        return Stat.of(root.resolve(path)).filter(is -> is.kind() == Stat.Kind.FILE);
    }

    private void read(String path, Stat stat, Optional<IndexEntry> held, int mode, ComparisonListener findings) {
        if (smallFiles.isPostponed(path, System.nanoTime(), findings)) {
            return;
        }
        boolean settled = stat.changed() < now() - TICK || smallFiles.hasSettled(path, stat, System.nanoTime(), TICK);
        try {
            byte[] content = SafeOpen.read(root.resolve(path), Math.max(1, (int) stat.size()));
            Optional<Stat> after = Stat.of(root.resolve(path));
            boolean still = after.isPresent() && after.get().sameContent(stat) && content.length == stat.size();
            if (!still && (after.isEmpty() || after.get().size() > inline || smallFiles.changedAgain(path) <= DISCARDED_READS)) {
                findings.lookAgain(path, AT_ONCE);
                return;
            }
            if (!still && after.get().sameContent(stat)) {
                findings.trouble(path, SizeMismatch.explanation(stat.size(), content.length > stat.size()));
                return;
            }
            kindChanges.read(path);
            if (still) {
                smallFiles.unchanged(path);
            }
            boolean vouches = still && settled;
            if (vouches) {
                smallFiles.settled(path);
            } else if (!largeFiles.isOnce() || still && smallFiles.isFirst(path)) {
                findings.lookAgain(path, SOON);
            } else if (!still) {
                findings.written(path);
            }
            Stat as = new Stat(stat.kind(), stat.mode(), content.length, stat.modified(), stat.changed(), stat.inode(), stat.links());
            smallFiles.sent(path, as, held, System.nanoTime());
            report(path, as, mode, Digest.of(content), Optional.of(content), held, vouches ? stat.changed() : IndexEntry.UNSEEN, findings);
        } catch (IOException e) {
            smallFiles.settled(path);
            kindChanges.trouble(path, Stat.Kind.FILE, e).ifPresentOrElse(why -> findings.trouble(path, "cannot be read: " + why),
                    () -> findings.lookAgain(path, AT_ONCE));
        }
    }

    /**
     * Hashes a large file.
     *
     * @return empty if the file has another stat by now
     * @throws IOException if the file cannot be read
     */
    public Optional<HashedFile> digest(String path, Stat stat) throws IOException {
        return digest(path, stat, new Digester(Set.of(), 0));
    }

    /** Hashes a large file, as {@link #digest(String, Stat)} does, with this digester. */
    public Optional<HashedFile> digest(String path, Stat stat, Digester digester) throws IOException {
        boolean whole = readStill(path, stat, digester::update);
        return settle(path, stat, digester.digest(), whole);
    }

    /** Reads a large file once, up to the size of the stat; returns whether it has that size. */
    public boolean read(String path, Stat stat, Consumer<ByteBuffer> reader) throws IOException {
        return read(path, stat, reader, false);
    }

    /** As {@link #read}, but stops as soon as the file has another stat, because what was read is useless then. */
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
            throw SizeMismatch.shorter(path, stat.size());
        }
        return left == 0;
    }

    /** Whether a file still has this size, time and inode. */
    public boolean isStill(String path, Stat stat) throws IOException {
        return Stat.of(root.resolve(path)).filter(stat::sameContent).isPresent();
    }

    /** The result of reading a large file; empty if it changed meanwhile. */
    public Optional<HashedFile> settle(String path, Stat stat, Digest digest, boolean whole) throws IOException {
        if (!isStill(path, stat)) {
            return Optional.empty();
        }
        if (!whole) {
            throw SizeMismatch.shorter(path, stat.size());
        }
        smallFiles.settled(path);
        largeFiles.settled(path);
        return Optional.of(new HashedFile(stat, digest, false));
    }

    /** Reads a part of a large file into the buffer and flips it; it is not full if the file is shorter. */
    public void part(String path, long offset, ByteBuffer buffer) throws IOException {
        try (SparseReader file = new SparseReader(root.resolve(path))) {
            while (buffer.hasRemaining() && file.read(buffer, offset + buffer.position()) > 0) {
                // Reads may be short.
            }
        }
        buffer.flip();
    }

    /** Opens a file for reading. */
    public FileChannel open(String path) throws IOException {
        return SafeOpen.read(root.resolve(path));
    }

    /**
     * Reports a file as it was read, unless the index knows all of it.
     *
     * @param content if it was just read, and is sent inside the change
     * @param changed the change time with which the index may trust the content, or {@link IndexEntry#UNSEEN}
     */
    private static void report(String path, Stat stat, int mode, Digest digest, Optional<byte[]> content,
            Optional<IndexEntry> held, long changed, ComparisonListener findings) {
        Entry.File entry = new Entry.File(path, mode, stat.modified(), stat.size(), digest);
        IndexEntry after = new IndexEntry(entry, changed, stat.inode());
        if (held.filter(after::equals).isEmpty()) {
            findings.change(new PlannedChange(new Change.WriteFile(path, mode, entry.modified(), entry.size(), digest, content),
                    Optional.of(after), held, false));
        }
    }

    private long now() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
