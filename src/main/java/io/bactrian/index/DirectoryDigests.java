package io.bactrian.index;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.TreePath;

/**
 * The digests of the directories in an index, computed on demand when something below has changed. Guarded by the
 * index's lock.
 */
final class DirectoryDigests {
    private static final int MAX_KNOWN_STALE = 50_000;
    private final Database database;
    /** Directories known to be stale with all their parents, so that a put need not mark them again. */
    private final Set<String> knownStale = new HashSet<>();

    DirectoryDigests(Database database) {
        this.database = database;
    }

    /** As {@link Index#digest}. */
    Digest of(String directory) {
        knownStale.clear();
        return fresh(directory);
    }

    /** As {@link Index#directoryDigests}. */
    Map<String, Digest> below(String directory) {
        freshenBelow(directory);
        return database.fold(Schema.DIRECTORY_DIGESTS, new LinkedHashMap<>(),
                (digests, row) -> digests.put(row.getString(1), Digest.from(row.getBytes(2))), directory);
    }

    /** A directory entry was changed, so its digest and those of all parents are stale. */
    void isStale(String directory) {
        knownStale.add(directory);
    }

    /** Forgets which directories are known to be stale. */
    void forget() {
        knownStale.clear();
    }

    /** Computes the digests of a directory and all stale ones below. Uses a stack, because a tree may be deep. */
    private Digest fresh(String top) {
        Deque<String> stale = new ArrayDeque<>(List.of(top));
        Set<String> entered = new HashSet<>();
        Digest digest = Index.NOTHING;
        while (!stale.isEmpty()) {
            String path = stale.peek();
            List<String> below = entered.add(path) && known(path).isEmpty()
                    ? database.list(Schema.STALE_CHILDREN, row -> row.getString(1), path) : List.of();
            if (below.isEmpty()) {
                digest = compute(stale.pop());
            }
            below.forEach(name -> stale.push(TreePath.child(path, name)));
        }
        return digest;
    }

    private Optional<byte[]> known(String path) {
        return database.first(Schema.DIGEST, row -> row.getBytes(1), IndexRow.directory(path), TreePath.name(path));
    }

    /** Computes a digest from those of the children. */
    private Digest compute(String path) {
        Optional<byte[]> known = known(path);
        if (known.isPresent()) {
            return Digest.from(known.get());
        }
        Object[] key = {IndexRow.directory(path), TreePath.name(path)};
        Optional<IndexEntry> held = database.first(Schema.FIND, row -> IndexRow.held(path, row), key);
        if (held.isEmpty() || !(held.get().entry() instanceof Entry.Directory directory)) {
            return Index.NOTHING;
        }
        Digest digest = database.fold(Schema.CHILDREN, new DirectoryHasher(directory), DirectoryHasher::add, path).finish();
        database.change(Schema.SET_DIGEST, digest.bytes(), key[0], key[1]);
        return digest;
    }

    private void freshenBelow(String directory) {
        List<String> stale = database.list(Schema.STALE_CHILDREN, row -> row.getString(1), directory);
        if (!stale.isEmpty()) {
            // Only if there were any; otherwise learning a tree would mark all parents again at each level
            knownStale.clear();
        }
        for (String name : stale) {
            fresh(TreePath.child(directory, name));
        }
    }

    /**
     * Marks a directory. Invariant: the parents of a stale directory are stale; marking and finding them relies on it.
     */
    void stale(String directory) {
        if (knownStale.size() > MAX_KNOWN_STALE) {
            knownStale.clear();
        }
        for (String at = directory; knownStale.add(at); at = TreePath.parent(at)) {
            database.change(Schema.MAKE_STALE, IndexRow.directory(at), TreePath.name(at));
        }
    }
}
