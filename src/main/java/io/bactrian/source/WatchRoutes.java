package io.bactrian.source;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.bactrian.host.ContextBean;
import io.bactrian.settings.Property;
import io.bactrian.settings.SourceSettings;
import io.bactrian.watch.EndpointPath;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Creates the entry route of each source from its template. A stop waits until a route that is being added has started: Camel
 * cannot stop while another thread adds a route, and would leave services running. Thread-safe.
 */
public final class WatchRoutes extends ContextBean {
    private static final String TEMPLATE = "watch-source";
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(5);

    private boolean stopping;

    /** The route that watches a source. */
    public static String route(String source) {
        return TEMPLATE + "-" + source;
    }

    /**
     * Starts to watch the source, unless it is watched already; it is watched when this returns.
     *
     * @throws Exception if Camel cannot start the route; it may be retried
     */
    public void start(@Body SourceSettings source, CamelContext context) throws Exception {
        String id = route(source.name());
        // A route that is added while Camel starts is not started, without an error.
        while (context.getStatus().isStarting()) {
            LockSupport.parkNanos(TICK);
        }
        startUnlessStopping(source, id, context);
    }

    private synchronized void startUnlessStopping(SourceSettings source, String id, CamelContext context) throws Exception {
        if (stopping || !context.getStatus().isStarted()) {
            return;
        }
        if (context.getRoute(id) == null) {
            TemplatedRouteBuilder.builder(context, TEMPLATE)
                    .routeId(id)
                    .parameter("source", source.name())
                    .parameter("directory", EndpointPath.write(source.directory().toAbsolutePath()))
                    .parameter("exclude", String.join(",", source.value(Property.SOURCE_EXCLUDE)))
                    .parameter("settle", Long.toString(source.value(Property.SOURCE_SETTLE).toMillis()))
                    .add();
        }
        if (!context.getRouteController().getRouteStatus(id).isStarted()) {
            context.getRouteController().startRoute(id);
        }
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        camelContext.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStarting(CamelContext context) {
                setStopping(false);
            }

            @Override
            public void onContextStopping(CamelContext context) {
                setStopping(true);
            }
        });
    }

    private synchronized void setStopping(boolean stopping) {
        this.stopping = stopping;
    }
}
