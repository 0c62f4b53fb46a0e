package io.bactrian.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.change.RemovalLimit;
import io.bactrian.change.RemovalSummary;
import io.bactrian.change.TouchedPath;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.plan.Backlog;
import io.bactrian.plan.Uploads;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;
import org.awaitility.Awaitility;

/** A source directory with a view of its target, and what a comparison of the two told. */
public final class Source implements ComparisonListener, AutoCloseable {
    public final Path root;
    public final Index view = Index.inMemory();
    /** What the target holds, by what it was told. */
    public final Index target = Index.inMemory();
    public final Uploads uploads = new Uploads(1, 1);
    private ContentHashFilter contentHashFilter = new ContentHashFilter(view, uploads::isSentWhole);
    public Filter filter = Filter.ALL;
    public TargetCapabilities capabilities = new TargetCapabilities(true, true);
    public RemovalLimit limit = RemovalLimit.OFF;
    public ObservedRemovals observed = ObservedRemovals.NONE;
    public Optional<UnconfirmedRemovals> unconfirmed = Optional.empty();
    /** Hears which directories are others than before. */
    public final Backlog backlog = new Backlog();
    public final List<RemovalSummary> waits = new ArrayList<>();
    public FileReader files;

    public final List<Change> changes = new ArrayList<>();
    public final List<IndexEntry> remembered = new ArrayList<>();
    public final List<String> large = new ArrayList<>();
    public final List<String> onePass = new ArrayList<>();
    public final List<String> written = new ArrayList<>();
    public final List<Long> compared = new ArrayList<>();
    public final TreeMap<String, String> troubles = new TreeMap<>();
    public final TreeMap<String, String> skipped = new TreeMap<>();
    public final List<String> later = new ArrayList<>();

    /** Whether the target answers at once, while the comparison still goes on; otherwise when it is over. */
    public boolean prompt;
    private final List<PlannedChange> waiting = new ArrayList<>();

    public Source(Path root) {
        this.root = root;
        this.files = new FileReader(root, 1000, uploads);
    }

    public Source write(String path, String content) {
        return on(path, place -> {
            Files.createDirectories(place.getParent());
            Files.writeString(place, content);
        });
    }

    public Source directory(String path) {
        return on(path, Files::createDirectories);
    }

    public Source link(String path, String target) {
        return on(path, place -> Files.createSymbolicLink(place, Path.of(target)));
    }

    public Source mode(String path, String mode) {
        return on(path, place -> Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(mode)));
    }

    public Source time(String path, long seconds) {
        return on(path, place -> Files.setLastModifiedTime(place, FileTime.fromMillis(seconds * 1000)));
    }

    /** Writes a file of six characters, and sets its time back. */
    public Source forge(String path) {
        return write(path, "forged").time(path, 1_000);
    }

    public Source rename(String from, String to) {
        return on(from, place -> Files.move(place, root.resolve(to)));
    }

    public Source remove(String path) {
        return on(path, place -> {
            try (Stream<Path> all = Files.walk(place)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        });
    }

    private interface Act {
        void on(Path place) throws IOException;
    }

    private Source on(String path, Act act) {
        try {
            act.on(root.resolve(path));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean exists(String path) {
        return Files.exists(root.resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    private String trigger = "";
    private Runnable deed = () -> { };

    /** Does something when this was told, while the comparison goes on. */
    public void after(String told, Runnable what) {
        trigger = told;
        deed = what;
    }

    /** Compares the whole tree; the view holds what was told afterwards. */
    public Source compare() {
        return compare(TouchedPath.EVERYTHING);
    }

    /** Compares until what was written is old enough to be known by its stat. */
    public Source settle() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> compare().later.isEmpty());
        return this;
    }

    public Source compare(TouchedPath... touched) {
        List.of(changes, remembered, large, onePass, written, compared, later).forEach(List::clear);
        contentHashFilter = new ContentHashFilter(view, uploads::isSentWhole);
        troubles.clear();
        skipped.clear();
        waits.clear();
        new Comparison(root, filter, view, capabilities, new RemovalPolicy(limit, observed, -1, unconfirmed), files, this).run(List.of(touched));
        waiting.forEach(this::acknowledge);
        waiting.clear();
        remembered.forEach(view::put);
        return this;
    }

    /** The changes as {@code op path}. */
    public List<String> told() {
        return changes.stream().map(change -> change instanceof Change.Move move
                ? (move.circle().isEmpty() ? "move " : "turn ") + String.join(" ", move.places()) : change.op() + " " + change.path()).toList();
    }

    /** As {@link #told}, without those that say again what a file that was moved is. */
    public List<String> news() {
        List<String> told = told();
        return IntStream.range(0, told.size()).filter(i -> !(changes.get(i) instanceof Change.WriteFile file)
                || file.content().isPresent()).mapToObj(told::get).toList();
    }

    private void acknowledge(PlannedChange planned) {
        apply(planned.change());
        if (planned.change() instanceof Change.Move move) {
            if (move.circle().isEmpty()) {
                target.move(move.from(), move.path());
            } else {
                target.turn(move.places());
            }
        } else if (planned.change() instanceof Change.Remove remove) {
            target.remove(remove.path());
            view.remove(remove.path());
        }
        planned.after().ifPresent(target::put);
        planned.after().ifPresent(view::put);
    }

    /** Does what a replica does, and refuses what a replica would have to refuse. */
    private void apply(Change change) {
        String path = change.path();
        Optional<IndexEntry> there = target.find(path);
        if (change instanceof Change.Remove) {
            return;
        }
        if (!path.isEmpty() && !isDirectory(TreePath.parent(path))) {
            throw new AssertionError(change + ": there is no directory above");
        }
        if (change instanceof Change.Move move && (move.circle().isEmpty()
                ? target.find(move.from()).isEmpty() || isDirectory(path)
                : move.places().stream().anyMatch(place -> target.find(place).isEmpty()))) {
            throw new AssertionError(change + ": nothing to move, or something in the way");
        }
        if (!(change instanceof Change.MakeDirectory || change instanceof Change.Move) && isDirectory(path)) {
            throw new AssertionError(change + ": a directory is in the way");
        }
        if (change instanceof Change.WriteFile file && file.content().isEmpty() && file.size() <= 1000
                && there.map(IndexEntry::entry).filter(is -> is instanceof Entry.File held
                        && held.digest().equals(file.digest())).isEmpty()
                && target.byDigest(file.digest(), file.size()).isEmpty()) {
            throw new AssertionError(change + ": where is the content?");
        }
    }

    private boolean isDirectory(String path) {
        return target.find(path).filter(held -> held.entry() instanceof Entry.Directory).isPresent();
    }

    /** What the view says of everything that is below the root, which is what the target holds. */
    public TreeMap<String, Entry> held() {
        if (!view.digest(TreePath.ROOT).equals(target.digest(TreePath.ROOT))) {
            throw new AssertionError("the view is not what the target holds");
        }
        TreeMap<String, Entry> held = new TreeMap<>();
        collect(TreePath.ROOT, held);
        return held;
    }

    private void collect(String directory, TreeMap<String, Entry> held) {
        for (IndexEntry child : view.children(directory)) {
            held.put(child.path(), child.entry());
            collect(child.path(), held);
        }
    }

    /** What the source holds, read without any help. */
    public TreeMap<String, Entry> actual() {
        TreeMap<String, Entry> actual = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path place : all.filter(is -> !is.equals(root)).toList()) {
                String path = root.relativize(place).toString();
                Stat stat = Stat.of(place).orElseThrow();
                switch (stat.kind()) {
                    case FILE -> actual.put(path, new Entry.File(path, stat.mode(), stat.modified(), stat.size(),
                            Digest.of(Files.readAllBytes(place))));
                    case DIRECTORY -> actual.put(path, new Entry.Directory(path, stat.mode(), stat.modified()));
                    default -> actual.put(path,
                            new Entry.Link(path, stat.modified(), Files.readSymbolicLink(place).toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return actual;
    }

    @Override
    public void replaced(String directory) {
        backlog.forget(directory);
    }

    @Override
    public void change(PlannedChange found) {
        Optional<PlannedChange> lacking = contentHashFilter.lacking(found);
        if (lacking.isEmpty()) {
            remembered.add(found.after().orElseThrow());
            return;
        }
        PlannedChange planned = lacking.get();
        changes.add(planned.change());
        if (prompt) {
            acknowledge(planned);
        } else {
            waiting.add(planned);
        }
        if (!trigger.isEmpty() && told().get(changes.size() - 1).equals(trigger)) {
            trigger = "";
            deed.run();
        }
    }

    @Override
    public void upload(String path, Stat stat) {
        large.add(path);
    }

    @Override
    public void uploadInOnePass(String path, Stat stat) {
        onePass.add(path);
    }

    @Override
    public void written(String path) {
        written.add(path);
    }

    @Override
    public void compared(long size) {
        compared.add(size);
    }

    @Override
    public void remember(IndexEntry held) {
        remembered.add(held);
    }

    @Override
    public void trouble(String path, String why) {
        troubles.put(path, why);
    }

    @Override
    public void skipped(String path, String what) {
        skipped.put(path, what);
    }

    @Override
    public void waits(RemovalSummary loss) {
        waits.add(loss);
    }

    @Override
    public void lookAgain(String path, java.time.Duration after) {
        later.add(path);
    }

    @Override
    public void close() {
        view.close();
        target.close();
    }
}
