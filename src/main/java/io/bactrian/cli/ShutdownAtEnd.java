package io.bactrian.cli;

import io.bactrian.host.Finish;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.impl.engine.DefaultShutdownStrategy;
import org.apache.camel.spi.RouteStartupOrder;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.LoggingExceptionHandler;
import org.apache.camel.util.ObjectHelper;

/**
 * Stops routes immediately if the work has ended by itself and nothing is in flight. Otherwise as Camel does, which
 * waits for each thread that polls a queue.
 */
final class ShutdownAtEnd extends DefaultShutdownStrategy {
    private static final Duration STRAY = Duration.ofMillis(200);

    private final Finish finish;

    private ShutdownAtEnd(CamelContext context, Finish finish) {
        super(context);
        this.finish = finish;
    }

    static void of(CamelContext context, Finish finish) {
        ShutdownAtEnd strategy = new ShutdownAtEnd(context, finish);
        // as configured
        strategy.setTimeout(context.getShutdownStrategy().getTimeout());
        strategy.setTimeUnit(context.getShutdownStrategy().getTimeUnit());
        context.setShutdownStrategy(strategy);
    }

    @Override
    protected boolean doShutdown(CamelContext context, List<RouteStartupOrder> routes, long timeout, TimeUnit unit,
            boolean suspendOnly, boolean abortAfterTimeout, boolean forceShutdown) throws Exception {
        if (finish.outcome().isEmpty() || suspendOnly || context.getInflightRepository().size() > 0) {
            return super.doShutdown(context, routes, timeout, unit, suspendOnly, abortAfterTimeout, forceShutdown);
        }
        routes.forEach(route -> expectRefusals(context, route));
        // A timer may fire just now; its exchange must still find the routes that it calls, so those stop last.
        shutdownRoutesNow(routes.stream().filter(ShutdownAtEnd::isBeginning).toList());
        long end = System.nanoTime() + STRAY.toNanos();
        while (context.getInflightRepository().size() > 0 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        shutdownRoutesNow(routes);
        return true;
    }

    /** Exchanges that begin just now find their route stopped; this need not be logged. */
    private static void expectRefusals(CamelContext context, RouteStartupOrder route) {
        if (route.getInput() instanceof DefaultConsumer consumer) {
            consumer.setExceptionHandler(new LoggingExceptionHandler(context, consumer.getClass()) {
                @Override
                public void handleException(String message, Exchange exchange, Throwable fault) {
                    if (ObjectHelper.getException(RejectedExecutionException.class, fault) == null) {
                        super.handleException(message, exchange, fault);
                    }
                }
            });
        }
    }

    /** Whether a route starts exchanges by itself rather than being called by another route. */
    private static boolean isBeginning(RouteStartupOrder route) {
        return !(route.getInput() instanceof ShutdownAware called
                && called.deferShutdown(ShutdownRunningTask.CompleteCurrentTaskOnly));
    }
}
