package io.bactrian.watch;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.Endpoint;
import org.apache.camel.component.file.watch.FileWatchComponent;
import org.apache.camel.spi.annotations.Component;

/**
 * A {@code file-watch} component that loses no events. Bound in the registry under that name it replaces Camel's own,
 * with the same URI, options and headers, and additionally those of {@link WatchConstants}.
 * <ul>
 * <li>Every event is delivered until its exchange succeeds, or a rescan that covers it does.
 * <li>Only directory listings are read, and no symbolic link is followed except for the root itself.
 * <li>Once a route has started, its whole tree is watched, or its {@link WatchState} says otherwise.
 * </ul>
 * Differences in options: {@code antExclude} is new (Ant patterns, comma separated, relative to the root: what matches
 * is neither watched nor reported); {@code autoCreate} is off by default, since a missing root may be one that is not
 * mounted; {@code pollThreads}, {@code queueSize}, {@code concurrentConsumers}, {@code fileHasher} and
 * {@code useFileHashing} are accepted and have no effect. The deletion of a directory is one event for everything in
 * it.
 */
@Component("file-watch")
public class FileWatch extends FileWatchComponent {

    private final Map<String, TreeWatchConsumer> watching = new ConcurrentHashMap<>();
    // Camel makes a new consumer when it starts a stopped route again
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private volatile Registrar registrar = new Registrar() { };

    /** The state of the route's watch; empty if the route does not watch at present. */
    public Optional<WatchState> watchState(String routeId) {
        return Optional.ofNullable(watching.get(routeId)).map(TreeWatchConsumer::watchState);
    }

    /**
     * The last time, by {@link System#nanoTime}, at which the system had no more events for the route's tree. Empty if
     * the route does not watch at present, or if there was no such time. Events from shortly before may still be in
     * transit through the route.
     */
    public OptionalLong toldUntil(String routeId) {
        return Optional.ofNullable(watching.get(routeId)).map(TreeWatchConsumer::toldUntil).orElse(OptionalLong.empty());
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        TreeWatchEndpoint endpoint = new TreeWatchEndpoint(uri, remaining, this);
        // The configurer that Camel finds by the name file-watch does not know this option
        endpoint.setAntExclude(getAndRemoveParameter(parameters, "antExclude", String.class, ""));
        setProperties(endpoint, parameters);
        return endpoint;
    }

    void started(TreeWatchConsumer consumer) {
        watching.put(consumer.name(), consumer);
        known.add(consumer.name());
    }

    /** Whether a consumer of that name was started before, so that changes since then have been missed. */
    boolean wasStarted(String name) {
        return known.contains(name);
    }

    void stopped(TreeWatchConsumer consumer) {
        watching.remove(consumer.name(), consumer);
    }

    Registrar registrar() {
        return registrar;
    }

    void registrar(Registrar other) {
        registrar = other;
    }
}
