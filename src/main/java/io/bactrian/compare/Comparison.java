package io.bactrian.compare;

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

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.change.TouchedPath;
import io.bactrian.change.TouchedPath.Scope;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Compares touched paths of the source with the view, which is what the target is known to hold, and reports what must change
 * on the target. Changes are reported in an order in which they can be applied: a directory before its content, whatever
 * occupies a path before its replacement, and removals last, and only if everything could be listed. What happens to each
 * finding before the listener gets it is in {@link Pipeline}. Used once, by one thread; the source is only read.
 */
public final class Comparison {
    private final Path root;
    private final Filter filter;
    private final Index view;
    private final TargetCapabilities capabilities;
    private final FileReader files;
    private final LinkReader links;
    private final Ancestors ancestors;
    private final ReportedPaths reported;
    private final Pipeline findings;
    private final Removals removals;
    private final IncludedDirectories included;
    private final HardLinks hardLinks;
    private ReportedEvents events;
    private MoveDetection moves;
    private Completeness completeness;
    /** Paths that were compared before their turn, for a move. */
    private final Set<String> ahead = new HashSet<>();
    /** Directories that were compared without their content. */
    private final Set<String> compared = new HashSet<>();
    /** Paths that were compared with everything below. */
    private final Set<String> comparedWhole = new HashSet<>();
    /** The directories in which the comparison is, the innermost first. */
    private final Deque<Level> levels = new ArrayDeque<>();

    public Comparison(Path root, Filter filter, Index view, TargetCapabilities capabilities, RemovalPolicy policy, FileReader files,
            ComparisonListener listener) {
        this.root = root;
        this.filter = filter;
        this.view = view;
        this.capabilities = capabilities;
        this.files = files;
        this.links = new LinkReader(root, files.kindChanges());
        this.ancestors = new Ancestors(root, view);
        this.reported = new ReportedPaths();
        this.findings = new Pipeline(listener);
        this.removals = new Removals(root, filter, view, capabilities, policy, findings);
        this.hardLinks = new HardLinks(view);
        this.included = new IncludedDirectories(root, filter, view, capabilities);
    }

    /** What happens to a finding, in this order. Findings without a step of their own are passed on as they are. */
    private final class Pipeline implements ComparisonListener, ForwardingNotices {
        private final ComparisonListener listener;

        private Pipeline(ComparisonListener listener) {
            this.listener = listener;
        }

        @Override
        public Notices notices() {
            return listener;
        }

        @Override
        public void move(Change.Move move, Runnable known) {
            listener.move(move, known);
        }

        @Override
        public void upload(String path, Stat stat) {
            listener.upload(path, stat);
        }

        @Override
        public void uploadInOnePass(String path, Stat stat) {
            listener.uploadInOnePass(path, stat);
        }

        @Override
        public void change(PlannedChange found) {
            // 1. The new path of a move is written even if nothing else has changed: the view must not record anything there
            //    before the target has confirmed the move.
            PlannedChange change = found.isHeld() && moves.isDestination(found.change().path())
                    ? new PlannedChange(found.withoutContent().change(), found.after()) : found;
            // 2. Nothing at this path may be moved until the target has answered.
            reported.add(change.change().path());
            // 3. The content-hash filter decides what of it is sent.
            listener.change(change);
        }

        @Override
        public void remember(IndexEntry found) {
            // 1. At the new path of a move a link becomes a change, which the target answers; a directory is recorded by a later
            //    comparison.
            if (moves.isDestination(found.path())) {
                asChange(found).ifPresent(this::change);
                return;
            }
            // 2. The entry may not be moved until the view has recorded it.
            reported.add(found.path());
            // 3. The view records it.
            listener.remember(found);
        }
    }

    private static Optional<PlannedChange> asChange(IndexEntry found) {
        return found.entry() instanceof Entry.Link link ? Optional.of(new PlannedChange(
                new Change.MakeLink(link.path(), link.modified(), link.target()), Optional.of(found))) : Optional.empty();
    }

    /**
     * Compares these paths, ancestors first, and the directories above them, whose times change with their content.
     */
    public void run(List<TouchedPath> touched) {
        InodeLookup inodes = new InodeLookup(root, filter, view, touched);
        events = new ReportedEvents(touched, path -> inodes.stat(path).isPresent());
        moves = new MoveDetection(root, filter, files, view, findings, reported, removals, inodes, events, new Ahead());
        completeness = new Completeness(new RootIdentity(root, view), files.kindChanges(), findings, events.areOfEverything());
        if (!touched.isEmpty()) {
            completeness.beginPart();
        }
        for (TouchedPath place : touched) {
            compareTouched(place.path(), place.scope());
        }
        for (String path = hardLinks.next(); path != null; path = hardLinks.next()) {
            compareTouched(path, Scope.ENTRY);
        }
        completeness.end(removals);
    }

    private void compareTouched(String path, Scope scope) {
        String first = firstUnknownAncestor(path);
        hardLinks.touched(path, scope, first);
        compareOnce(first, first.equals(path) ? scope : Scope.TREE);
    }

    /** Compares a path whose parent directories were compared, unless it was compared before. */
    private void compareOnce(String first, Scope wanted) {
        if (TreePath.isWithinAny(first, comparedWhole) || wanted.compareTo(Scope.ENTRY) <= 0 && compared.contains(first)) {
            return;
        }
        if (wanted == Scope.TREE) {
            comparedWhole.add(first);
        }
        compareNow(first, wanted);
    }

    /** Compares a path as it is now. If its stat cannot be read, that is reported, and the comparison goes on. */
    private void compareNow(String first, Scope wanted) {
        Optional<Stat> stat;
        try {
            stat = Stat.of(root, first);
        } catch (IOException e) {
            completeness.unseen(first, Scanner.unseen(root.resolve(first), e));
            return;
        }
        if (first.isEmpty() && stat.map(Stat::kind).filter(kind -> kind == Stat.Kind.DIRECTORY).isEmpty()) {
            completeness.lacks(first, "the source directory is gone; the target is left as it is until it is back");
            return;
        }
        compare(first, stat, view.find(first), wanted);
    }

    /** The topmost directory above the path that only one side has, which must be compared whole; otherwise the path itself. */
    private String firstUnknownAncestor(String path) {
        for (int slash = path.isEmpty() ? -1 : 0; slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String ancestor = path.substring(0, slash);
            if (compared.contains(ancestor)) {
                continue;
            }
            boolean known = view.find(ancestor).filter(held -> held.entry() instanceof Entry.Directory).isPresent();
            if (!known || ancestors.directory(ancestor).isEmpty()) {
                return ancestor;
            }
            compareOnce(ancestor, Scope.ENTRY);
        }
        return path;
    }

    private final class Ahead implements MoveDetection.Ahead {
        @Override
        public void compare(String path) {
            String first = ancestors.firstForeign(path);
            if (ahead.add(first)) {
                comparedWhole.add(first);
                compareNow(first, Scope.TREE);
            }
        }

        @Override
        public boolean isReady(String path) {
            return ancestors.firstForeign(path).equals(path);
        }
    }

    /** Compares a path and, as far as the scope goes, what is below it; iteratively, because trees may be deep. */
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
        found.ifPresent(stat -> hardLinks.found(path, stat, before));
        found.ifPresent(stat -> removals.found(path, stat, before));
        if (!filter.admits(path, kind == Stat.Kind.DIRECTORY)) {
            return;
        }
        if (kind == Stat.Kind.LINK && !capabilities.keepsLinks()) {
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
        if (!capabilities.takes(stat.modified())) {
            findings.trouble(path, capabilities.refusal(stat.modified()));
            if (kind != Stat.Kind.DIRECTORY) {
                return;
            }
        }
        Optional<IndexEntry> held = moves.moveTo(path, stat, before);
        if (kind == Stat.Kind.DIRECTORY) {
            compareDirectory(path, stat, held, scope);
        } else if (removals.makeRoom(path, held)) {
            if (kind == Stat.Kind.LINK) {
                links.compare(path, stat, held, findings);
            } else {
                compareFile(path, stat, held);
            }
        }
    }

    private void compareDirectory(String path, Stat stat, Optional<IndexEntry> held, Scope scope) {
        boolean moved = moves.isDestination(path);
        boolean known = held.filter(is -> is.entry() instanceof Entry.Directory).isPresent();
        Entry.Directory entry = new Entry.Directory(path, stat.mode(), stat.modified());
        IndexEntry after = IndexEntry.seen(entry, stat);
        if (held.map(IndexEntry::entry).filter(entry::equals).isEmpty()) {
            findings.change(new PlannedChange(new Change.MakeDirectory(path, entry.mode(), entry.modified()),
                    Optional.of(after)));
        } else if (!held.get().equals(after)) {
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
            compared.add(path);
        }
    }

    private void enter(String path, boolean known, Scope scope) {
        Scanner.Listing listing;
        try {
            listing = Scanner.list(root.resolve(path));
            completeness.listed(path);
        } catch (IOException e) {
            completeness.unlisted(path, e);
            return;
        }
        for (Scanner.Problem problem : listing.problems()) {
            String child = TreePath.child(path, problem.name());
            if (filter.admits(child, true)) {
                findings.unlisted(child, problem.what());
            }
        }
        Map<String, IndexEntry> heldHere = new HashMap<>();
        if (known) {
            view.children(path).forEach(held -> heldHere.put(TreePath.name(held.path()), held));
            // An entry whose stat cannot be read is not gone.
            listing.problems().forEach(problem -> heldHere.remove(problem.name()));
        }
        if (path.isEmpty() && listing.children().isEmpty() && !heldHere.isEmpty() && !removals.mayEmpty(heldHere.values())) {
            completeness.lacks(path, "the source directory is empty but the target holds "
                    + view.count() + " entries; they are left as they are in case a mount is missing");
            return;
        }
        levels.push(new Level(path, known, scope, listing.children().entrySet().iterator(), heldHere));
    }

    /** A directory that is being compared. */
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
                        moves.isDestination(childPath) || known && moves.count() > moved ? view.find(childPath) : held, scope);
            }
        }

        /** What the target holds and the source does not is gone. */
        void end() {
            for (Map.Entry<String, IndexEntry> rest : heldHere.entrySet()) {
                String childPath = TreePath.child(path, rest.getKey());
                Entry held = rest.getValue().entry();
                if (filter.admits(childPath, held instanceof Entry.Directory) && capabilities.replicates(held)) {
                    removals.gone(childPath);
                }
            }
        }
    }

    private void compareFile(String path, Stat stat, Optional<IndexEntry> held) {
        findings.compared(stat.size());
        hardLinks.compared(path, stat, held);
        files.compare(path, stat, held, held.filter(is -> events.vouchFor(is, stat)).isPresent(), capabilities.mode(stat.mode()),
                findings);
    }
}
