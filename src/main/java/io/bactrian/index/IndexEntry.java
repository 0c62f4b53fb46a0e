package io.bactrian.index;

import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/**
 * An entry of the index, with the stat of the local file when it was last read and found to match. Immutable.
 *
 * @param changed the local inode's change time in nanoseconds; {@link #UNSEEN} if no stat vouches for the entry; the
 *                complement of the time, which is less than that, if the file was only seen to be renamed since it was
 *                read
 * @param inode   the local inode, {@link #UNSEEN} if unknown
 */
public record IndexEntry(Entry entry, long changed, long inode) {
    /** No local stat is known, or the file was modified too recently for its stat to be trusted. */
    public static final long UNSEEN = -1;

    /** An entry without a stat that vouches for it. */
    public static IndexEntry unseen(Entry entry) {
        return new IndexEntry(entry, UNSEEN, UNSEEN);
    }

    /** An entry just read from the local file with this stat. */
    public static IndexEntry seen(Entry entry, Stat stat) {
        return new IndexEntry(entry, stat.changed(), stat.inode());
    }

    /** A file that was renamed and not read since; this is its current stat. */
    public static IndexEntry renamed(Entry.File entry, Stat stat) {
        return new IndexEntry(entry, ~stat.changed(), stat.inode());
    }

    /** The same entry at another path, as after a move. */
    public IndexEntry at(String path) {
        return new IndexEntry(entry.at(path), changed, inode);
    }

    public String path() {
        return entry.path();
    }

    /** Whether the stat proves that the local content is unchanged, so that it need not be read. */
    public boolean vouchedBy(Stat stat) {
        return changed != UNSEEN && changed == stat.changed() && isLike(stat);
    }

    /**
     * Whether the stat is the one recorded after a rename. Then the content is as held, unless somebody wrote to the
     * file and reset its time unnoticed.
     */
    public boolean isRenamed(Stat stat) {
        return changed < UNSEEN && changed == ~stat.changed() && isLike(stat);
    }

    private boolean isLike(Stat stat) {
        return inode == stat.inode() && entry.modified().equals(stat.modified()) && switch (stat.kind()) {
                    case FILE -> entry instanceof Entry.File file && file.size() == stat.size();
                    case DIRECTORY -> entry instanceof Entry.Directory;
                    case LINK -> entry instanceof Entry.Link;
                    case OTHER -> false;
                };
    }
}
