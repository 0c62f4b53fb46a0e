package io.bactrian.manage;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.bactrian.host.SettingsReader;
import io.bactrian.settings.Property;
import io.bactrian.source.Links;
import io.bactrian.target.Mirrors;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes work in progress before the routes stop, in every host: nothing new begins, in-flight batches are answered for,
 * leases are released so that another source can continue at once, and batches that are being applied are finished.
 * Sources stop first, because their target may be in the same process. All of it is bounded by
 * {@code bactrian.stop.within}; what takes longer is aborted as by a crash, which loses nothing. Camel finds this in the
 * jar. Thread-safe.
 */
public final class GracefulStop extends LifecycleStrategySupport implements ContextServicePlugin {
    private static final Logger LOG = LoggerFactory.getLogger(GracefulStop.class);

    /** The time that releasing leases may take at least. */
    private static final Duration RELEASE = Duration.ofMillis(500);

    private CamelContext context;
    private boolean begun;

    /** Camel makes one of these for each context. */
    @Override
    public void load(CamelContext loading) {
        context = loading;
        context.addLifecycleStrategy(this);
    }

    /** Camel calls this at the start of each stop, so possibly twice. */
    @Override
    public synchronized void onContextStopping(CamelContext stopping) {
        Links links = bean("links", Links.class);
        Mirrors mirrors = bean("mirrors", Mirrors.class);
        SettingsReader settings = bean("settings", SettingsReader.class);
        if (!begun && context.isStarted() && links != null && mirrors != null && settings != null) {
            begun = true;
            stop(links, mirrors, settings.get().value(Property.STOP_WITHIN));
        }
    }

    private <T> T bean(String name, Class<T> type) {
        return context.getRegistry().lookupByNameAndType(name, type);
    }

    private void stop(Links links, Mirrors mirrors, Duration within) {
        long end = System.nanoTime() + within.toNanos();
        links.stop();
        // A part of a large file stays staged, but only once it has arrived completely.
        boolean quiet = await(() -> links.isResting() && inFlight("call-target") == 0, end);
        if (!links.holdingLease().isEmpty()) {
            Future<?> release = context.createFluentProducerTemplate().to("direct:release-links").asyncRequest();
            quiet &= await(release::isDone, Math.max(end, System.nanoTime() + RELEASE.toNanos()));
        }
        mirrors.stop();
        quiet &= await(() -> inFlight("serve-requests") == 0, end);
        if (!quiet) {
            LOG.warn("in-flight requests did not finish within {} s and were aborted; the next run repeats them",
                    within.toMillis() / 1000.0);
            // Otherwise Camel would wait for them again.
            context.getShutdownStrategy().setTimeUnit(TimeUnit.SECONDS);
            context.getShutdownStrategy().setTimeout(1);
        }
    }

    private int inFlight(String route) {
        return context.getInflightRepository().size(route);
    }

    private static boolean await(BooleanSupplier condition, long end) {
        boolean logged = false;
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            long now = System.nanoTime();
            if (now - end >= 0) {
                return false;
            }
            if (!logged && now - start > RELEASE.toNanos()) {
                logged = true;
                LOG.info("waiting for in-flight requests before stopping; interrupt again to stop at once");
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }
}
