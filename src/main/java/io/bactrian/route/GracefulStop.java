package io.bactrian.route;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.bactrian.host.SettingsReader;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes before the routes stop, in every host, while all of them still work: nothing new begins, batches that are
 * on their way are answered for, leases are given back so that another source can go on at once, and batches that are
 * being applied are finished. A source's part comes first, for its target may be in the same process. All of it is bounded
 * by {@code bactrian.stop.within}; what takes longer is cut off as by a crash, which loses nothing. Thread-safe.
 */
final class GracefulStop extends LifecycleStrategySupport {
    private static final Logger LOG = LoggerFactory.getLogger(GracefulStop.class);

    /** What a goodbye may take in any case. */
    private static final Duration GOODBYE = Duration.ofMillis(500);

    private final CamelContext context;
    private boolean begun;

    private GracefulStop(CamelContext context) {
        this.context = context;
    }

    /** From now on; a second time changes nothing. */
    static void of(CamelContext context) {
        if (context.getLifecycleStrategies().stream().noneMatch(GracefulStop.class::isInstance)) {
            context.addLifecycleStrategy(new GracefulStop(context));
        }
    }

    /** Camel says this at the very beginning of a stop, and says it again at a second one. */
    @Override
    public synchronized void onContextStopping(CamelContext stopping) {
        Links links = bean("links", Links.class);
        Mirrors mirrors = bean("mirrors", Mirrors.class);
        SettingsReader settings = bean("settings", SettingsReader.class);
        if (!begun && context.isStarted() && links != null && mirrors != null && settings != null) {
            begun = true;
            stop(links, mirrors, settings.get().stopWithin());
        }
    }

    private <T> T bean(String name, Class<T> type) {
        return context.getRegistry().lookupByNameAndType(name, type);
    }

    private void stop(Links links, Mirrors mirrors, Duration within) {
        long end = System.nanoTime() + within.toNanos();
        links.stop();
        // A part of a large file stays where it is staged, but only once it is there.
        boolean quiet = await(() -> links.isResting() && inFlight("call-target") == 0, end);
        if (!links.holdingLease().isEmpty()) {
            Future<?> goodbye = context.createFluentProducerTemplate().to("direct:release-links").asyncRequest();
            quiet &= await(goodbye::isDone, Math.max(end, System.nanoTime() + GOODBYE.toNanos()));
        }
        mirrors.stop();
        quiet &= await(() -> inFlight("serve-requests") == 0, end);
        if (!quiet) {
            LOG.warn("what was on its way did not end in {} s, and is cut off; the next run makes it good",
                    within.toMillis() / 1000.0);
            // Camel would wait for it once more.
            context.getShutdownStrategy().setTimeUnit(TimeUnit.SECONDS);
            context.getShutdownStrategy().setTimeout(1);
        }
    }

    private int inFlight(String route) {
        return context.getInflightRepository().size(route);
    }

    private static boolean await(BooleanSupplier condition, long end) {
        boolean said = false;
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            long now = System.nanoTime();
            if (now - end >= 0) {
                return false;
            }
            if (!said && now - start > GOODBYE.toNanos()) {
                said = true;
                LOG.info("stopping when what is on its way has ended; to stop at once, ask once more");
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }
}
