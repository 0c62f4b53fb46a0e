package io.bactrian.change;

import java.util.Optional;

import io.bactrian.change.Work.Planned;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/** Tells what must change so that the target holds a file as it was read. Stateless. */
final class AsRead {
    private AsRead() {
    }

    /**
     * Tells it.
     *
     * @param content if it was read just now, and is to travel inside the change
     * @param held    what the target holds now
     * @param changed the change time that vouches for the content, or {@link IndexEntry#UNSEEN}
     */
    static void tell(String path, Stat stat, int mode, Digest digest, Optional<byte[]> content,
            Optional<IndexEntry> held, long changed, Findings findings) {
        Entry.File entry = new Entry.File(path, mode, stat.modified(), stat.size(), digest);
        IndexEntry after = new IndexEntry(entry, changed, stat.inode());
        Optional<Entry> has = held.map(IndexEntry::entry);
        if (has.filter(entry::equals).isPresent()) {
            if (!held.get().equals(after)) {
                findings.remember(after);
            }
            return;
        }
        boolean sameContent = has.filter(Entry.File.class::isInstance)
                .filter(is -> ((Entry.File) is).digest().equals(digest)).isPresent();
        findings.change(new Planned(new Change.WriteFile(path, mode, entry.modified(), entry.size(), digest,
                sameContent ? Optional.empty() : content), Optional.of(after)));
    }
}
