package io.bactrian.change;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.bactrian.change.Touched.Scope;
import io.bactrian.change.Work.Planned;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Compares touched places of the source's tree with the view, which is what the target is known to hold, and
 * tells what must change on the target. Changes are told in an order in which they can be applied: a directory
 * before what is in it, what is in the way before what takes its place, removals at the very end and only if
 * everything that was to be listed could be listed. Used once, by one thread; the source is only read.
 */
public final class Comparison {
    private final Path root;
    private final Filter filter;
    private final Index view;
    private final Rules rules;
    private final FileReader files;
    private final LinkReader links;
    private final Ancestors ancestors;
    private final Told findings;
    private final Removals removals;
    private Hints hints;
    private Moves moves;
    private Coverage coverage;
    private final Included included;
    private final Set<String> ahead = new HashSet<>();
    private final Set<String> standing = new HashSet<>();
    private final Set<String> whole = new HashSet<>();
    private final OtherNames names;
    private final Deque<Level> levels = new ArrayDeque<>();

    public Comparison(Path root, Filter filter, Index view, Rules rules, Care care, FileReader files, Findings findings) {
        this.root = root;
        this.filter = filter;
        this.view = view;
        this.rules = rules;
        this.files = files;
        this.links = new LinkReader(root, files.unsteady());
        this.ancestors = new Ancestors(root, view);
        this.findings = new Told(findings, view, files::isSentWhole);
        this.removals = new Removals(root, filter, view, rules, care, this.findings);
        this.names = new OtherNames(view);
        this.included = new Included(root, filter, view, rules);
    }

    /**
     * Compares these places, given with ancestors first, and the directories above them: the times of
     * those that hold them change with them.
     */
    public void run(List<Touched> touched) {
        Whereabouts whereabouts = new Whereabouts(root, filter, view, touched);
        hints = new Hints(touched, path -> whereabouts.stat(path).isPresent());
        moves = new Moves(root, filter, files, view, findings, removals, whereabouts, hints, new Ahead());
        coverage = new Coverage(new Identity(root, view), files.unsteady(), findings, hints.areOfEverything());
        if (!touched.isEmpty()) {
            coverage.beginPart();
        }
        for (Touched place : touched) {
            look(place.path(), place.scope());
        }
        for (String path = names.next(); path != null; path = names.next()) {
            look(path, Scope.ENTRY);
        }
        coverage.end(removals);
    }

    private void look(String path, Scope scope) {
        String first = firstUnknownAncestor(path);
        names.touched(path, scope, first);
        examine(first, first.equals(path) ? scope : Scope.TREE);
    }

    /** Compares a place of which all directories above were compared. */
    private void examine(String first, Scope wanted) {
        if (TreePath.isWithinAny(first, whole) || wanted.compareTo(Scope.ENTRY) <= 0 && standing.contains(first)) {
            return;
        }
        if (wanted == Scope.TREE) {
            whole.add(first);
        }
        compareNow(first, wanted);
    }

    /** Compares a path as it is now; if it cannot be looked at, that is said of it, and holds nothing else back. */
    private void compareNow(String first, Scope wanted) {
        Optional<Stat> stat;
        try {
            stat = Stat.of(root, first);
        } catch (IOException e) {
            coverage.unseen(first, Scanner.unseen(root.resolve(first), e));
            return;
        }
        if (first.isEmpty() && stat.map(Stat::kind).filter(kind -> kind == Stat.Kind.DIRECTORY).isEmpty()) {
            coverage.lacks(first, "the source directory is gone; the target is left as it is until it is back");
            return;
        }
        compare(first, stat, view.find(first), wanted);
    }

    /** The topmost directory above the path that one side lacks: it has to be compared whole, or the path itself. */
    private String firstUnknownAncestor(String path) {
        for (int slash = path.isEmpty() ? -1 : 0; slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String ancestor = path.substring(0, slash);
            if (standing.contains(ancestor)) {
                continue;
            }
            boolean known = view.find(ancestor).filter(held -> held.entry() instanceof Entry.Directory).isPresent();
            if (!known || ancestors.directory(ancestor).isEmpty()) {
                return ancestor;
            }
            examine(ancestor, Scope.ENTRY);
        }
        return path;
    }

    private final class Ahead implements Moves.Ahead {
        @Override
        public void compare(String path) {
            String first = ancestors.firstForeign(path);
            if (ahead.add(first)) {
                whole.add(first);
                compareNow(first, Scope.TREE);
            }
        }

        @Override
        public boolean isReady(String path) {
            return ancestors.firstForeign(path).equals(path);
        }
    }

    /** Compares a path and, as far as the scope goes, what is below: by a stack of its own, for a tree may be deep. */
    private void compare(String path, Optional<Stat> found, Optional<IndexEntry> before, Scope scope) {
        int above = levels.size();
        compareEntry(path, found, before, scope);
        while (levels.size() > above) {
            Level level = levels.peek();
            if (level.children.hasNext()) {
                level.compareNext();
            } else {
                levels.pop().end();
            }
        }
    }

    private void compareEntry(String path, Optional<Stat> found, Optional<IndexEntry> before, Scope scope) {
        Stat.Kind kind = found.map(Stat::kind).orElse(Stat.Kind.OTHER);
        found.ifPresent(stat -> names.found(path, stat, before));
        found.ifPresent(stat -> removals.found(path, stat, before));
        if (!filter.admits(path, kind == Stat.Kind.DIRECTORY)) {
            return;
        }
        if (kind == Stat.Kind.LINK && !rules.keepsLinks()) {
            findings.skipped(path, "a symbolic link, which the target leaves out");
            return;
        }
        if (kind == Stat.Kind.OTHER) {
            if (found.isPresent()) {
                findings.skipped(path, "a FIFO, socket or device");
            }
            before.filter(is -> found.isEmpty() || !Entry.isSpecial(is.entry())).ifPresent(is -> removals.gone(path));
            return;
        }
        if (kind == Stat.Kind.DIRECTORY && !included.keeps(path)) {
            before.ifPresent(is -> removals.emptied(path));
            return;
        }
        Stat stat = found.orElseThrow();
        if (!rules.takes(stat.modified())) {
            findings.trouble(path, rules.refusal(stat.modified()));
            if (kind != Stat.Kind.DIRECTORY) {
                return;
            }
        }
        Optional<IndexEntry> held = moves.bring(path, stat, before);
        if (kind == Stat.Kind.DIRECTORY) {
            compareDirectory(path, stat, held, scope);
        } else if (removals.makeRoom(path, held)) {
            if (kind == Stat.Kind.LINK) {
                links.compare(path, stat, held, moves.hasBrought(path) ? new AfterMove(findings) : findings);
            } else {
                compareFile(path, stat, held);
            }
        }
    }

    private void compareDirectory(String path, Stat stat, Optional<IndexEntry> held, Scope scope) {
        boolean moved = moves.hasBrought(path);
        boolean known = held.filter(is -> is.entry() instanceof Entry.Directory).isPresent();
        Entry.Directory entry = new Entry.Directory(path, stat.mode(), stat.modified());
        IndexEntry after = IndexEntry.seen(entry, stat);
        if (held.map(IndexEntry::entry).filter(entry::equals).isEmpty()) {
            findings.change(new Planned(new Change.MakeDirectory(path, entry.mode(), entry.modified()),
                    Optional.of(after)));
        } else if (!moved && !held.get().equals(after)) {
            // Of what is moved nothing is held here before the target has said that it could move it.
            findings.remember(after);
        }
        boolean another = held.filter(is -> is.inode() != IndexEntry.UNSEEN && is.inode() != stat.inode()).isPresent();
        if (another) {
            findings.replaced(path);
        }
        if (scope == Scope.TREE || !known || another || moved) {
            enter(path, known, Scope.TREE);
        } else if (scope == Scope.CHILDREN) {
            enter(path, known, Scope.ENTRY);
        } else {
            standing.add(path);
        }
    }

    private void enter(String path, boolean known, Scope scope) {
        Scanner.Listing listing;
        try {
            listing = Scanner.list(root.resolve(path));
            coverage.isListed(path);
        } catch (IOException e) {
            coverage.unlisted(path, e);
            return;
        }
        findings.unlisted(path, listing.problems(), filter);
        Map<String, IndexEntry> heldHere = new HashMap<>();
        if (known) {
            view.children(path).forEach(held -> heldHere.put(TreePath.name(held.path()), held));
            // What could not be looked at is not gone.
            listing.problems().forEach(problem -> heldHere.remove(problem.name()));
        }
        if (path.isEmpty() && listing.children().isEmpty() && !heldHere.isEmpty() && !removals.mayEmpty(heldHere.values())) {
            coverage.lacks(path, "the source directory is empty but the target holds "
                    + view.count() + " entries; they are left as they are in case a mount is missing");
            return;
        }
        levels.push(new Level(path, known, scope, listing.children().entrySet().iterator(), heldHere));
    }

    /** A directory in the middle of its comparison. */
    private final class Level {
        private final String path;
        private final boolean known;
        private final Scope scope;
        private final Iterator<Map.Entry<String, Stat>> children;
        private final Map<String, IndexEntry> heldHere;
        private final int moved = moves.count();

        Level(String path, boolean known, Scope scope, Iterator<Map.Entry<String, Stat>> children, Map<String, IndexEntry> heldHere) {
            this.path = path;
            this.known = known;
            this.scope = scope;
            this.children = children;
            this.heldHere = heldHere;
        }

        void compareNext() {
            Map.Entry<String, Stat> child = children.next();
            String childPath = TreePath.child(path, child.getKey());
            Optional<IndexEntry> held = Optional.ofNullable(heldHere.remove(child.getKey()));
            if (!ahead.contains(childPath)) {
                compareEntry(childPath, Optional.of(child.getValue()),
                        moves.hasBrought(childPath) || known && moves.count() > moved ? view.find(childPath) : held, scope);
            }
        }

        /** What is held and was not found is gone. */
        void end() {
            for (Map.Entry<String, IndexEntry> rest : heldHere.entrySet()) {
                String childPath = TreePath.child(path, rest.getKey());
                Entry held = rest.getValue().entry();
                if (filter.admits(childPath, held instanceof Entry.Directory) && rules.keeps(held)) {
                    removals.gone(childPath);
                }
            }
        }
    }

    private void compareFile(String path, Stat stat, Optional<IndexEntry> held) {
        findings.compared(stat.size());
        names.compared(path, stat, held);
        files.compare(path, stat, held, held.filter(is -> hints.vouchFor(is, stat)).isPresent(), rules.mode(stat.mode()),
                moves.hasBrought(path) ? new AfterMove(findings) : findings);
    }
}
