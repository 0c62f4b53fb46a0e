package io.bactrian.watch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.bactrian.fault.Faults;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.support.DefaultConsumer;

/**
 * Watches on one thread and delivers on another, so that a slow route does not make the operating system drop events.
 */
final class TreeWatchConsumer extends DefaultConsumer {

    private static final long PAUSE_AFTER_FAULT = TimeUnit.MILLISECONDS.toNanos(100);

    private final TreeWatchEndpoint endpoint;
    private final FileWatch component;
    private final Path directory;
    private final EventMessage message;
    private EntryFilter filter;
    private PendingEvents pending;
    private Mounts mounts;
    private TreeWatcher watcher;
    private ExecutorService threads;
    private volatile Thread deliverer;

    TreeWatchConsumer(TreeWatchEndpoint endpoint, FileWatch component, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.component = component;
        this.directory = EndpointPath.read(endpoint.getPath()).toAbsolutePath().normalize();
        this.message = new EventMessage(directory);
    }

    /** The route's id; the endpoint's URI when it is used without a route. */
    String name() {
        return Objects.requireNonNullElse(getRouteId(), endpoint.getEndpointUri());
    }

    OptionalLong toldUntil() {
        return watcher.toldUntil();
    }

    WatchState watchState() {
        WatchState state = watcher.state();
        String failure = state.isBlind() ? "" : pending.failure();
        return failure.isEmpty() ? state : state.blind("changes in " + directory
                + " could not be processed and are redelivered until this succeeds: " + failure);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        filter = new EntryFilter(endpoint);
        WatchHealthCheck check = new WatchHealthCheck(name(), () -> component.watchState(name()));
        CamelContextAware.trySetCamelContext(check, endpoint.getCamelContext());
        setHealthCheck(check);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (endpoint.isAutoCreate()) {
            Files.createDirectories(directory);
        }
        pending = new PendingEvents();
        mounts = new Mounts(component.registrar());
        watcher = new TreeWatcher(directory, filter::watches, component.registrar(), mounts, this::accept);
        watcher.open();
        if (component.wasStarted(name())) {
            accept(new TreeEvent(Path.of(""), TreeEvent.Kind.SEEN_AGAIN));
        }
        threads = threads().newFixedThreadPool(this, "file-watch", 3);
        threads.execute(watcher);
        threads.execute(this::deliverAll);
        threads.execute(mounts::follow);
        component.started(this);
    }

    /** Cancels all watches, and waits for the exchange in flight rather than interrupting it. */
    @Override
    protected void doStop() throws Exception {
        component.stopped(this);
        if (watcher != null) {
            watcher.close();
            mounts.close();
            pending.close();
        }
        if (threads != null) {
            threads().shutdown(threads);
            // A route that stops itself would wait for itself
            if (Thread.currentThread() != deliverer) {
                threads().awaitTermination(threads, patience());
            }
            threads = null;
        }
        super.doStop();
    }

    private void accept(TreeEvent event) {
        if (filter.reports(event)) {
            pending.add(event);
        }
    }

    private void deliverAll() {
        deliverer = Thread.currentThread();
        PendingEvents queue = pending;
        try {
            while (deliverNext(queue)) {
                // closed while waiting
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean deliverNext(PendingEvents queue) throws InterruptedException {
        try {
            Optional<PendingEvents.Turn> turn = queue.take();
            if (turn.isPresent()) {
                deliver(turn.get(), queue);
            }
            return turn.isPresent();
        } catch (RuntimeException | Error e) { // The thread must go on. A comparison will find what was about to be delivered.
            watcher.startAnew(e);
            LockSupport.parkNanos(PAUSE_AFTER_FAULT);
            return true;
        }
    }

    private void deliver(PendingEvents.Turn turn, PendingEvents queue) {
        while (!turn.isDone() && isRunAllowed()) {
            Optional<String> failure = delivered(turn.next());
            if (failure.isPresent()) {
                queue.retry(turn, failure.get());
                return;
            }
            turn.delivered();
        }
    }

    /** Empty if the event was delivered; else the reason. */
    private Optional<String> delivered(TreeEvent event) {
        // Not auto-released, since a pooled exchange would have lost its exception by then
        Exchange exchange = createExchange(false);
        try {
            message.write(event, exchange.getMessage());
            getProcessor().process(exchange);
        } catch (Throwable e) { // An Error must not end the thread, or nothing would be delivered any more
            exchange.setException(e);
        }
        boolean failed = exchange.getException() != null || exchange.isRollbackOnly();
        if (failed) {
            getExceptionHandler().handleException(
                    "A change of " + event.path() + " could not be processed and is redelivered", exchange,
                    exchange.getException());
        }
        Optional<String> failure = failed ? Optional.of(exchange.getException() == null ? "a step rolled the exchange back"
                : Faults.root(exchange.getException()).toString()) : Optional.empty();
        releaseExchange(exchange, false);
        return failure;
    }

    private long patience() {
        var strategy = endpoint.getCamelContext().getShutdownStrategy();
        return strategy.getTimeUnit().toMillis(strategy.getTimeout());
    }

    private ExecutorServiceManager threads() {
        return endpoint.getCamelContext().getExecutorServiceManager();
    }
}
