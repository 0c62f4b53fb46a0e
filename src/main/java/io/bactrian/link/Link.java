package io.bactrian.link;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import io.bactrian.change.Backlog;
import io.bactrian.change.Census;
import io.bactrian.change.FileReader;
import io.bactrian.change.Touched;
import io.bactrian.change.Uploads;
import io.bactrian.index.Index;
import io.bactrian.measure.LinkCounters;
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
 * One source and one of its targets: what waits to be sent, what the target is known to hold, and whether it
 * can be reached. Links share nothing, so that none holds up another. A link does one thing at a time, in its
 * turn; large contents travel beside that. Thread-safe.
 */
public final class Link {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private final SourceSettings source;
    private final URI target;
    private final Memory memory;
    private final Filter filter;
    private final Backlog backlog = new Backlog();
    private final Uploads uploads;
    private final Troubles troubles = new Troubles();
    private final FileReader files;
    private final Turns turns;
    private final Compression compression = new Compression();
    private final LinkGuard guard;
    private final HeldLease lease = new HeldLease();
    private Optional<Window> window = Optional.empty();
    private volatile Optional<Census> census = Optional.empty();
    private final Sights sights;
    private boolean outdated;
    private String doing = "waiting";
    private final LinkCounters sent = new LinkCounters();
    private final Rescans rescans;

    /** @param state where the view is remembered; nothing is, if empty */
    public Link(SourceSettings source, URI target, Settings settings, Optional<Path> state) {
        this.source = source;
        this.target = target;
        this.rescans = new Rescans(target.toString(), source.rescan());
        this.sights = new Sights(settings.once());
        this.turns = new Turns(settings.retryFirst(), settings.retryLongest());
        this.uploads = new Uploads(settings.contentParallel(), settings.partsAtOnce());
        this.memory = new Memory(source, target, settings, state);
        this.guard = new LinkGuard(source.guard());
        this.filter = Filter.of(source.include(), source.exclude(), source.emptyDirectories());
        this.files = new FileReader(source.directory(), settings.contentInline(), uploads, source.rereadRenamed(),
                source.unsettled(), settings.once());
    }

    /** Opens what the link remembers, if it is not open yet; fails if the state directory cannot be used, or is in use. */
    public void open() throws IOException {
        memory.open();
    }

    // --- What waits

    public void touch(Collection<Touched> touched) {
        files.moving().add(touched, backlog);
    }

    public void touchLater(String path, Duration after) {
        backlog.addLater(path, after);
    }

    /** Takes what waits for this turn; it waits again if the turn fails. */
    public synchronized List<Touched> take() {
        List<Touched> taken = uploads.comparing(backlog.take());
        guard.saw(backlog.witness());
        census = taken.contains(Touched.EVERYTHING) ? Optional.of(new Census(source.directory(), filter)) : Optional.empty();
        sights.takes(taken);
        doing = taken.isEmpty() ? doing : "comparing";
        return taken;
    }

    /** Begins to do what was taken. */
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

    /** Ends the comparison, if it goes on: what it would still find is not wanted any more. */
    private void endWindow() {
        window.ifPresent(Window::close);
        window = Optional.empty();
        census = Optional.empty();
    }

    // --- Turns

    /** Begins a turn if there is reason for one and none is under way. */
    public synchronized boolean takeTurn() {
        boolean waits = sights.wake(backlog) | backlog.wake() | troubles.wake(backlog);
        return turns.take((waits || needsSession() || guard.isDue()) && !guard.rests());
    }

    /** Ends a turn in which all went well. */
    public synchronized void turnDone() {
        turns.lastError().ifPresent(error -> LOG.info("{}: it goes on", name()));
        turns.done();
        endWindow();
        boolean everything = backlog.taken().contains(Touched.EVERYTHING) && !turns.isStopped();
        guard.ended(everything, sights.areWhole(), name(), this::touchLater).ifPresent(why -> LOG.warn("{}: {}", name(), why));
        if (everything && sights.compared()) {
            LOG.info("{}: {} is compared with {}", name(), source.directory(), target);
        }
        uploads.compared(backlog.taken());
        troubles.triedAgain();
        backlog.done();
        doing = uploads.underWay() > 0 ? "sending" : "waiting";
    }

    /** Ends a turn that failed: what it had taken waits again, and the next comes after a while. */
    public synchronized void turnFailed(String why, String kind, boolean connectionLost) {
        if (turns.failed(why, kind) && !turns.isStopped() && !guard.hasSaid(why)) {
            LOG.warn("{}: {}; will go on trying", name(), why);
        }
        // What is on its way may or may not arrive: under another lease it is refused, or seen to be done.
        boolean unsure = window.filter(Window::isUnanswered).isPresent();
        endWindow();
        backlog.giveBack();
        // Of what was told some was not sent, perhaps, and the view knows moves since they were told.
        lease.doubt();
        if (connectionLost || unsure) {
            disconnect();
        }
        doing = "waiting";
    }

    /** Begins nothing more: what is on its way is answered for, all else is found again by the next run. */
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

    /** Whether the target is to be asked for its lease, first or again. */
    public synchronized boolean needsSession() {
        return lease.isDue();
    }

    /** The lease is given or renewed; tells whether the target holds something else than the view says. */
    public synchronized boolean connected(Message.Session answer) {
        lease.given(answer);
        if (turns.reached()) {
            LOG.info("{}: {} is reached", name(), target);
        }
        outdated = !view().digest("").equals(answer.root());
        return outdated;
    }

    public synchronized boolean isOutdated() {
        return outdated;
    }

    /** The view is what the target said that it holds: all of the source has to be compared with it. */
    public synchronized void learned() {
        outdated = false;
        backlog.add(Touched.EVERYTHING);
    }

    /** The connection or the lease is gone. What is staged for it may be gone, too. */
    public synchronized void disconnect() {
        lease.lost();
        uploads.dropWaiting().forEach(path -> backlog.add(Touched.entry(path)));
    }

    public Optional<Message.Session> session() {
        return lease.session();
    }

    // --- How it is

    /** A batch was acknowledged. */
    public synchronized void acknowledged(long changes, long files, long bytes) {
        sent.acknowledged(changes, files, bytes);
        turns.progress();
        doing = "sending";
    }

    /** Whether all is done that was seen of the source, but for what is in {@link #troubles}. */
    public synchronized boolean isCaughtUp() {
        return sights.isCompared() && lease.isSure() && !turns.isStopped() && isResting() && backlog.size() == 0
                && uploads.underWay() == 0;
    }

    /** How it is: the one place where that is found out. */
    public synchronized Standing standing() {
        return new Standing(isCaughtUp(), sights.seeing(), sights.under(), sights.blindness(), !troubles.list().isEmpty(),
                sights.fault().isPresent(), guard.tripped().isPresent(), doing);
    }

    public String state() {
        return standing().state();
    }

    public synchronized long pending() {
        return backlog.size() + backlog.taken().size() + uploads.underWay();
    }

    /** Seconds since the oldest place was touched that the target may not have; 0 if there is none. */
    public synchronized double lag() {
        return Math.max(backlog.lag(uploads.oldest()), pending() == 0 ? 0 : backlog.lag(files.moving().oldest()));
    }

    public synchronized Optional<Trouble> lastError() {
        return turns.lastError();
    }

    /** A file of this size was compared. */
    void compared(long size) {
        census.ifPresent(counts -> counts.compared(size));
    }

    /** What is still to be compared or sent, as far as it is known. */
    public synchronized Totals expected() {
        census.ifPresent(Census::asked);
        return new Totals(pending(), uploads.underWay() + census.map(Census::files).orElse(0L),
                uploads.bytes() + census.map(Census::bytes).orElse(0L));
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

    public Troubles troubles() {
        return troubles;
    }

    /** What the target is known to hold. */
    public Index view() {
        return memory.view();
    }

    /** Where the view is kept. */
    public Memory memory() {
        return memory;
    }

    /** What waits to be compared. */
    public Backlog backlog() {
        return backlog;
    }

    /** When it works, and when it tries again. */
    public Turns turns() {
        return turns;
    }

    /** What of its requests is compressed. */
    public Compression compression() {
        return compression;
    }

    /** What removals wait for. */
    public LinkGuard guard() {
        return guard;
    }

    /** The lease that the target gave. */
    public HeldLease lease() {
        return lease;
    }

    /** What is seen of the source. */
    public Sights sights() {
        return sights;
    }

    /** What was sent and acknowledged. */
    public LinkCounters sent() {
        return sent;
    }

    /** When all is compared without an event. */
    public Rescans rescans() {
        return rescans;
    }

    @Override
    public String toString() {
        return name() + " to " + target;
    }
}
