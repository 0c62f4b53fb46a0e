package io.bactrian.source;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

import io.bactrian.change.Change;
import io.bactrian.change.GuardTrippedException;
import io.bactrian.change.PlannedChange;
import io.bactrian.change.RemovalLimit;
import io.bactrian.change.TouchedPath;
import io.bactrian.compare.Comparison;
import io.bactrian.compare.ObservedRemovals;
import io.bactrian.compare.RootIdentity;
import io.bactrian.fault.Faults;
import io.bactrian.host.ContextBean;
import io.bactrian.index.Index;
import io.bactrian.link.Link;
import io.bactrian.link.LinkFaults;
import io.bactrian.link.LinkNotices;
import io.bactrian.link.SenderName;
import io.bactrian.link.TreeQuery;
import io.bactrian.link.Window;
import io.bactrian.measure.CpuTime;
import io.bactrian.plan.Batches;
import io.bactrian.plan.ComparisonRun;
import io.bactrian.plan.MemoryBudget;
import io.bactrian.plan.RemovalForecast;
import io.bactrian.plan.Work;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.wire.Message;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.WireHeaders;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean behind {@code open-link}, {@code send-changes} and {@code send-batch}: it compares touched paths with the view of a
 * target, plans batches, and records in the view what the target has acknowledged. Thread-safe.
 */
public final class Sender extends ContextBean {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    private final Settings settings;
    private ExecutorService comparing;

    public Sender(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    // --- send-changes

    /** Takes the link's turn, if there is work and no turn is under way. */
    public boolean takeTurn(@Body Link link) {
        return link.takeTurn();
    }

    /** Whether the lease must be requested or renewed. */
    public boolean needsSession(@ExchangeProperty("link") Link link) {
        return link.needsSession();
    }

    /** Whether the work is an upload, which is sent beside the batches. */
    public boolean isLarge(@Body Work work) {
        return work instanceof Work.Upload;
    }

    /** Takes the paths that wait at the link; the whole source if its guard tripped a while ago. */
    public List<TouchedPath> take(@ExchangeProperty("link") Link link) {
        if (link.guard().isDue()) {
            link.touch(List.of(TouchedPath.EVERYTHING));
        }
        return link.take();
    }

    /**
     * Checks, before anything is sent, whether a comparison of the whole source would remove too much: then removals wait.
     *
     * @throws io.bactrian.change.GuardTrippedException if the source is empty
     */
    public void guard(@ExchangeProperty("link") Link link, @Body List<TouchedPath> touched) {
        ObservedRemovals observed = link.guard().observed();
        boolean watched = link.watchCoverage().isUnbroken();
        if (!touched.contains(TouchedPath.EVERYTHING)) {
            link.guard().begin(link.guard().tripped().isPresent() ? RemovalLimit.NONE_ALLOWED : link.guard().limit(),
                    observed, -1, watched);
            return;
        }
        link.guard().comparisonBegins();
        CpuTime effort = new CpuTime();
        Path root = SourceRoot.real(link.source().directory());
        link.guard().begin(link.guard().limit(), observed, -1, watched);
        try {
            // Removals were observed in another directory than this one.
            boolean another = new RootIdentity(root, link.view()).isAnother();
            RemovalLimit limit = another ? link.guard().limitOfAnotherRoot() : link.guard().limit();
            ObservedRemovals counted = another ? ObservedRemovals.NONE : observed;
            RemovalForecast forecast = new RemovalForecast(root, link.filter(), link.view(), link.lease().capabilities(), limit, counted);
            boolean held = forecast.mustWait();
            link.guard().begin(held ? RemovalLimit.NONE_ALLOWED : limit, counted, forecast.held(), watched && !another);
        } catch (GuardTrippedException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The comparison fails for the same reason, and reports it.
            LOG.debug("{}", link, e);
        } finally {
            link.rescans().forecast(effort);
        }
    }

    /** Begins to send: what of it is in flight, and what follows. */
    public Window begin(@ExchangeProperty("link") Link link) {
        Batches batches = new Batches(settings.value(Property.BATCH_ENTRIES), settings.value(Property.BATCH_BYTES),
                new MemoryBudget(settings.value(Property.MEMORY) / 2));
        return link.begin(new Window(batches, link.lease()::nextSequence, settings.value(Property.BATCH_PARALLEL)));
    }

    /** Compares what was taken, and gives what differs as it is found. */
    public Iterator<Work> compare(@ExchangeProperty("link") Link link, @ExchangeProperty("window") Window window,
            @Body List<TouchedPath> touched) {
        Path root = SourceRoot.real(link.source().directory());
        return window.compares(new ComparisonRun(comparing,
                findings -> link.rescans().comparing(touched.contains(TouchedPath.EVERYTHING), () -> new Comparison(root, link.filter(),
                        link.view(), link.lease().capabilities(), link.guard().policy(), link.files(), findings).run(touched)),
                new LinkNotices(link), window.batches()::fail));
    }

    /** Packs changes into batches, which are sent meanwhile. */
    public void batch(@ExchangeProperty("window") Window window, @Body List<PlannedChange> lacking) {
        lacking.forEach(window.batches()::add);
    }

    /** All is compared. */
    public void compared(@ExchangeProperty("window") Window window) {
        window.batches().end();
    }

    /** Not all could be compared; what was found before is sent. */
    public void notCompared(@ExchangeProperty("window") Window window, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable fault) {
        window.abort(new ComparisonRun.FailedException(fault));
    }

    /** The batches, as they are packed. */
    public Iterator<Work.Batch> batches(@ExchangeProperty("window") Window window) {
        return window;
    }

    /** Something could not be sent: nothing follows it. */
    public void stop(@ExchangeProperty("window") Window window, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable fault) {
        window.fail(fault);
    }

    /** Everything was sent; or the turn failed, which is reported now that nothing is in flight. */
    public void done(@ExchangeProperty("link") Link link) throws Throwable {
        link.window().check();
        link.turnDone();
    }

    /** Ends a turn whose source is empty: nothing is sent until that is approved. */
    public void holdBack(@ExchangeProperty("link") Link link, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        GuardTrippedException tripped = Faults.find(fault, GuardTrippedException.class).orElseThrow();
        link.guard().trip(tripped.getMessage(), tripped.removals());
        link.sent().error("guard-tripped");
        link.turnFailed(tripped.getMessage() + "; to approve: bactrian allow-removals --mirror " + link.name(),
                "guard-tripped", false);
    }

    /** Ends a turn that failed; its work waits for the next one. */
    public void failed(@ExchangeProperty("link") Link link, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        LOG.debug("{}", link, fault);
        String kind = LinkFaults.kind(fault);
        link.sent().error(kind);
        Faults.find(fault, Error.class).ifPresent(error -> link.watchCoverage().faulted("a turn", error));
        boolean forgotten = link.store().recover();
        Faults.find(fault, ProblemException.class).filter(is -> is.problem().isGuardTripped()).ifPresent(is ->
                link.guard().trippedThere(LinkFaults.explain(fault, link)));
        link.turnFailed(LinkFaults.explain(fault, link), kind, forgotten || !LinkFaults.isLocal(fault));
    }

    // --- send-batch

    /** Whether a batch has changes for the target. */
    public boolean hasChanges(@Body Work.Batch batch) {
        return !batch.planned().isEmpty();
    }

    /**
     * The request for a batch: with the sequence number by which the target applies batches in order, and whether the watch has
     * reported all of its removals.
     */
    public TargetRequest request(@ExchangeProperty("link") Link link, @Body Work.Batch batch) {
        TargetRequest request = new TargetRequest(new Message.Changes(batch.changes()))
                .with(WireHeaders.IDEMPOTENCY_KEY, UUID.randomUUID().toString())
                .with(WireHeaders.SEQUENCE, Long.toString(link.window().sequence(batch)));
        return batch.isWitnessed() ? request.with(WireHeaders.WITNESSED, "removals") : request;
    }

    /** Records in the view what the target has applied, in the order of the batches; what failed is retried. */
    public void acknowledge(@ExchangeProperty("link") Link link, @ExchangeProperty("batch") Work.Batch batch,
            @Body Object answer) {
        link.window().answered(batch, () -> remember(link, batch, answer));
    }

    private static void remember(Link link, Work.Batch batch, Object answer) {
        Index view = link.view();
        if (answer instanceof Message.Receipt receipt) {
            boolean[] failed = new boolean[batch.planned().size()];
            for (Message.Receipt.Failure failure : receipt.failures()) {
                failed[failure.index()] = true;
                Change change = batch.planned().get(failure.index()).change();
                link.sent().error(LinkFaults.kind(failure));
                report(link, change, failure);
            }
            long files = 0;
            long bytes = 0;
            for (int i = 0; i < failed.length; i++) {
                PlannedChange planned = batch.planned().get(i);
                link.sent().outcome(planned.change().op(), !failed[i]);
                if (!failed[i]) {
                    remember(view, planned);
                    if (planned.change() instanceof Change.WriteFile file) {
                        boolean uploaded = link.uploads().arrived(file.path());
                        link.sent().savedByCopy(uploaded || file.content().isPresent() ? 0 : file.size());
                        files++;
                        bytes += file.size();
                    } else if (planned.change() instanceof Change.Move move) {
                        link.sent().savedByMove(view.bytes(move.path()));
                    }
                }
            }
            link.acknowledged(receipt.applied(), files, bytes);
        }
        batch.remembered().forEach(view::put);
        view.commit();
    }

    private static void remember(Index view, PlannedChange planned) {
        Change change = planned.change();
        // The view already has the moves.
        if (change instanceof Change.Remove) {
            view.remove(change.path());
        }
        planned.after().ifPresent(view::put);
    }

    private static void report(Link link, Change change, Message.Receipt.Failure failure) {
        link.uploads().forget(change.path());
        if (change instanceof Change.Move) {
            // The view has the new path: the target must be asked where the entry is.
            link.lease().suspectView();
        } else if (failure.kind().equals("cannot-apply")) {
            // The message of the target begins with the path, too
            String again = change.path() + ": ";
            link.heldPaths().add(link.name(), change.path(), failure.detail().startsWith(again)
                    ? failure.detail().substring(again.length()) : failure.detail());
        } else {
            // The content must be sent again, and the view may be wrong about this path.
            link.uploads().sendWhole(change.path());
            link.files().largeFileTiming().readInOnePass(change.path());
            link.view().remove(change.path());
            link.touchLater(change.path(), Duration.ZERO);
        }
    }

    // --- open-link and learn-view

    /** The request for the lease. */
    public Message.OpenSession hello(@ExchangeProperty("link") Link link) throws IOException {
        link.open();
        return new Message.OpenSession(SenderName.of(link.source().directory()), link.store().instance());
    }

    /** The lease was granted. */
    public void connected(@ExchangeProperty("link") Link link, @Body Message.Session session) {
        link.connected(session);
    }

    /** The lease was returned. */
    public void released(@ExchangeProperty("link") Link link) {
        link.lease().lost();
    }

    /** Whether the target holds something else than the view says. */
    public boolean isOutdated(@ExchangeProperty("link") Link link) {
        return link.isOutdated();
    }

    /** Starts a query of what the target holds. */
    public TreeQuery query(@ExchangeProperty("link") Link link) {
        return new TreeQuery(link.view(), false);
    }

    /** Whether there is more to ask. */
    public boolean isOpen(@ExchangeProperty("query") TreeQuery query) {
        return query.isOpen();
    }

    /** The next request of the query. */
    public Message.CompareTree ask(@ExchangeProperty("query") TreeQuery query) {
        return query.ask();
    }

    /** Takes the answer to it. */
    public void learn(@ExchangeProperty("query") TreeQuery query, @Body Message.Tree answer) {
        query.learn(answer);
    }

    /** The query is complete: the source must be compared with the updated view. */
    public void learned(@ExchangeProperty("link") Link link) {
        link.learned();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        this.comparing = camelContext.getExecutorServiceManager().newCachedThreadPool(this, "bactrian-compare");
    }
}
