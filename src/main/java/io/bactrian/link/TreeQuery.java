package io.bactrian.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.TreePath;
import io.bactrian.wire.Message.CompareTree;
import io.bactrian.wire.Message.Tree;

/**
 * Updates a view to what its target holds, by asking for the directories whose digests differ, many at a time, from the root down.
 * For one thread.
 */
public final class TreeQuery {
    /** Directories in one request; a listing has about 100 bytes for each entry. */
    private static final int MANY = 200;

    private final Index view;
    private final Deque<CompareTree.Known> open = new ArrayDeque<>();
    private final Map<String, Set<String>> answered = new HashMap<>();
    private boolean rescan;

    /** @param rescan whether the target must scan its directory first */
    public TreeQuery(Index view, boolean rescan) {
        this.view = view;
        this.rescan = rescan;
        open.add(new CompareTree.Known(TreePath.ROOT, Optional.of(view.digest(TreePath.ROOT)), Optional.empty()));
    }

    public boolean isOpen() {
        return !open.isEmpty();
    }

    /** The next request; the same one until it was answered. */
    public CompareTree ask() {
        return new CompareTree(open.stream().limit(MANY).toList(), rescan);
    }

    /** Takes the answer to the last request. */
    public void learn(Tree tree) {
        int asked = Math.min(MANY, open.size());
        for (int i = 0; i < asked; i++) {
            open.removeFirst();
        }
        rescan = false;
        tree.listings().forEach(this::learn);
        view.commit();
    }

    private void learn(Tree.Listing listing) {
        String path = listing.path();
        if (listing.self().isEmpty()) {
            view.remove(path);
            return;
        }
        put(listing.self().get().at(path));
        Map<String, Digest> known = view.directoryDigests(path);
        Set<String> names = answered.computeIfAbsent(path, key -> new HashSet<>());
        String last = "";
        for (Tree.Node node : listing.children()) {
            last = node.entry().path();
            names.add(last);
            Entry entry = node.entry().at(TreePath.child(path, last));
            put(entry);
            Optional<Digest> here = Optional.ofNullable(known.get(last));
            if (entry instanceof Entry.Directory && !node.digest().equals(here)) {
                open.addLast(new CompareTree.Known(entry.path(), here, Optional.empty()));
            }
        }
        if (listing.more()) {
            open.addFirst(new CompareTree.Known(path, Optional.empty(), Optional.of(last)));
            return;
        }
        answered.remove(path);
        List<String> gone = new ArrayList<>();
        for (IndexEntry held : view.children(path)) {
            if (!names.contains(TreePath.name(held.path()))) {
                gone.add(held.path());
            }
        }
        gone.forEach(view::remove);
    }

    /** Keeps the local stat if the entry is unchanged, and the inode of a directory in any case. */
    private void put(Entry entry) {
        Optional<IndexEntry> was = view.find(entry.path());
        if (was.map(IndexEntry::entry).filter(entry::equals).isEmpty()) {
            boolean directories = entry instanceof Entry.Directory
                    && was.map(IndexEntry::entry).filter(Entry.Directory.class::isInstance).isPresent();
            view.put(new IndexEntry(entry, IndexEntry.UNSEEN, directories ? was.get().inode() : IndexEntry.UNSEEN));
        }
    }
}
