package io.bactrian.route;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;

import io.bactrian.change.Backlog;
import io.bactrian.change.FileReader;
import io.bactrian.change.Plan;
import io.bactrian.change.Rules;
import io.bactrian.change.Touched;
import io.bactrian.change.Uploads;
import io.bactrian.change.Work;
import io.bactrian.content.Digest;
import io.bactrian.index.Index;
import io.bactrian.replica.Lock;
import io.bactrian.settings.Settings;
import io.bactrian.settings.SourceSettings;
import io.bactrian.tree.Filter;
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
    private final Duration retryFirst;
    private final Duration retryLongest;
    private final Optional<Path> state;
    private final Filter filter;
    private final Backlog backlog = new Backlog();
    private final Uploads uploads = new Uploads();
    private final Troubles troubles = new Troubles();
    private final FileReader files;
    private final Queue<Work.Upload> large = new ArrayDeque<>();

    private Optional<Lock> lock = Optional.empty();
    private Optional<Index> view = Optional.empty();
    private Optional<Message.Session> session = Optional.empty();
    private String instance = UUID.randomUUID().toString();
    private List<Touched> taken = List.of();
    private Optional<Plan> plan = Optional.empty();
    private boolean inTurn;
    private Optional<Work.Upload> upload = Optional.empty();
    private boolean uploading;
    private boolean everythingCompared;
    private boolean outdated;
    private String doing = "waiting";
    private Duration delay;
    private long retryAt = System.nanoTime();
    private long renewAt;
    private Optional<Trouble> lastError = Optional.empty();
    private Totals sent = new Totals(0, 0, 0);

    /** @param state where the view is remembered; nothing is, if empty */
    public Link(SourceSettings source, URI target, Settings settings, Optional<Path> state) {
        this.source = source;
        this.target = target;
        this.retryFirst = settings.retryFirst();
        this.retryLongest = settings.retryLongest();
        this.delay = retryFirst;
        this.state = state.map(directory -> directory.resolve(key(source, target, settings)));
        this.filter = Filter.of(source.include(), source.exclude());
        this.files = new FileReader(source.directory(), settings.contentInline(), uploads);
    }

    /**
     * One directory and one target have one memory, whatever the source is called today. A target in this very
     * process is known by its directory, for its port may be another each time.
     */
    private static String key(SourceSettings source, URI target, Settings settings) {
        String there = settings.targets().stream()
                .filter(own -> target.getPort() == settings.httpPort() && target.getHost().equals(settings.httpHost())
                        && target.getPath().endsWith("/" + own.name()))
                .map(own -> own.directory().toAbsolutePath().normalize().toString())
                .findFirst().orElse(target.toString());
        String both = source.directory().toAbsolutePath().normalize() + " " + there;
        return Digest.of(both.getBytes(StandardCharsets.UTF_8)).toString().substring(0, 16);
    }

    /**
     * Opens the view, if it is not open yet.
     *
     * @throws IOException if the state directory cannot be used, or another process uses it
     */
    public synchronized void open() throws IOException {
        if (view.isPresent()) {
            return;
        }
        if (state.isEmpty()) {
            view = Optional.of(Index.inMemory());
            return;
        }
        Files.createDirectories(state.get());
        Lock taken = Lock.take(state.get(), state.get().resolve("lock"), 0);
        try {
            Index index = Index.open(state.get().resolve("view.db"));
            instance = index.note("instance").orElse(instance);
            index.note("instance", instance);
            index.commit();
            view = Optional.of(index);
            lock = Optional.of(taken);
        } finally {
            if (view.isEmpty()) {
                taken.close();
            }
        }
    }

    /** Gives the view and its lock back. */
    public synchronized void close() throws IOException {
        view.ifPresent(Index::close);
        view = Optional.empty();
        if (lock.isPresent()) {
            lock.get().close();
            lock = Optional.empty();
        }
    }

    // --- What waits

    public void touch(Collection<Touched> touched) {
        backlog.add(touched);
    }

    public void touchLater(String path, Duration after) {
        backlog.addLater(path, after);
    }

    /** Takes what waits for this turn; it waits again if the turn fails. */
    public synchronized List<Touched> take() {
        taken = backlog.take();
        doing = taken.isEmpty() ? doing : "comparing";
        return taken;
    }

    /** Begins to do what was taken. */
    public synchronized Plan begin(Plan begun) {
        plan = Optional.of(begun);
        return begun;
    }

    /** Ends what is being done, wherever it is. */
    public synchronized void stop() {
        plan.ifPresent(Plan::close);
    }

    private void endPlan() {
        stop();
        plan = Optional.empty();
    }

    /** Adds a large content to those that wait; tells whether nobody is sending any now. */
    public synchronized boolean add(Work.Upload upload) {
        if (uploads.begin(upload.path(), upload.stat())) {
            large.add(upload);
        }
        boolean idle = !uploading && !large.isEmpty();
        uploading |= idle;
        return idle;
    }

    /** Whether there is a large content to send, which is then the {@link #upload}; with none, sending is over. */
    public synchronized boolean hasUpload() {
        upload = Optional.ofNullable(session.isPresent() ? large.poll() : null);
        uploading = upload.isPresent();
        return uploading;
    }

    /** The large content that is being sent. */
    public synchronized Work.Upload upload() {
        return upload.orElseThrow();
    }

    // --- Turns

    /** Begins a turn if there is reason for one and none is under way. */
    public synchronized boolean takeTurn() {
        boolean due = System.nanoTime() - retryAt >= 0;
        boolean waits = backlog.wake() | troubles.wake(backlog);
        boolean reason = waits || session.isEmpty() || System.nanoTime() - renewAt >= 0;
        if (inTurn || !due || !reason) {
            return false;
        }
        inTurn = true;
        return true;
    }

    /** Ends a turn in which all went well. */
    public synchronized void turnDone() {
        inTurn = false;
        endPlan();
        boolean everything = taken.contains(Touched.EVERYTHING);
        if (everything && !everythingCompared) {
            LOG.info("{}: {} is compared with {}", name(), source.directory(), target);
        }
        everythingCompared |= everything;
        taken = List.of();
        doing = "in step";
        delay = retryFirst;
    }

    /** Ends a turn that failed: what it had taken waits again, and the next comes after a while. */
    public synchronized void turnFailed(String why, boolean connectionLost) {
        inTurn = false;
        endPlan();
        backlog.add(taken);
        taken = List.of();
        if (connectionLost) {
            disconnect();
        }
        doing = "waiting";
        retryAt = System.nanoTime() + delay.toNanos();
        delay = delay.multipliedBy(2).compareTo(retryLongest) > 0 ? retryLongest : delay.multipliedBy(2);
        if (lastError.map(Trouble::what).filter(why::equals).isEmpty()) {
            LOG.warn("{}: {}; will go on trying", name(), why);
        }
        lastError = Optional.of(new Trouble(Instant.now(), "", why));
    }

    // --- The session

    /** Whether the target is to be asked for its lease, first or again. */
    public synchronized boolean needsSession() {
        return session.isEmpty() || System.nanoTime() - renewAt >= 0;
    }

    /** The lease is given or renewed; tells whether the target holds something else than the view says. */
    public synchronized boolean connected(Message.Session answer) {
        if (session.isEmpty() && lastError.isPresent()) {
            LOG.info("{}: {} is reached", name(), target);
        }
        session = Optional.of(answer);
        lastError = Optional.empty();
        renewed();
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

    /** The target has answered, so that the lease lasts longer. */
    public synchronized void renewed() {
        renewAt = System.nanoTime() + Duration.ofSeconds(session.map(Message.Session::seconds).orElse(0L)).toNanos() / 3;
    }

    /** The connection or the lease is gone. What is staged for it may be gone, too. */
    public synchronized void disconnect() {
        session = Optional.empty();
        for (Work.Upload waiting : large) {
            uploads.failed(waiting.path());
            backlog.add(Touched.entry(waiting.path()));
        }
        large.clear();
    }

    public synchronized Optional<Message.Session> session() {
        return session;
    }

    public Rules rules() {
        return session().map(is -> new Rules(is.keepsSetuid(), is.keepsLinks())).orElse(new Rules(false, true));
    }

    /** Names this source to the target's lease, the same after a restart. */
    public synchronized String instance() {
        return instance;
    }

    // --- How it is

    public synchronized void count(long changes, long files, long bytes) {
        sent = new Totals(sent.changes() + changes, sent.files() + files, sent.bytes() + bytes);
        doing = "sending";
    }

    /** Whether the target holds all that was seen of the source, but for what is in {@link #troubles}. */
    public synchronized boolean isInStep() {
        return everythingCompared && session.isPresent() && !inTurn && backlog.size() == 0 && uploads.underWay() == 0;
    }

    public synchronized long pending() {
        return backlog.size() + taken.size() + uploads.underWay();
    }

    public synchronized String doing() {
        return isInStep() ? "in step" : doing;
    }

    public synchronized Optional<Trouble> lastError() {
        return lastError;
    }

    public synchronized Totals sent() {
        return sent;
    }

    /** What is still to be sent, as far as it is known. */
    public synchronized Totals expected() {
        return new Totals(pending(), uploads.underWay(), uploads.bytes());
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
    public synchronized Index view() {
        return view.orElseThrow(() -> new IllegalStateException("the link is not open"));
    }

    @Override
    public String toString() {
        return name() + " to " + target;
    }
}
