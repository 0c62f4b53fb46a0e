package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;

import io.bactrian.change.Change;
import io.bactrian.index.IndexEntry;
import io.bactrian.index.IndexException;
import io.bactrian.replica.disk.Posix;
import io.bactrian.replica.scan.ReadResult;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.replica.write.ChangeFailedException.ContentMissing;
import io.bactrian.settings.Property;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/** Writes a file, doing no more than necessary. Thread-safe for different paths. */
final class FileWriter {
    private static final int SETUID_SETGID = 06000;
    private static final int LOCKS = 16;

    private final BatchContext context;
    private final ContentSource contentSource;
    /** Cleared when the file system turns out not to support unnamed files. */
    private volatile boolean makesUnnamed;
    /** If two changes need the same staged content, one takes it and the other then finds it in the replica. */
    private final Object[] locks = IntStream.range(0, LOCKS).mapToObj(i -> new Object()).toArray();

    FileWriter(BatchContext context) {
        this.context = context;
        this.contentSource = new ContentSource(context);
        this.makesUnnamed = !context.durability().isEachWaitedFor();
    }

    Outcome write(Change.WriteFile change) throws IOException, CannotApply, ContentMissing {
        Entry.File wanted = allowed(change.entry());
        Path place = context.place(wanted.path());
        // A directory that the batch made contains nothing to compare with.
        boolean free = context.directories().isNew(TreePath.parent(wanted.path()))
                && !context.directories().isEntered(wanted.path());
        Stat stat = free ? null : context.look(wanted.path()).orElse(null);
        boolean believed = !context.doubtful().contains(wanted.path());
        if (believed && stat != null && stat.kind() == Stat.Kind.FILE && stat.size() == wanted.size()) {
            Optional<IndexEntry> here = contentHere(wanted, place, stat);
            if (here.isPresent()) {
                return updateAttributes(wanted, here.get(), place, stat);
            }
        }
        permit(change, wanted, stat);
        Stat now = stat == null && change.content().isPresent() ? make(wanted, change.content().get(), place) : null;
        if (now == null && change.content().isPresent()) {
            now = replace(wanted, change.content(), place, stat);
        } else if (now == null) {
            synchronized (locks[Math.floorMod(wanted.digest().hashCode(), LOCKS)]) {
                now = replace(wanted, change.content(), place, stat);
            }
        }
        BatchContext.checkTime(wanted, now);
        return Outcome.APPLIED;
    }

    /** Staged content occupies its disk space already. */
    private void permit(Change.WriteFile change, Entry.File wanted, Stat there) throws IOException {
        if (context.reserve().isGiven() && (change.content().isPresent() || !context.staging().holds(wanted.digest(), wanted.size()))) {
            context.reserve().permit(there == null, wanted.size() - (there == null ? 0 : there.size()));
        }
    }

    private Entry.File allowed(Entry.File file) {
        int mode = context.settings().value(Property.TARGET_KEEP_SETUID) ? file.mode() : file.mode() & ~SETUID_SETGID;
        return new Entry.File(file.path(), mode, file.modified(), file.size(), file.digest());
    }

    /**
     * The entry at the place, if its content is the wanted one. A file that the index does not vouch for is read,
     * because reading is cheaper than writing and a file that matches is never written.
     */
    private Optional<IndexEntry> contentHere(Entry.File wanted, Path place, Stat stat) {
        Optional<IndexEntry> held = context.index().find(wanted.path());
        if (held.isPresent() && held.get().vouchedBy(stat)) {
            return held.filter(row -> row.entry() instanceof Entry.File file && file.digest().equals(wanted.digest()));
        }
        try {
            ReadResult reading = ReadResult.of(place, stat);
            if (!reading.digest().equals(wanted.digest())) {
                return Optional.empty();
            }
            IndexEntry read = reading.held(wanted.path());
            context.index().put(read);
            return Optional.of(read);
        } catch (IOException e) {
            // A file that cannot be read can still be replaced.
            return Optional.empty();
        }
    }

    /** The content is right; sets mode and time if they differ. */
    private Outcome updateAttributes(Entry.File wanted, IndexEntry here, Path place, Stat stat) throws IOException, CannotApply {
        if (stat.mode() == wanted.mode() && stat.modified().equals(wanted.modified())) {
            return Outcome.SAME;
        }
        context.durability().wrote(wanted.path());
        if (stat.mode() != wanted.mode()) {
            Posix.mode(place, wanted.mode());
        }
        if (!stat.modified().equals(wanted.modified())) {
            Posix.modified(place, wanted.modified());
        }
        Stat now = context.held(wanted, place);
        if (here.changed() == IndexEntry.UNSEEN) {
            context.index().put(IndexEntry.unseen(BatchContext.as(wanted, now)));
        }
        BatchContext.checkTime(wanted, now);
        return Outcome.APPLIED;
    }

    /**
     * Creates a new file without a temporary name in staging, if the file system supports that; null if it was not
     * created.
     */
    private Stat make(Entry.File wanted, byte[] content, Path place) throws IOException {
        DirectoryHandle directory = context.directories().holding(wanted.path());
        if (!makesUnnamed || !UnnamedFile.isPossible(directory)) {
            return null;
        }
        ContentSource.verify(wanted, content);
        Stat now;
        try {
            now = UnnamedFile.make(directory, TreePath.name(wanted.path()), content, wanted.mode(), wanted.modified());
        } catch (UnnamedFile.NotMadeException e) {
            makesUnnamed = !e.isForGood();
            return null;
        }
        context.durability().wrote(wanted.path());
        context.removalGuard().create(wanted.path());
        adopt(wanted, context.held(wanted, now), place);
        return now;
    }

    /** Sets the mode again if the directory's default access control list has changed it. */
    private void adopt(Entry.File wanted, Stat now, Path place) throws IOException {
        if (now.mode() != wanted.mode()) {
            Posix.mode(place, wanted.mode());
            context.held(wanted, place);
        }
    }

    private Stat replace(Entry.File wanted, Optional<byte[]> inline, Path place, Stat there)
            throws IOException, CannotApply, ContentMissing {
        ContentSource.Taken taken = contentSource.take(wanted, inline);
        try {
            if (!taken.hasMode()) {
                Posix.mode(taken.file(), wanted.mode());
            }
            Posix.modified(taken.file(), wanted.modified());
            context.durability().content(taken.file());
            context.put(wanted.path(), taken.file(), place, there);
            context.durability().wrote(wanted.path());
        } catch (IOException | CannotApply | IndexException e) {
            if (!taken.staged()) {
                Files.deleteIfExists(taken.file());
            }
            throw e;
        }
        Stat now = context.held(wanted, place);
        if (taken.hasMode()) {
            adopt(wanted, now, place);
        }
        if (taken.staged()) {
            context.staging().discard(wanted.digest(), wanted.size());
        }
        return now;
    }
}
