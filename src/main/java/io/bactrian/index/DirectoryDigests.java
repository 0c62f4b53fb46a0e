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
 * The digests of an index's directories, each computed when it is asked for and something below has changed. Under the
 * index's lock.
 */
final class DirectoryDigests {
    private static final int MAX_KNOWN_STALE = 50_000;
    private final Database database;
    /** Directories that are stale, with all above them, so that a put need not say so again. */
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

    /** A directory was just put, which makes its digest stale, and with it those of all above. */
    void isStale(String directory) {
        knownStale.add(directory);
    }

    /** What is known to be stale may be so no more. */
    void forget() {
        knownStale.clear();
    }

    /** The digest of a directory, after those of all below that are stale: by a stack, for a tree may be deep. */
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

    /** From what is known of all below. */
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
            // Not if there are none: whoever learns a tree would say anew of all above, at each of its levels
            knownStale.clear();
        }
        for (String name : stale) {
            fresh(TreePath.child(directory, name));
        }
    }

    /** A stale directory's parents are stale too: that is what the set, and finding them again, rest on. */
    void stale(String directory) {
        if (knownStale.size() > MAX_KNOWN_STALE) {
            knownStale.clear();
        }
        for (String at = directory; knownStale.add(at); at = TreePath.parent(at)) {
            database.change(Schema.MAKE_STALE, IndexRow.directory(at), TreePath.name(at));
        }
    }
}
