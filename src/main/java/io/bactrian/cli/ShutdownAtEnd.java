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
 * Stops the routes as Camel does, which waits for each thread that polls a queue; but where the work has ended by
 * itself and nothing is in flight, at once.
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
        // what was configured
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
        // A timer may have come in between: what it has just begun is to find the routes that it calls, which stop last.
        shutdownRoutesNow(routes.stream().filter(ShutdownAtEnd::isBeginning).toList());
        long end = System.nanoTime() + STRAY.toNanos();
        while (context.getInflightRepository().size() > 0 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        shutdownRoutesNow(routes);
        return true;
    }

    /** What comes in just now finds its route stopped: that is no trouble of which anybody has to be told. */
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

    /** Whether a route begins something by itself, and not because another route calls it. */
    private static boolean isBeginning(RouteStartupOrder route) {
        return !(route.getInput() instanceof ShutdownAware called
                && called.deferShutdown(ShutdownRunningTask.CompleteCurrentTaskOnly));
    }
}
