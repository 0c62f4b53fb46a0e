package io.bactrian.index;

import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/**
 * One line of the index: what is held at a path, and the stat of the local file when it was last read and
 * found to be exactly that. Immutable.
 *
 * @param changed the local inode's change time in nanoseconds, {@link #UNSEEN} if no stat vouches for it; its complement,
 *                which is below that, if the file was only seen to be renamed since it was read
 * @param inode   the local inode, {@link #UNSEEN} if unknown
 */
public record IndexEntry(Entry entry, long changed, long inode) {
    /** No local stat is known, or it was too young when it was read to be trusted later. */
    public static final long UNSEEN = -1;

    /** An entry for which no local stat vouches. */
    public static IndexEntry unseen(Entry entry) {
        return new IndexEntry(entry, UNSEEN, UNSEEN);
    }

    /** An entry as just read from the local file with this stat. */
    public static IndexEntry seen(Entry entry, Stat stat) {
        return new IndexEntry(entry, stat.changed(), stat.inode());
    }

    /** A file with another name that was not read since it got that; this is its stat now. */
    public static IndexEntry renamed(Entry.File entry, Stat stat) {
        return new IndexEntry(entry, ~stat.changed(), stat.inode());
    }

    /** The same at another path, as after a move of what is above it. */
    public IndexEntry at(String path) {
        return new IndexEntry(entry.at(path), changed, inode);
    }

    public String path() {
        return entry.path();
    }

    /** Whether the stat proves that the local content is still what is held: nothing need be read. */
    public boolean vouchedBy(Stat stat) {
        return changed != UNSEEN && changed == stat.changed() && isLike(stat);
    }

    /**
     * Whether this is the file that was renamed, as it was then: it is what is held, unless somebody had written to it and
     * set its time back, of which nothing was seen.
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
