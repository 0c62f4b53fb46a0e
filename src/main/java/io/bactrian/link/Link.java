package io.bactrian.link;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import io.bactrian.change.TouchedPath;
import io.bactrian.compare.ComparisonProgress;
import io.bactrian.compare.FileReader;
import io.bactrian.index.Index;
import io.bactrian.measure.LinkCounters;
import io.bactrian.plan.Backlog;
import io.bactrian.plan.Uploads;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.settings.SourceSettings;
import io.bactrian.tree.Filter;
import io.bactrian.wire.Compression;
import io.bactrian.wire.Message;
import io.bactrian.wire.Status.Totals;
import io.bactrian.wire.Status.Trouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One source and one of its targets: what waits to be sent, what the target is known to hold, and whether it can be reached. Links
 * share nothing, so that none holds up another. A link compares and sends in turns, one at a time; uploads run beside them.
 * Thread-safe.
 */
public final class Link {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private final SourceSettings source;
    private final URI target;
    private final LinkStore store;
    private final Filter filter;
    private final Backlog backlog = new Backlog();
    private final Uploads uploads;
    private final HeldPaths heldPaths;
    private final FileReader files;
    private final Turns turns;
    private final Compression compression = new Compression();
    private final LinkGuard guard;
    private final HeldLease lease = new HeldLease();
    private Optional<Window> window = Optional.empty();
    private volatile Optional<ComparisonProgress> progress = Optional.empty();
    private final WatchCoverage watchCoverage;
    private boolean outdated;
    private String doing = "waiting";
    private final LinkCounters sent = new LinkCounters();
    private final Rescans rescans;

    /** @param state where the view is stored; only in memory if empty */
    public Link(SourceSettings source, URI target, Settings settings, Optional<Path> state) {
        this.source = source;
        this.target = target;
        this.rescans = new Rescans(target.toString(), source.value(Property.SOURCE_RESCAN));
        this.watchCoverage = new WatchCoverage(settings.value(Property.ONCE));
        this.turns = new Turns(settings.value(Property.RETRY_FIRST), settings.value(Property.RETRY_LONGEST));
        this.heldPaths = new HeldPaths(settings.value(Property.RETRY_LONGEST));
        this.uploads = new Uploads(settings.value(Property.CONTENT_PARALLEL), partsAtOnce(settings));
        this.store = new LinkStore(source, target, settings, state);
        this.guard = new LinkGuard(source.value(Property.SOURCE_GUARD));
        this.filter = Filter.of(source.value(Property.SOURCE_INCLUDE), source.value(Property.SOURCE_EXCLUDE),
                source.value(Property.SOURCE_EMPTY_DIRECTORIES));
        this.files = new FileReader(source.directory(), settings.value(Property.CONTENT_INLINE), uploads,
                source.value(Property.SOURCE_REREAD_RENAMED),
                Optional.of(source.value(Property.SOURCE_UNSETTLED)).filter(time -> !time.isZero()), settings.value(Property.ONCE));
    }

    /** The number of parts of large files that are sent at the same time, within half of the memory. */
    private static int partsAtOnce(Settings settings) {
        return Math.max(1, Math.min(settings.value(Property.CONTENT_PARALLEL),
                settings.value(Property.MEMORY) / 2 / settings.value(Property.CONTENT_PART)));
    }

    /** Opens the stored view, if it is not open yet; fails if the state directory cannot be used, or is in use. */
    public void open() throws IOException {
        store.open();
    }

    // --- Queue

    public void touch(Collection<TouchedPath> touched) {
        backlog.add(touched, files.largeFileTiming()::delay);
    }

    public void touchLater(String path, Duration after) {
        backlog.addLater(path, after);
    }

    /** Takes the paths that wait for this turn; they wait again if the turn fails. */
    public synchronized List<TouchedPath> take() {
        List<TouchedPath> taken = uploads.comparing(backlog.take());
        guard.observed(backlog.observedRemovals());
        progress = taken.contains(TouchedPath.EVERYTHING)
                ? Optional.of(new ComparisonProgress(source.directory(), filter)) : Optional.empty();
        watchCoverage.takes(taken);
        doing = taken.isEmpty() ? doing : "comparing";
        return taken;
    }

    /** Begins the work of this turn. */
    public synchronized Window begin(Window begun) {
        window = Optional.of(begun);
        if (turns.isStopped()) {
            begun.drain();
        }
        return begun;
    }

    /** The work of this turn. */
    public synchronized Window window() {
        return window.orElseThrow(() -> new IllegalStateException("no turn of " + this + " is under way"));
    }

    /** Cancels the comparison, if it is still running. */
    private void endWindow() {
        window.ifPresent(Window::close);
        window = Optional.empty();
        progress = Optional.empty();
    }

    // --- Turns

    /** Begins a turn if there is work and no turn is under way. */
    public synchronized boolean takeTurn() {
        boolean waits = watchCoverage.wake(backlog) | backlog.wake() | heldPaths.wake(backlog);
        return turns.take((waits || needsSession() || guard.isDue()) && !guard.isPausing());
    }

    /** Ends a turn that succeeded. */
    public synchronized void turnDone() {
        turns.lastError().ifPresent(error -> LOG.info("{}: working again", name()));
        turns.done();
        endWindow();
        boolean everything = backlog.taken().contains(TouchedPath.EVERYTHING) && !turns.isStopped();
        guard.ended(everything, watchCoverage.isUnbroken(), name(), this::touchLater).ifPresent(why -> LOG.warn("{}: {}", name(), why));
        if (everything && watchCoverage.compared()) {
            LOG.info("{}: compared {} with {}", name(), source.directory(), target);
        }
        uploads.compared(backlog.taken());
        heldPaths.retryDone();
        backlog.done();
        doing = uploads.underWay() > 0 ? "sending" : "waiting";
    }

    /** Ends a turn that failed: its paths wait again, and the next turn begins after a pause. */
    public synchronized void turnFailed(String why, String kind, boolean connectionLost) {
        if (turns.failed(why, kind) && !turns.isStopped() && !guard.hasLogged(why)) {
            LOG.warn("{}: {}; will retry", name(), why);
        }
        // Batches in flight may or may not arrive. With another lease they are refused, or the view shows that they were applied.
        boolean unsure = window.filter(Window::isUnanswered).isPresent();
        endWindow();
        backlog.giveBack();
        // Some changes may not have been sent, and the view already has reported moves.
        lease.suspectView();
        if (connectionLost || unsure) {
            disconnect();
        }
        doing = "waiting";
    }

    /** Begins no more work. Batches in flight are awaited; everything else is found again by the next run. */
    public synchronized void stop() {
        turns.stop();
        window.ifPresent(Window::drain);
    }

    public synchronized Optional<String> givenUp(Duration wait) {
        return turns.givenUp(wait);
    }

    public synchronized boolean isStopped() {
        return turns.isStopped();
    }

    public synchronized boolean isResting() {
        return !turns.isUnderWay();
    }

    // --- The session

    /** Whether the lease must be requested or renewed. */
    public synchronized boolean needsSession() {
        return lease.isDue();
    }

    /** The lease was granted or renewed; returns whether the target holds something else than the view says. */
    public synchronized boolean connected(Message.Session answer) {
        lease.granted(answer);
        if (turns.reached()) {
            LOG.info("{}: connected to {}", name(), target);
        }
        outdated = !view().digest("").equals(answer.root());
        return outdated;
    }

    public synchronized boolean isOutdated() {
        return outdated;
    }

    /** The view now is what the target holds: the whole source must be compared with it. */
    public synchronized void learned() {
        outdated = false;
        backlog.add(TouchedPath.EVERYTHING);
    }

    /** The connection or the lease was lost, and with it perhaps what was staged. */
    public synchronized void disconnect() {
        lease.lost();
        uploads.dropWaiting().forEach(path -> backlog.add(TouchedPath.entry(path)));
    }

    public Optional<Message.Session> session() {
        return lease.session();
    }

    // --- Status

    /** A batch was acknowledged. */
    public synchronized void acknowledged(long changes, long files, long bytes) {
        sent.made(changes, files, bytes);
        turns.progress();
        doing = "sending";
    }

    /** Whether every observed change is sent, except for {@link #heldPaths}. */
    public synchronized boolean isCaughtUp() {
        return watchCoverage.isCompared() && lease.isReliable() && !turns.isStopped() && isResting() && backlog.size() == 0
                && uploads.underWay() == 0;
    }

    /** The status of the link, computed now. */
    public synchronized LinkStatus status() {
        return new LinkStatus(isCaughtUp(), watchCoverage.watchedSince(), watchCoverage.comparedSince(), watchCoverage.blindness(),
                !heldPaths.list().isEmpty(), watchCoverage.fault().isPresent(), guard.tripped().isPresent(), doing);
    }

    public String state() {
        return status().state();
    }

    public synchronized long pending() {
        return backlog.size() + backlog.taken().size() + uploads.underWay();
    }

    /** Seconds since the oldest path was touched that the target may not have; 0 if there is none. */
    public synchronized double lag() {
        return Math.max(backlog.lag(uploads.oldest()), pending() == 0 ? 0 : backlog.lag(files.largeFileTiming().oldest()));
    }

    public synchronized Optional<Trouble> lastError() {
        return turns.lastError();
    }

    /** A file of this size was compared. */
    void compared(long size) {
        progress.ifPresent(counts -> counts.compared(size));
    }

    /** What is still to be compared or sent, as far as is known. */
    public synchronized Totals expected() {
        progress.ifPresent(ComparisonProgress::requested);
        return new Totals(pending(), uploads.underWay() + progress.map(ComparisonProgress::files).orElse(0L),
                uploads.bytes() + progress.map(ComparisonProgress::bytes).orElse(0L));
    }

    public String name() {
        return source.name();
    }

    public SourceSettings source() {
        return source;
    }

    /** {@code http://host:port/v1/mirror}, without a slash at the end. */
    public URI target() {
        return target;
    }

    public Filter filter() {
        return filter;
    }

    public FileReader files() {
        return files;
    }

    public Uploads uploads() {
        return uploads;
    }

    public HeldPaths heldPaths() {
        return heldPaths;
    }

    /** What the target is known to hold. */
    public Index view() {
        return store.view();
    }

    /** The stored view. */
    public LinkStore store() {
        return store;
    }

    /** The paths that wait to be compared. */
    public Backlog backlog() {
        return backlog;
    }

    /** The turns of the link. */
    public Turns turns() {
        return turns;
    }

    /** The compression of its requests. */
    public Compression compression() {
        return compression;
    }

    /** The guard of its removals. */
    public LinkGuard guard() {
        return guard;
    }

    /** The lease that the target gave. */
    public HeldLease lease() {
        return lease;
    }

    /** How well the source is watched. */
    public WatchCoverage watchCoverage() {
        return watchCoverage;
    }

    /** What was sent and acknowledged. */
    public LinkCounters sent() {
        return sent;
    }

    /** When the whole source is compared without an event. */
    public Rescans rescans() {
        return rescans;
    }

    @Override
    public String toString() {
        return name() + " to " + target;
    }
}
