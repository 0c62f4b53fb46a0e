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
    /** The digest of a directory that is not held: that of no bytes. No directory that is held has it. */
    public static final Digest NOTHING = Digest.EMPTY;
    /** Only files of more bytes than this are found by their content: of smaller ones little could be spared. */
    public static final long FINDABLE = 512;
    /** No entry's path. */
    private static final String BETWEEN = TreePath.OWN + "/between";
    private final Database database;
    private final DirectoryDigests digests;

    private Index(Database database) {
        this.database = database;
        this.digests = new DirectoryDigests(database);
    }

    /**
     * Opens the index in a file, which is made with its parents if it is not there. A damaged one, or one of
     * another version, is moved aside to {@code FILE.damaged} with a warning, and an empty one takes its place.
     *
     * @throws IOException if the file cannot be used, with the reason and the remedy
     */
    public static Index open(Path file) throws IOException {
        return new Index(Database.open(file, false));
    }

    /**
     * As {@link #open}, and what is committed survives a power cut, too; so it must not be committed before that of
     * which it tells is on the disk.
     */
    public static Index openDurable(Path file) throws IOException {
        return new Index(Database.open(file, true));
    }

    /** An index that is gone when it is closed. */
    public static Index inMemory() {
        return new Index(Database.inMemory());
    }

    public synchronized Optional<IndexEntry> find(String path) {
        return database.first(Schema.FIND, row -> IndexRow.held(path, row), IndexRow.directory(path), TreePath.name(path));
    }

    /** What is directly in a directory, sorted by the UTF-8 bytes of the names ({@link TreePath#BY_BYTES}). */
    public synchronized List<IndexEntry> children(String directory) {
        return database.list(Schema.CHILDREN, row -> IndexRow.held(IndexRow.below(directory, row), row), directory);
    }

    /** Holds an entry instead of what was held at its path; what was below a directory that is none now is gone. */
    public synchronized void put(IndexEntry held) {
        boolean directory = held.entry() instanceof Entry.Directory;
        if (held.path().isEmpty() && !directory) {
            throw new IllegalArgumentException("the root is a directory");
        }
        database.change(Schema.PUT, IndexRow.of(held));
        if (!held.path().isEmpty()) {
            digests.stale(TreePath.parent(held.path()));
        }
        if (directory) {
            digests.isStale(held.path());
        }
    }

    /** Forgets a path with all below; of the root, everything but the notes. */
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
     * Holds at {@code to} what was held at {@code from}, with all below, instead of what was there. Stats and
     * the digests below stay. Does nothing if nothing is held at {@code from}.
     *
     * @throws IllegalArgumentException if one path is within the other
     */
    public synchronized void move(String from, String to) {
        if (TreePath.isWithin(from, to) || TreePath.isWithin(to, from)) {
            throw new IllegalArgumentException("nothing can move into or out of itself: " + from + " to " + to);
        }
        if (find(from).isEmpty()) {
            return;
        }
        remove(to);
        database.change(Schema.MOVE, TreePath.parent(to), TreePath.name(to), TreePath.parent(from), TreePath.name(from));
        database.change(Schema.MOVE_CHILDREN, to, from);
        database.change(Schema.MOVE_DEEPER, to, from, from, from);
        // The names in it may now belong to directories whose digests are good.
        digests.forget();
        digests.stale(TreePath.parent(from));
        digests.stale(TreePath.parent(to));
    }

    /**
     * Holds at each path what was held at the one before, and at the first what was held at the last, with all below; as
     * {@link #move} in all else.
     */
    public synchronized void turn(List<String> paths) {
        int last = paths.size() - 1;
        move(paths.get(last), BETWEEN);
        for (int i = last - 1; i >= 0; i--) {
            move(paths.get(i), paths.get(i + 1));
        }
        move(BETWEEN, paths.get(0));
    }

    /** Every path that was last seen with this local inode. */
    public synchronized List<IndexEntry> byInode(long inode) {
        return database.list(Schema.BY_INODE, IndexRow::held, inode);
    }

    /** Some file that holds this content, if it has more than {@link #FINDABLE} bytes. */
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

    /** Whether some file has this size; of 64 KiB or less, whether one may have it, which is always so. */
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

    /** The digests of the directories directly in a directory, by name, in the order of the names' bytes. */
    public synchronized Map<String, Digest> directoryDigests(String directory) {
        return digests.below(directory);
    }

    /** Makes everything since the last commit lasting. */
    public synchronized void commit() {
        database.commit();
    }

    /** Whether something failed since the last commit: nothing can be asked or done until a {@link #rollback}. */
    public synchronized boolean isFaulty() {
        return database.isFaulty();
    }

    /**
     * Undoes everything since the last commit; a damaged one is moved aside, and is empty afterwards.
     *
     * @throws IndexException if that cannot be done, for the disk is full, say; it can be tried again
     */
    public synchronized void rollback() {
        digests.forget();
        database.rollback();
    }

    /** How many entries are held, the root included. */
    public synchronized long count() {
        return database.first(Schema.COUNT, row -> row.getLong(1)).orElseThrow();
    }

    /** The sizes of the file at a path, or of all files below it, together. */
    public synchronized long bytes(String path) {
        return database.first(Schema.BYTES, row -> row.getLong(1), TreePath.parent(path), TreePath.name(path), path, path, path).orElse(0L);
    }

    /** How many entries are held at the path and below. */
    public synchronized long countWithin(String path) {
        return path.isEmpty() ? count() : (find(path).isPresent() ? 1 : 0)
                + database.first(Schema.COUNT_CHILDREN, row -> row.getLong(1), path).orElse(0L)
                + database.first(Schema.COUNT_DEEPER, row -> row.getLong(1), path, path).orElse(0L);
    }

    /** Whether all that is held below a path would have one of at most so many bytes, if the path were this other one. */
    public synchronized boolean fits(String path, String other, int most) {
        int more = other.getBytes(StandardCharsets.UTF_8).length - path.getBytes(StandardCharsets.UTF_8).length;
        return more <= 0 || database.first(Schema.LONGEST, row -> row.getInt(1), path, path, path).orElse(0) + more <= most;
    }

    /** Every directory that is held, in no order. */
    public synchronized List<IndexEntry> directories() {
        return database.list(Schema.DIRECTORIES, IndexRow::held);
    }

    /** The chunks of a content, if they were kept and are a list of this version. */
    public synchronized Optional<ChunkList> chunks(Digest digest) {
        return new ChunkTable(database).find(digest);
    }

    /**
     * Keeps the chunks of a content, whatever it is called. Those of contents that no file holds any more go, but
     * for the latest, which a file may be about to hold; and the oldest, if there are too many.
     */
    public synchronized void chunks(Digest digest, ChunkList list) {
        new ChunkTable(database).keep(digest, list);
    }

    /** A small fact that is kept with the entries. */
    public synchronized Optional<String> note(String key) {
        return database.first(Schema.NOTE, row -> row.getString(1), key);
    }

    public synchronized void note(String key, String value) {
        database.change(Schema.PUT_NOTE, key, value);
    }

    /** Commits and gives the file back. */
    @Override
    public synchronized void close() {
        try {
            commit();
        } finally {
            database.close();
        }
    }
}
