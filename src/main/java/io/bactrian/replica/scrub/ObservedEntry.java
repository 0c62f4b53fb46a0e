package io.bactrian.replica.scrub;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.scan.ReadResult;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import io.bactrian.tree.TreePath;

/**
 * Compares the stat of a place in the replica with the index. For one thread.
 *
 * @param keepsLinks whether the replica holds symbolic links
 */
record ObservedEntry(DirectoryCursor cursor, boolean keepsLinks) {
    /** Used in place of a stat where nothing exists. */
    static final Stat GONE = new Stat(Stat.Kind.OTHER, 0, 0, Time.ofNanos(0), 0, 0, 0);

    /** The current stat if it differs from the index, or {@link #GONE}; empty if it does not differ. */
    Optional<Stat> changed(Index index, String path) throws IOException {
        if (!cursor.isStill(path)) {
            return Optional.empty();
        }
        Optional<Stat> now = Stat.of(cursor.at(path));
        Optional<IndexEntry> held = index.find(path);
        boolean same = now.isPresent() ? isAsHeld(path, now.get(), held.orElse(null)) : held.isEmpty();
        return same ? Optional.empty() : Optional.of(now.orElse(GONE));
    }

    /** Whether the stat matches the index entry. */
    boolean isAsHeld(String path, Stat stat, IndexEntry held) throws IOException {
        if (stat == null) {
            return false;
        }
        boolean vouched = held != null && (held.changed() == IndexEntry.UNSEEN || held.vouchedBy(stat));
        return switch (stat.kind()) {
            case FILE -> vouched && held.entry() instanceof Entry.File file && file.size() == stat.size()
                    && file.modified().equals(stat.modified()) && file.mode() == stat.mode();
            case DIRECTORY -> held != null && held.entry().equals(new Entry.Directory(path, stat.mode(), stat.modified()));
            case LINK -> !keepsLinks ? held == null
                    : vouched && held.entry() instanceof Entry.Link link && link.modified().equals(stat.modified())
                            && (held.changed() != IndexEntry.UNSEEN
                                    || link.target().equals(Files.readSymbolicLink(cursor.at(path)).toString()));
            case OTHER -> held != null && held.entry().equals(Entry.special(path, stat.modified()));
        };
    }

    /** The index entry for what is there; empty if it cannot be part of a tree. */
    Optional<IndexEntry> held(String path, Stat stat, Optional<ReadResult> reading) throws IOException {
        if (!TreePath.fits(path, TreePath.MAX_REMOVED)) {
            return Optional.empty();
        }
        return switch (stat.kind()) {
            case FILE -> reading.map(is -> is.held(path));
            case DIRECTORY -> Optional.of(IndexEntry.unseen(new Entry.Directory(path, stat.mode(), stat.modified())));
            case LINK -> keepsLinks ? Optional.of(IndexEntry.unseen(new Entry.Link(path, stat.modified(),
                    Files.readSymbolicLink(cursor.at(path)).toString()))) : Optional.empty();
            case OTHER -> Optional.of(IndexEntry.unseen(Entry.special(path, stat.modified())));
        };
    }
}
