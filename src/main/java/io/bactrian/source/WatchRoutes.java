package io.bactrian.source;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.bactrian.settings.Property;
import io.bactrian.settings.SourceSettings;
import io.bactrian.watch.EndpointPath;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;

/** Creates the entry route of each source from its template. */
public final class WatchRoutes {
    private static final String TEMPLATE = "watch-source";
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(5);

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
        if (!context.getStatus().isStarted()) {
            // Camel is stopping, and accepts no more routes.
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
}
