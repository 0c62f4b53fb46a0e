package io.bactrian.manage;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;

import io.bactrian.change.Work;
import io.bactrian.fault.Faults;
import io.bactrian.host.ErrorInterceptor;
import io.bactrian.link.Link;
import io.bactrian.link.LinkFaults;
import io.bactrian.source.Links;
import io.bactrian.target.Mirrors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;

/**
 * Sees what no route handles: an exchange that begins by itself and fails, by whatever {@link Throwable}. Camel logs it and
 * goes on as if nothing had been. Here what it had begun is given back, who it concerns is unhealthy at once, and a
 * source is compared whole before it is in step again. Thread-safe.
 */
final class Watchdog {
    /** Routes whose failures are answered to who called. */
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

    private void seen(Exchange exchange) {
        String route = String.valueOf(exchange.getFromRouteId());
        if (!route.startsWith(SERVING)) {
            failed(route, exchange, isNew(exchange.getException()));
        }
    }

    /** What is part of another exchange fails that one, too. Which is one that cannot be told: a queue passes on all properties. */
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
            link.map(List::of).orElseGet(links::all).forEach(is -> is.sights().faulted(route, why));
        }
        if (route.equals("send-changes")) {
            link.ifPresent(is -> endTurn(is, exchange.getExchangeId(), why));
        } else if (route.equals("send-contents") && exchange.getProperty("sends", false, Boolean.class)) {
            Optional<Work.Upload> upload = Optional.ofNullable(exchange.getProperty("upload", Work.Upload.class));
            link.ifPresent(is -> is.uploads().abandoned(upload.map(Work.Upload::path)));
        }
    }

    /** Before a route's first step is done, the body is all that tells. */
    private static Optional<Link> link(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty("link", Link.class))
                .or(() -> Optional.ofNullable(exchange.getMessage().getBody()).filter(Link.class::isInstance).map(Link.class::cast));
    }

    /** One turn at a time: of a turn that goes on for ever nothing would follow. */
    private static void endTurn(Link link, String who, Throwable why) {
        synchronized (link) {
            if (link.turns().isEndedBy(who)) {
                link.turnFailed(LinkFaults.explain(why, link), LinkFaults.kind(why), false);
            }
        }
    }

    private final class Failures extends SimpleEventNotifierSupport {
        private Failures() {
            setIgnoreExchangeEvents(false);
            setIgnoreExchangeFailedEvents(false);
        }

        @Override
        public boolean isEnabled(CamelEvent event) {
            return event instanceof CamelEvent.ExchangeFailedEvent;
        }

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof CamelEvent.ExchangeFailedEvent failed) {
                seen(failed.getExchange());
            }
        }
    }

    /** Begins to see what fails in this context; before its routes are made. */
    void of(CamelContext context) {
        ExtendedCamelContext extended = context.getCamelContextExtension();
        // Camel tells a bean its context more than once
        if (extended.getInterceptStrategies().stream().noneMatch(ErrorInterceptor.class::isInstance)) {
            extended.addInterceptStrategy(new ErrorInterceptor());
        }
        Failures failures = new Failures();
        failures.start();
        context.getManagementStrategy().addEventNotifier(failures);
    }
}
