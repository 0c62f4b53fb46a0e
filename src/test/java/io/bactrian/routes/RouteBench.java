package io.bactrian.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.bactrian.Processes;
import io.bactrian.link.Link;
import io.bactrian.source.Links;
import io.bactrian.source.TargetRequest;
import io.bactrian.upload.Part;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.AdviceWithRouteBuilder;
import org.apache.camel.component.mock.InterceptSendToMockEndpointStrategy;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.util.function.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** The real routes and beans in a Camel of their own; {@link #only} leaves a route alone among mocks. */
public final class RouteBench implements AutoCloseable {
    /** A target where nobody listens. */
    static final String NOBODY = "http://127.0.0.1:9";

    /** The routes of a turn that are nothing without each other. */
    static final String[] TURN = {"send-changes", "compare-changes"};

    private final Main main = new Main();
    private final int port;
    private ProducerTemplate template;

    private RouteBench(int port, String... properties) {
        this.port = port;
        main.setPropertyPlaceholderLocations("false");
        // Otherwise the JVM keeps each of them until it exits
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        set("camel.main.jmx-enabled=false", "camel.main.shutdown-timeout=5", "bactrian.management.port=0", "bactrian.stop.within=200ms",
                "bactrian.role.incomplete=true");
        set(properties);
    }

    private void set(String... properties) {
        for (String property : properties) {
            int equals = property.indexOf('=');
            main.addOverrideProperty(property.substring(0, equals), property.substring(equals + 1));
        }
    }

    private RouteBench init() {
        try {
            main.init();
            context().addRoutePolicyFactory(new RouteCoverage());
            return this;
        } catch (RuntimeException e) {
            main.stop();
            throw e;
        }
    }

    static RouteBench with(String... properties) {
        return new RouteBench(0, properties).init();
    }

    /** A source of the directory {@code source}, and of {@code bactrian.state} beside it. */
    static RouteBench source(Path bench, String... properties) {
        makeDirectory(bench.resolve("source"));
        RouteBench routes = new RouteBench(0, "bactrian.role.source=true", "bactrian.state=" + bench.resolve("state"),
                "bactrian.source.default.directory=" + bench.resolve("source"),
                "bactrian.source.default.targets=" + NOBODY, "bactrian.retry.first=100ms");
        routes.set(properties);
        return routes.init();
    }

    /** A target of the directory {@code target}, at a free port. */
    static RouteBench target(Path bench, String... properties) {
        int port = Processes.freePort();
        RouteBench routes = new RouteBench(port, "bactrian.role.target=true", "bactrian.http.port=" + port,
                "bactrian.target.default.directory=" + makeDirectory(bench.resolve("target")));
        routes.set(properties);
        return routes.init();
    }

    /** Takes all other routes out. Timers, and the first route if it is a queue's, begin at {@code direct:ID} instead. */
    RouteBench only(String... ids) {
        List<String> kept = List.of(ids);
        ModelCamelContext model = (ModelCamelContext) context();
        try {
            for (RouteDefinition route : List.copyOf(model.getRouteDefinitions())) {
                if (!kept.contains(route.getRouteId())) {
                    model.removeRouteDefinition(route);
                }
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        mocked("(direct|seda):(?!(//)?(event|target|" + String.join("|", kept) + ")($|\\?)).*");
        for (String id : ids) {
            if (model.getRouteDefinition(id).getInput().getEndpointUri().matches(id.equals(ids[0]) ? "(scheduler|seda):.*" : "scheduler:.*")) {
                advise(id, route -> route.replaceFromWith("direct:" + id));
            }
        }
        return this;
    }

    /** What is sent to endpoints of this pattern ends at mocks. */
    RouteBench mocked(String pattern) {
        context().getCamelContextExtension()
                .registerEndpointCallback(new InterceptSendToMockEndpointStrategy(pattern, true));
        return this;
    }

    RouteBench advise(String id, ThrowingConsumer<AdviceWithRouteBuilder, Exception> change) {
        try {
            AdviceWith.adviceWith(context(), id, false, change);
            return this;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    RouteBench start() {
        main.start();
        return this;
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    synchronized ProducerTemplate template() {
        if (template == null) {
            template = context().createProducerTemplate();
        }
        return template;
    }

    /** Sends a body with exchange properties, and gives the exchange as it came back. */
    Exchange send(String uri, Object body, Map<String, Object> properties) {
        return template().request(uri, exchange -> {
            exchange.getMessage().setBody(body);
            properties.forEach(exchange::setProperty);
        });
    }

    MockEndpoint mock(String uri) {
        return context().getEndpoint("mock:" + uri, MockEndpoint.class);
    }

    /** The bodies that came to a mock so far. */
    List<Object> received(String uri) {
        return mock(uri).getReceivedExchanges().stream().map(exchange -> exchange.getMessage().getBody()).toList();
    }

    /** What is to be sent to the target. */
    static Object content(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        return body instanceof TargetRequest request ? request.content() : body;
    }

    /** The parts of large files that were to be sent to the target, in any order. */
    List<Part> parts() {
        return mock("direct:call-target").getReceivedExchanges().stream()
                .filter(exchange -> "receive-part".equals(exchange.getProperty("operation")))
                .map(exchange -> exchange.getProperty("part", Part.class)).toList();
    }

    <T> T bean(String name, Class<T> type) {
        return context().getRegistry().lookupByNameAndType(name, type);
    }

    /** The first link of the source. */
    Link link() {
        return bean("links", Links.class).all().get(0);
    }

    int port() {
        return port;
    }

    static Path makeDirectory(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ConditionFactory await() {
        return Awaitility.await().pollInterval(Duration.ofMillis(10)).atMost(Duration.ofSeconds(60));
    }

    @Override
    public void close() {
        main.stop();
    }
}
