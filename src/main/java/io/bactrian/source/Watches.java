package io.bactrian.source;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.bactrian.settings.SourceSettings;
import io.bactrian.watch.EndpointPath;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;

/** Makes the entry route of each source from its template. */
public final class Watches {
    private static final String TEMPLATE = "watch-source";
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(5);

    /** The route that watches a source. */
    public static String route(String source) {
        return TEMPLATE + "-" + source;
    }

    /**
     * Starts to watch the source; when this returns, it is watched. One that is watched already stays so.
     *
     * @throws Exception if Camel cannot start the route; it may be tried again
     */
    public void start(@Body SourceSettings source, CamelContext context) throws Exception {
        String id = route(source.name());
        // Camel adds a route while it starts itself, but does not start it, and says nothing.
        while (context.getStatus().isStarting()) {
            LockSupport.parkNanos(TICK);
        }
        if (!context.getStatus().isStarted()) {
            // It stops, and takes no route any more.
            return;
        }
        if (context.getRoute(id) == null) {
            TemplatedRouteBuilder.builder(context, TEMPLATE)
                    .routeId(id)
                    .parameter("source", source.name())
                    .parameter("directory", EndpointPath.write(source.directory().toAbsolutePath()))
                    .parameter("exclude", String.join(",", source.exclude()))
                    .parameter("settle", Long.toString(source.settle().toMillis()))
                    .add();
        }
        if (!context.getRouteController().getRouteStatus(id).isStarted()) {
            context.getRouteController().startRoute(id);
        }
    }
}
