package io.bactrian.manage;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;

import io.bactrian.fault.Faults;
import io.bactrian.host.ErrorInterceptor;
import io.bactrian.link.Link;
import io.bactrian.link.LinkFaults;
import io.bactrian.link.Window;
import io.bactrian.source.Links;
import io.bactrian.target.Mirrors;
import io.bactrian.upload.FileUpload;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;

/**
 * Handles failures that no route handles: of an exchange without a caller, by any {@link Throwable}. Camel only logs them.
 * The watchdog releases what the exchange had taken, and makes the affected mirrors unhealthy at once. A source is then
 * compared completely before it is in step again. Thread-safe.
 */
final class Watchdog extends SimpleEventNotifierSupport {
    /** Prefix of the routes that report failures to their caller. */
    private static final String SERVING = "serve-";
    private static final List<String> OF_TARGETS = List.of("open-replicas", "check-replicas", "scrub-replica", "scrub-replicas",
            "sweep-staging", "sweep-trash");

    private final Links links;
    private final Mirrors mirrors;
    private WeakReference<Throwable> last = new WeakReference<>(null);

    Watchdog(Links links, Mirrors mirrors) {
        this.links = links;
        this.mirrors = mirrors;
    }

    /** An exchange's failure fails its parent, too. Which is the parent cannot be told, as a queue passes on all properties. */
    private synchronized boolean isNew(Throwable why) {
        Throwable root = Faults.root(why);
        boolean isNew = last.get() != root;
        last = new WeakReference<>(root);
        return isNew;
    }

    private void failed(String route, Exchange exchange, boolean isNew) {
        Throwable why = exchange.getException();
        if (OF_TARGETS.contains(route)) {
            mirrors.all().stream().filter(is -> isNew)
                    .forEach(mirror -> mirror.trouble("", route + " failed: " + Faults.reason(Faults.root(why))));
            return;
        }
        Optional<Link> link = link(exchange);
        if (isNew) {
            link.map(List::of).orElseGet(links::all).forEach(is -> is.watchCoverage().faulted(route, why));
        }
        if (route.equals("send-changes")) {
            link.ifPresent(is -> endTurn(is, exchange.getExchangeId(), why));
        } else if (route.equals("compare-changes")) {
            Optional.ofNullable(exchange.getProperty("window", Window.class)).ifPresent(is -> is.fail(why));
        } else if (route.equals("send-contents") && exchange.getProperty("sends", false, Boolean.class)) {
            Optional<FileUpload> upload = Optional.ofNullable(exchange.getProperty("upload", FileUpload.class));
            link.ifPresent(is -> is.uploads().abandoned(upload.map(FileUpload::path)));
        }
    }

    /** Before a route's first step has set the property, only the body identifies the link. */
    private static Optional<Link> link(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty("link", Link.class))
                .or(() -> Optional.ofNullable(exchange.getMessage().getBody()).filter(Link.class::isInstance).map(Link.class::cast));
    }

    /** Ends the turn of a failed exchange: a link has one turn at a time, so one that never ends would block it for ever. */
    private static void endTurn(Link link, String who, Throwable why) {
        synchronized (link) {
            if (link.turns().isEndedBy(who)) {
                link.turnFailed(LinkFaults.explain(why, link), LinkFaults.kind(why), false);
            }
        }
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return event instanceof CamelEvent.ExchangeFailedEvent;
    }

    @Override
    public void notify(CamelEvent event) {
        Exchange exchange = ((CamelEvent.ExchangeFailedEvent) event).getExchange();
        String route = String.valueOf(exchange.getFromRouteId());
        if (!route.startsWith(SERVING)) {
            failed(route, exchange, isNew(exchange.getException()));
        }
    }

    /** Starts observing this context. Call it before its routes are created. */
    void observe(CamelContext context) {
        ExtendedCamelContext extended = context.getCamelContextExtension();
        // Camel sets a bean's context more than once
        if (extended.getInterceptStrategies().stream().noneMatch(ErrorInterceptor.class::isInstance)) {
            extended.addInterceptStrategy(new ErrorInterceptor());
        }
        setIgnoreExchangeEvents(false);
        setIgnoreExchangeFailedEvents(false);
        start();
        context.getManagementStrategy().addEventNotifier(this);
    }
}
