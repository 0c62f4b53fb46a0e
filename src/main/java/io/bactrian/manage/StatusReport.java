package io.bactrian.manage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.host.ContextBean;
import io.bactrian.link.Link;
import io.bactrian.link.LinkStatus;
import io.bactrian.measure.LinkCounters;
import io.bactrian.mirror.Mirror;
import io.bactrian.source.Links;
import io.bactrian.source.WatchRoutes;
import io.bactrian.target.Mirrors;
import io.bactrian.watch.FileWatch;
import io.bactrian.watch.WatchState;
import io.bactrian.wire.Status;
import org.apache.camel.CamelContext;

/** Reports the status of this process, including failures of routes, which it observes. Thread-safe. */
public final class StatusReport extends ContextBean implements Supplier<Status> {
    private final Links links;
    private final Mirrors mirrors;
    private final FileWatch watch;

    public StatusReport(Links links, Mirrors mirrors, FileWatch watch) {
        this.links = links;
        this.mirrors = mirrors;
        this.watch = watch;
    }

    @Override
    public Status get() {
        String version = StatusReport.class.getPackage().getImplementationVersion();
        return new Status(version == null ? "development" : version, ProcessHandle.current().pid(),
                links.all().stream().map(this::link).toList(), mirrors.all().stream().map(Mirror::status).toList());
    }

    private Status.Link link(Link link) {
        LinkStatus standing = link.status();
        Optional<WatchState> watched = watch.watchState(WatchRoutes.route(link.name()));
        Optional<String> blind = watched.filter(WatchState::isBlind).map(WatchState::blindness);
        boolean ready = watched.isPresent() && blind.isEmpty();
        Optional<String> guard = link.guard().reason(standing.isElseInStep());
        Optional<Status.Trouble> fault = link.watchCoverage().fault();
        List<Status.Trouble> held = link.heldPaths().list();
        Status.Wire wire = link.compression().status();
        LinkCounters sent = link.sent();
        return new Status.Link(link.name(), link.source().directory().toString(), link.target().toString(),
                standing.state(), ready, standing.inStep(), unhealthy(guard, blind, fault, link.lastError(), held),
                standing.inStep() ? 0 : link.pending(), standing.inStep() ? 0 : link.lag(),
                watched.map(WatchState::watchedDirectories).orElse(0), blind, guard,
                sent.totals(), link.expected(), wire, sent.saved(wire), sent.outcomes(), sent.batches(), sent.errors(),
                link.lastError().or(() -> fault).or(() -> watched.filter(WatchState::isBlind)
                        .map(is -> new Status.Trouble(is.since(), "", is.blindness()))), held,
                written(link), link.rescans().status());
    }

    private static Status.Written written(Link link) {
        return new Status.Written(link.files().largeFileTiming().beingWritten().entrySet().stream()
                .map(file -> new Status.Written.File(file.getKey(), file.getValue())).toList(), link.sent().wasted());
    }

    private static List<String> unhealthy(Optional<String> guard, Optional<String> blind, Optional<Status.Trouble> fault,
            Optional<Status.Trouble> error, List<Status.Trouble> held) {
        List<String> reasons = new ArrayList<>();
        guard.ifPresent(reasons::add);
        blind.map(why -> "blind: " + why).ifPresent(reasons::add);
        fault.map(Status.Trouble::what).ifPresent(reasons::add);
        error.map(Status.Trouble::what).filter(why -> guard.isEmpty()).ifPresent(reasons::add);
        held.stream().findFirst().map(first -> "held back: " + held.size() + (held.size() == 1 ? " path: " : " paths, for example ")
                + (first.path().isEmpty() ? "." : first.path()) + " (" + first.what() + ")").ifPresent(reasons::add);
        return reasons;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        new Watchdog(links, mirrors).observe(camelContext);
    }
}
