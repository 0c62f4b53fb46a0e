package io.bactrian.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Records which routes an exchange ran through: an empty file for each, named after the route, which any number of test
 * processes can write. The record is for {@code RouteCoverageIT}. A run of chosen tests ({@code -Dtest}) records nothing,
 * because it says nothing about the routes that are missing.
 */
public final class RouteCoverage extends RoutePolicySupport implements RoutePolicyFactory {
    /** Where the files are. The build empties it before it compiles. */
    public static final Path DIRECTORY = Path.of("target/route-coverage");

    private final Set<String> recorded = ConcurrentHashMap.newKeySet();

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return System.getProperty("test") == null ? this : null;
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        if (recorded.add(route.getRouteId())) {
            try {
                Files.createDirectories(DIRECTORY);
                Files.write(DIRECTORY.resolve(route.getRouteId()), new byte[0], StandardOpenOption.CREATE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
