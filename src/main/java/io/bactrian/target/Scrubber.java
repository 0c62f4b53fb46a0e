package io.bactrian.target;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

import io.bactrian.fault.Faults;
import io.bactrian.host.ContextBean;
import io.bactrian.measure.CpuTime;
import io.bactrian.mirror.Mirror;
import io.bactrian.mirror.ScrubRun;
import io.bactrian.replica.ReplicaClosedException;
import io.bactrian.replica.scrub.Scrub;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.support.LifecycleStrategySupport;

/** The steps of the routes that scrub replicas and report the progress. Thread-safe. */
public final class Scrubber extends ContextBean {
    /** How long a request waits for progress; it occupies one of few threads. */
    private static final long PATIENCE_MILLISECONDS = 500;

    private final Settings settings;
    private final Mirrors mirrors;
    private volatile boolean stopped;

    public Scrubber(Supplier<Settings> settings, Mirrors mirrors) {
        this.settings = settings.get();
        this.mirrors = mirrors;
    }

    /** The body of the command. */
    record Wanted(boolean repair) {
    }

    // --- scrub-replicas

    /** The mirrors for which a scrub was requested or is due. */
    public List<Mirror> due() {
        return mirrors.all().stream().filter(Mirror::takeScrub).toList();
    }

    /** Scrubs a mirror; the result is in its {@link ScrubRun}. */
    public void scrub(@Body Mirror mirror) {
        ScrubRun run = mirror.scrubs().last().orElseThrow();
        if (!run.begin()) {
            return;
        }
        String how = "";
        try {
            new Scrub(mirror.replica(), run.repairs(), settings.value(Property.SCRUB_RATE), run, () -> stopped).run();
            mirror.scrubs().ended();
        } catch (CancellationException e) {
            how = "; it was stopped";
        } catch (IOException | RuntimeException | Error e) {
            how = "; it failed: " + Faults.reason(e);
            mirror.trouble("", "scrub failed: " + Faults.reason(e));
            mirror.scrubs().failed(run.repairs());
        } finally {
            run.end(how);
        }
    }

    // --- check-replicas

    /** The mirrors that are due for a check for foreign changes. */
    public List<Mirror> dueForCheck() {
        return mirrors.all().stream().filter(Mirror::takeCheck).toList();
    }

    /** Checks a mirror by stat; only files that differ are read. */
    public void check(@Body Mirror mirror) {
        CpuTime effort = new CpuTime();
        mirror.check().begin();
        try {
            Scrub.ofStats(mirror.replica(), settings.value(Property.SCRUB_RATE), mirror.check(), () -> stopped).run();
        } catch (CancellationException | ReplicaClosedException e) {
            // The next start scans everything.
            return;
        } catch (IOException | RuntimeException | Error e) {
            mirror.trouble("", "check failed: " + Faults.reason(e));
        } finally {
            mirror.check().took(effort.soFar());
            mirror.check().end();
        }
    }

    // --- ask-scrub

    /** Reports the progress of a scrub without repair; starts one if none is running. */
    public Message.Scrub ask(@ExchangeProperty("request") Request request, @Body Message.AskScrub question) {
        ScrubRun run = question.run().isPresent() ? known(request.mirror(), question.run().get())
                : request.mirror().scrubs().want(false);
        return run.tell(question.after(), PATIENCE_MILLISECONDS);
    }

    private static ScrubRun known(Mirror mirror, String id) {
        return mirror.scrubs().last().filter(run -> run.id().equals(id)).orElseThrow(() -> new ProblemException(
                Problem.notFound("This scrub is no longer known; start another.")));
    }

    // --- command-scrub

    /** Starts a scrub by command, and reports its progress. */
    public Message.Scrub begin(@ExchangeProperty("mirror") String name, @ExchangeProperty("request") byte[] body) {
        Mirror mirror = mirror(name);
        boolean repair;
        try {
            repair = Codec.JSON.read(body, Wanted.class).repair();
        } catch (IOException e) {
            throw new ProblemException(Problem.badRequest(e.getMessage()));
        }
        ScrubRun run = mirror.scrubs().want(repair);
        if (repair && !run.repairs()) {
            throw new ProblemException(Problem.unavailable("A scrub without repair is running; retry later."));
        }
        return run.tell(0, 0);
    }

    /** Reports the progress of the mirror's last scrub, with the findings after the first {@code after}. */
    public Message.Scrub progress(@ExchangeProperty("mirror") String name, @ExchangeProperty("after") long after) {
        return mirror(name).scrubs().last().orElseThrow(() -> new ProblemException(Problem.notFound("No scrub has run yet.")))
                .tell(after, PATIENCE_MILLISECONDS);
    }

    private Mirror mirror(String name) {
        Optional<Mirror> mirror = name.equals(Mirror.ALL) && mirrors.all().size() == 1
                ? mirrors.all().stream().findFirst() : mirrors.find(name);
        return mirror.orElseThrow(() -> new ProblemException(Problem.notFound(mirrors.all().isEmpty()
                ? "No target runs here." : "Say which mirror: " + String.join(", ", mirrors.all().stream()
                        .map(is -> is.settings().name()).toList()) + ".")));
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        camelContext.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                stopped = true;
            }
        });
    }
}
