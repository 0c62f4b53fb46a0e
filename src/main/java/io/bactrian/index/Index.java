package io.bactrian.index;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.bactrian.content.ChunkList;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * What is remembered of a tree, in an embedded database. On a target it is what the replica holds; on a
 * source it is what a target is known to hold, with the stat of the local file that had it.
 * <p>
 * One transaction spans from commit to commit: what was committed survives a killed process, what was not
 * is gone together. Entries are kept as they are put; parents are not made up, and an entry whose
 * parents were not put is in no digest. Paths are not checked here. Thread-safe, by one lock. Every
 * method throws {@link IndexException} if the database fails.
 */
public final class Index implements AutoCloseable {
    /** The digest of a directory that the index does not hold: that of no bytes. No directory has it. */
    public static final Digest NOTHING = Digest.EMPTY;
    /** Only larger files (in bytes) are found by their content; smaller ones would save little. */
    public static final long FINDABLE = 512;
    /** A path that no entry can have. */
    private static final String BETWEEN = TreePath.OWN + "/between";
    private final Database database;
    private final DirectoryDigests digests;

    private Index(Database database) {
        this.database = database;
        this.digests = new DirectoryDigests(database);
    }

    /**
     * Opens or creates the index in a file. A damaged one, or one of another version, is moved aside to
     * {@code FILE.damaged} with a warning and replaced by an empty one.
     *
     * @throws IOException if the file cannot be used, with the reason and a remedy
     */
    public static Index open(Path file) throws IOException {
        return new Index(Database.open(file, false));
    }

    /**
     * As {@link #open}, but commits survive a power cut. So a commit must not precede the sync of the data that it
     * describes.
     */
    public static Index openDurable(Path file) throws IOException {
        return new Index(Database.open(file, true));
    }

    /** An index without a file. */
    public static Index inMemory() {
        return new Index(Database.inMemory());
    }

    public synchronized Optional<IndexEntry> find(String path) {
        return database.first(Schema.FIND, row -> IndexRow.held(path, row), IndexRow.directory(path), TreePath.name(path));
    }

    /** The children of a directory, sorted by the UTF-8 bytes of their names ({@link TreePath#BY_BYTES}). */
    public synchronized List<IndexEntry> children(String directory) {
        return database.list(Schema.CHILDREN, row -> IndexRow.held(IndexRow.below(directory, row), row), directory);
    }

    /**
     * Stores an entry, replacing the one at its path. If that was a directory and the new one is not, everything below
     * is removed.
     */
    public synchronized void put(IndexEntry held) {
        boolean directory = held.entry() instanceof Entry.Directory;
        if (held.path().isEmpty() && !directory) {
            throw new IllegalArgumentException("the root must be a directory");
        }
        database.change(Schema.PUT, IndexRow.of(held));
        if (!held.path().isEmpty()) {
            digests.stale(TreePath.parent(held.path()));
        }
        if (directory) {
            digests.isStale(held.path());
        }
    }

    /** Removes a path with everything below; for the root, everything except the notes. */
    public synchronized void remove(String path) {
        if (path.isEmpty()) {
            database.change(Schema.REMOVE_ALL);
            return;
        }
        database.change(Schema.REMOVE_CHILDREN, path);
        database.change(Schema.REMOVE_DEEPER, path, path);
        if (database.change(Schema.REMOVE, TreePath.parent(path), TreePath.name(path)) > 0) {
            digests.stale(TreePath.parent(path));
        }
    }

    /**
     * Moves an entry with everything below, replacing what was at {@code to}. Stats and the digests below are kept.
     * Does nothing if there is no entry at {@code from}.
     *
     * @throws IllegalArgumentException if one path is within the other
     */
    public synchronized void move(String from, String to) {
        if (TreePath.isWithin(from, to) || TreePath.isWithin(to, from)) {
            throw new IllegalArgumentException("a path cannot be moved into or out of itself: " + from + " to " + to);
        }
        if (find(from).isEmpty()) {
            return;
        }
        remove(to);
        database.change(Schema.MOVE, TreePath.parent(to), TreePath.name(to), TreePath.parent(from), TreePath.name(from));
        database.change(Schema.MOVE_CHILDREN, to, from);
        database.change(Schema.MOVE_DEEPER, to, from, from, from);
        // The remembered names may now belong to directories whose digests are valid.
        digests.forget();
        digests.stale(TreePath.parent(from));
        digests.stale(TreePath.parent(to));
    }

    /**
     * Moves the entry at each path to the next, and the last to the first, with everything below; otherwise as
     * {@link #move}.
     */
    public synchronized void turn(List<String> paths) {
        int last = paths.size() - 1;
        move(paths.get(last), BETWEEN);
        for (int i = last - 1; i >= 0; i--) {
            move(paths.get(i), paths.get(i + 1));
        }
        move(BETWEEN, paths.get(0));
    }

    /** Whether the stat proves that the file at a path is as held. */
    public boolean vouches(String path, Stat stat) {
        return find(path).filter(held -> held.vouchedBy(stat)).isPresent();
    }

    /** All entries last seen with this local inode. */
    public synchronized List<IndexEntry> byInode(long inode) {
        return database.list(Schema.BY_INODE, IndexRow::held, inode);
    }

    /** A file with this content, if it has more than {@link #FINDABLE} bytes. */
    public synchronized Optional<Entry.File> byDigest(Digest digest, long size) {
        if (size <= FINDABLE) {
            return Optional.empty();
        }
        if (size <= Schema.LARGE) {
            return database.first(Schema.BY_CONTENT, row -> (Entry.File) IndexRow.held(row).entry(), digest.a(),
                    digest.bytes(), size);
        }
        return database.first(Schema.BY_DIGEST, row -> (Entry.File) IndexRow.held(row).entry(), digest.bytes(), size);
    }

    /** Whether some file has this size. Always true for 64 KiB or less. */
    public synchronized boolean holdsSize(long size) {
        return size <= Schema.LARGE || database.first(Schema.BY_SIZE, row -> row.getInt(1), size).isPresent();
    }

    /**
     * The digest of a directory with all below, {@link #NOTHING} if no directory is held there. Only what
     * changed since it was last asked for is computed.
     * <p>
     * It is the SHA-256 of these bytes, numbers big-endian, times in nanoseconds since 1970, text as UTF-8:
     * <pre>
     * directory = mode:int32 modified child*             children sorted by the bytes of their names
     * child     = 'f' name mode:int32 modified size:int64 sha256:32 bytes
     *           | 'd' name digest:32 bytes               this, of the directory
     *           | 'l' name modified target               a symbolic link, as written; of another kind of file, an empty target
     * name, target = length:int32 bytes
     * modified  = int64                                  nanoseconds since 1970, or if those do not fit, the nearest that do
     *             [ seconds:int64 nanos:int32 ]          and the time itself
     * </pre>
     * The directory's own name, and where it is, are no part of it.
     */
    public synchronized Digest digest(String directory) {
        return digests.of(directory);
    }

    /** The digests of a directory's child directories, by name, in the order of the names' bytes. */
    public synchronized Map<String, Digest> directoryDigests(String directory) {
        return digests.below(directory);
    }

    /** Commits the current transaction. */
    public synchronized void commit() {
        database.commit();
    }

    /** Whether an operation has failed since the last commit. Then everything fails until a {@link #rollback}. */
    public synchronized boolean isFaulty() {
        return database.isFaulty();
    }

    /**
     * Rolls back to the last commit. A damaged index is moved aside and empty afterwards.
     *
     * @throws IndexException if that fails, for example because the disk is full; it can be repeated
     */
    public synchronized void rollback() {
        digests.forget();
        database.rollback();
    }

    /** The number of entries, including the root. */
    public synchronized long count() {
        return database.first(Schema.COUNT, row -> row.getLong(1)).orElseThrow();
    }

    /** The total size of the file at a path or of all files below it. */
    public synchronized long bytes(String path) {
        return database.first(Schema.BYTES, row -> row.getLong(1), TreePath.parent(path), TreePath.name(path), path, path, path).orElse(0L);
    }

    /** The number of entries at and below a path. */
    public synchronized long countWithin(String path) {
        return path.isEmpty() ? count() : (find(path).isPresent() ? 1 : 0)
                + database.first(Schema.COUNT_CHILDREN, row -> row.getLong(1), path).orElse(0L)
                + database.first(Schema.COUNT_DEEPER, row -> row.getLong(1), path, path).orElse(0L);
    }

    /** Whether all paths below a path would have at most this many bytes if it were renamed to the other path. */
    public synchronized boolean fits(String path, String other, int most) {
        int more = other.getBytes(StandardCharsets.UTF_8).length - path.getBytes(StandardCharsets.UTF_8).length;
        return more <= 0 || database.first(Schema.LONGEST, row -> row.getInt(1), path, path, path).orElse(0) + more <= most;
    }

    /** All directories, in no order. */
    public synchronized List<IndexEntry> directories() {
        return database.list(Schema.DIRECTORIES, IndexRow::held);
    }

    /** The stored chunks of a content, if there are any of the current version. */
    public synchronized Optional<ChunkList> chunks(Digest digest) {
        return new ChunkTable(database).find(digest);
    }

    /**
     * Stores the chunks of a content. Lists of contents that no file has are removed, except for the latest ones, which
     * a file may be about to have; and the oldest lists, if there are too many.
     */
    public synchronized void chunks(Digest digest, ChunkList list) {
        new ChunkTable(database).keep(digest, list);
    }

    /** A small value stored with the entries. */
    public synchronized Optional<String> note(String key) {
        return database.first(Schema.NOTE, row -> row.getString(1), key);
    }

    public synchronized void note(String key, String value) {
        database.change(Schema.PUT_NOTE, key, value);
    }

    /** Commits and closes the file. */
    @Override
    public synchronized void close() {
        try {
            commit();
        } finally {
            database.close();
        }
    }
}
