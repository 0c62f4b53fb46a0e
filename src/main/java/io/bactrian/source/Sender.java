package io.bactrian.source;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

import io.bactrian.change.Budget;
import io.bactrian.change.Change;
import io.bactrian.change.Comparison;
import io.bactrian.change.Forecast;
import io.bactrian.change.Guard;
import io.bactrian.change.GuardTripped;
import io.bactrian.change.Identity;
import io.bactrian.change.Plan;
import io.bactrian.change.Touched;
import io.bactrian.change.Witness;
import io.bactrian.change.Work;
import io.bactrian.fault.Faults;
import io.bactrian.index.Index;
import io.bactrian.link.Link;
import io.bactrian.link.LinkFaults;
import io.bactrian.link.LinkNotices;
import io.bactrian.link.Name;
import io.bactrian.link.Questions;
import io.bactrian.link.Window;
import io.bactrian.measure.CpuTime;
import io.bactrian.settings.Settings;
import io.bactrian.wire.Message;
import io.bactrian.wire.ProblemException;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean behind {@code open-link}, {@code send-changes} and {@code send-batch}: it compares touched paths with the view of a
 * target, plans batches, and records in the view what the target has acknowledged. Thread-safe.
 */
public final class Sender implements CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    private final Settings settings;
    private CamelContext camelContext;
    private ExecutorService comparing;

    public Sender(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    // --- send-changes

    /** Begins the link's turn, if there is reason for one and none is under way. */
    public boolean takeTurn(@Body Link link) {
        return link.takeTurn();
    }

    /** Whether the target is to be asked for its lease, first or again. */
    public boolean needsSession(@ExchangeProperty("link") Link link) {
        return link.needsSession();
    }

    /** Whether a piece of work is a large content, which travels beside the batches. */
    public boolean isLarge(@Body Work work) {
        return work instanceof Work.Upload;
    }

    /** Takes what waits at the link; all, if its guard has tripped a while ago. */
    public List<Touched> take(@ExchangeProperty("link") Link link) {
        if (link.guard().isDue()) {
            link.touch(List.of(Touched.EVERYTHING));
        }
        return link.take();
    }

    /**
     * Looks, before anything is sent, whether a comparison of all would remove too much: then removals wait.
     *
     * @throws io.bactrian.change.GuardTripped if nothing is left of the source
     */
    public void guard(@ExchangeProperty("link") Link link, @Body List<Touched> touched) {
        Witness witness = link.guard().witness();
        boolean watched = link.sights().areWhole();
        if (!touched.contains(Touched.EVERYTHING)) {
            link.guard().begin(link.guard().tripped().isPresent() ? Guard.SHUT : link.guard().rule(), witness, -1, watched);
            return;
        }
        link.guard().looks();
        CpuTime effort = new CpuTime();
        Path root = Roots.real(link.source().directory());
        link.guard().begin(link.guard().rule(), witness, -1, watched);
        try {
            // What was seen, was seen in another directory than this one.
            boolean another = new Identity(root, link.view()).isAnother();
            Guard rule = another ? link.guard().ruleOfAnother() : link.guard().rule();
            Witness seen = another ? Witness.NONE : witness;
            Forecast forecast = new Forecast(root, link.filter(), link.view(), link.lease().rules(), rule, seen);
            boolean held = forecast.holds();
            link.guard().begin(held ? Guard.SHUT : rule, seen, forecast.held(), watched && !another);
        } catch (GuardTripped e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // What hinders the look hinders the comparison, which says so.
            LOG.debug("{}", link, e);
        } finally {
            link.rescans().foretold(effort);
        }
    }

    /** Compares what was taken, and gives the batches and uploads as they are found. */
    public Iterator<Work> plan(@ExchangeProperty("link") Link link, @Body List<Touched> touched) {
        Path root = Roots.real(link.source().directory());
        Budget budget = new Budget(settings.memory() / 2);
        Plan plan = new Plan(comparing,
                findings -> link.rescans().comparing(touched.contains(Touched.EVERYTHING), () -> new Comparison(root, link.filter(),
                        link.view(), link.lease().rules(), link.guard().care(), link.files(), findings).run(touched)),
                new LinkNotices(link), settings.batchEntries(), settings.batchBytes(), budget);
        return link.begin(new Window(plan, budget, link.lease()::nextSequence, settings.batchParallel()));
    }

    /** Something could not be sent: nothing follows it. */
    public void stop(@ExchangeProperty("link") Link link,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable fault) {
        link.window().fail(fault);
    }

    /** All that was found is sent; or the turn failed, which is said now that nothing is on its way any more. */
    public void done(@ExchangeProperty("link") Link link) throws Throwable {
        link.window().check();
        link.turnDone();
    }

    /** Ends a turn that would have removed too much: nothing is sent until a person says that it is meant. */
    public void holdBack(@ExchangeProperty("link") Link link, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        GuardTripped tripped = Faults.find(fault, GuardTripped.class).orElseThrow();
        link.guard().trip(tripped.getMessage(), tripped.loss());
        link.sent().error("guard-tripped");
        link.turnFailed(tripped.getMessage() + "; if it is meant: bactrian allow-removals --mirror " + link.name(),
                "guard-tripped", false);
    }

    /** Ends a turn that failed, or an upload; what it meant to do waits for the next. */
    public void failed(@ExchangeProperty("link") Link link, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        LOG.debug("{}", link, fault);
        String kind = LinkFaults.kind(fault);
        link.sent().error(kind);
        Faults.find(fault, Error.class).ifPresent(error -> link.sights().faulted("a turn", error));
        boolean forgotten = link.memory().recover();
        Faults.find(fault, ProblemException.class).filter(is -> is.problem().isGuardTripped()).ifPresent(is ->
                link.guard().trippedThere(LinkFaults.explain(fault, link)));
        link.turnFailed(LinkFaults.explain(fault, link), kind, forgotten || !LinkFaults.isLocal(fault));
    }

    // --- send-batch

    /** Whether a batch asks anything of the target. */
    public boolean hasChanges(@Body Work.Batch batch) {
        return !batch.planned().isEmpty();
    }

    /** Its number, by which the target applies batches in their order whatever order they come in. */
    public long sequence(@ExchangeProperty("link") Link link, @Body Work.Batch batch) {
        return link.window().sequence(batch);
    }

    /** Whether all that the batch removes was seen to be removed by somebody, which the target is told. */
    public boolean isWitnessed(@Body Work.Batch batch) {
        return batch.isWitnessed();
    }

    /** The request for a batch. */
    public Message.Changes changes(@Body Work.Batch batch) {
        return new Message.Changes(batch.changes());
    }

    /** What the target has answered for is remembered as held by it, in order; what it could not do is tried again. */
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
                Work.Planned planned = batch.planned().get(i);
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

    private static void remember(Index view, Work.Planned planned) {
        Change change = planned.change();
        // A move the view knows since it was told.
        if (change instanceof Change.Remove) {
            view.remove(change.path());
        }
        planned.after().ifPresent(view::put);
    }

    private static void report(Link link, Change change, Message.Receipt.Failure failure) {
        link.uploads().forget(change.path());
        if (change instanceof Change.Move) {
            // The view has it at its new place: the target has to be asked where it is.
            link.lease().doubt();
        } else if (failure.kind().equals("cannot-apply")) {
            // The target's words begin with the path, too
            String again = change.path() + ": ";
            link.troubles().add(link.name(), change.path(), failure.detail().startsWith(again)
                    ? failure.detail().substring(again.length()) : failure.detail());
        } else {
            // The content has to be sent again; what the view says of the path is not sure any more.
            link.uploads().sendWhole(change.path());
            link.files().moving().readOnce(change.path());
            link.view().remove(change.path());
            link.touchLater(change.path(), Duration.ZERO);
        }
    }

    // --- open-link and learn-view

    /** The request for the lease. */
    public Message.OpenSession hello(@ExchangeProperty("link") Link link) throws IOException {
        link.open();
        return new Message.OpenSession(Name.of(link.source().directory()), link.memory().instance());
    }

    /** The lease is given. */
    public void connected(@ExchangeProperty("link") Link link, @Body Message.Session session) {
        link.connected(session);
    }

    /** The lease is given back. */
    public void released(@ExchangeProperty("link") Link link) {
        link.lease().lost();
    }

    /** Whether the target holds something else than the view says. */
    public boolean isOutdated(@ExchangeProperty("link") Link link) {
        return link.isOutdated();
    }

    /** Begins to ask what the target holds. */
    public Questions questions(@ExchangeProperty("link") Link link) {
        return new Questions(link.view(), false);
    }

    /** Whether there is more to ask. */
    public boolean isOpen(@ExchangeProperty("questions") Questions questions) {
        return questions.isOpen();
    }

    /** The next question. */
    public Message.CompareTree ask(@ExchangeProperty("questions") Questions questions) {
        return questions.ask();
    }

    /** Takes an answer to them. */
    public void learn(@ExchangeProperty("questions") Questions questions, @Body Message.Tree answer) {
        questions.learn(answer);
    }

    /** All is asked: the source has to be compared with what was learned. */
    public void learned(@ExchangeProperty("link") Link link) {
        link.learned();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        this.comparing = camelContext.getExecutorServiceManager().newCachedThreadPool(this, "bactrian-compare");
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }
}
