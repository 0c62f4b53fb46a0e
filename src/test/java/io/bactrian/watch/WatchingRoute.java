package io.bactrian.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.watch.FileWatchConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A Camel context with one route, {@code watch}, that records the exchanges of {@code file-watch}. */
final class WatchingRoute implements AutoCloseable {

    final DefaultCamelContext context = new DefaultCamelContext();
    final FileWatch fileWatch = new FileWatch();
    final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
    final Set<String> learned = ConcurrentHashMap.newKeySet();
    private final List<Processor> before = new CopyOnWriteArrayList<>();

    /** The parts of an exchange that tests check; absent headers are empty. */
    record Seen(String type, String path, String rescan, String blind) {
        static Seen of(Message message) {
            return new Seen(message.getHeader(FileWatchConstants.EVENT_TYPE_HEADER, "", String.class),
                    message.getHeader(FileWatchConstants.FILE_RELATIVE_PATH, String.class),
                    message.getHeader(WatchConstants.RESCAN, "", String.class),
                    message.getHeader(WatchConstants.BLIND, "", String.class));
        }
    }

    WatchingRoute() {
        context.getRegistry().bind("file-watch", fileWatch);
    }

    static WatchingRoute on(Path directory) {
        return new WatchingRoute().start(directory, "");
    }

    /** Runs before the exchange is recorded; if it throws, the exchange fails. */
    WatchingRoute first(Processor step) {
        before.add(step);
        return this;
    }

    /** Blocks the watching thread before it registers a directory of that name. */
    WatchingRoute holdAt(String name, CountDownLatch goOn) {
        fileWatch.registrar(new Registrar() {
            @Override
            public WatchKey register(Path directory, WatchService service) throws IOException {
                if (directory.endsWith(name)) {
                    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> goOn.getCount() == 0);
                }
                return Registrar.super.register(directory, service);
            }
        });
        return this;
    }

    WatchingRoute start(Path directory, String options) {
        try {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("file-watch:" + directory + options).id("watch").process(exchange -> {
                        for (Processor step : before) {
                            step.process(exchange);
                        }
                        seen.add(Seen.of(exchange.getMessage()));
                    });
                }
            });
            context.start();
            return this;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    WatchState state() {
        return fileWatch.watchState("watch").orElseThrow();
    }

    void awaitWatched(int directories) {
        await().untilAsserted(() ->
                assertThat(state().watchedDirectories()).isEqualTo(directories));
    }

    void awaitSeen(Predicate<Seen> wanted) {
        await().until(() -> seen.stream().anyMatch(wanted));
    }

    void awaitEvent(String type, String path) {
        awaitSeen(event -> event.type().equals(type) && event.path().equals(path));
    }

    void awaitRescan(Rescan rescan, String path) {
        awaitSeen(event -> event.rescan().equals(rescan.name()) && event.path().equals(path));
    }

    /** Records the paths that an exchange names and those found by the comparison that it requests. */
    void learn(Exchange exchange) throws IOException {
        Seen event = Seen.of(exchange.getMessage());
        learned.add(event.path());
        if (!event.rescan().isEmpty()) {
            Path directory = exchange.getMessage().getBody(File.class).toPath();
            int depth = event.rescan().equals("TREE") ? Integer.MAX_VALUE : 1;
            try (Stream<Path> paths = Files.walk(directory, depth)) {
                paths.forEach(path -> learned.add(event.path() + path.toString().substring(directory.toString().length())));
            }
        }
    }

    /** Waits until every path is known from the exchanges. */
    void awaitLearned(Set<String> paths) {
        await().untilAsserted(() -> {
            Set<String> missing = new HashSet<>(paths);
            missing.removeAll(learned);
            missing.removeIf(path -> learned.contains("/" + path)); // found by a rescan of the root
            assertThat(missing).isEmpty();
        });
    }

    Stream<Seen> about(String path) {
        return seen.stream().filter(event -> event.path().equals(path));
    }

    static ConditionFactory await() {
        return Awaitility.await().pollInterval(Duration.ofMillis(10)).atMost(Duration.ofSeconds(60));
    }

    @Override
    public void close() {
        context.stop();
    }
}
