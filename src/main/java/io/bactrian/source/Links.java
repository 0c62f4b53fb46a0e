package io.bactrian.source;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.change.TouchedPath;
import io.bactrian.link.Link;
import io.bactrian.measure.AdaptiveInterval;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.settings.SourceSettings;
import io.bactrian.settings.Units;
import io.bactrian.watch.FileWatch;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** All links of this process: one for each source and each of its targets. Thread-safe. */
public final class Links {
    private final Settings settings;
    private final List<Link> links = new ArrayList<>();
    private final Map<String, AdaptiveInterval> rescans = new HashMap<>();

    public Links(Supplier<Settings> settings, FileWatch watch) {
        this.settings = settings.get();
        for (SourceSettings source : this.settings.sources()) {
            AdaptiveInterval interval = new AdaptiveInterval(source.value(Property.SOURCE_RESCAN));
            rescans.put(source.name(), interval);
            for (URI target : source.targets()) {
                Link link = new Link(source, target, this.settings, Optional.of(source.state()));
                link.watchCoverage().watchedBy(() -> watch.watchState(WatchRoutes.route(source.name())));
                link.guard().watchedBy(() -> watch.toldUntil(WatchRoutes.route(source.name())));
                link.rescans().share(interval);
                links.add(link);
            }
        }
    }

    public List<SourceSettings> sources() {
        return settings.sources();
    }

    public List<Link> all() {
        return links;
    }

    /** The links of one source. */
    public List<Link> of(@ExchangeProperty("source") String source) {
        return links.stream().filter(link -> link.name().equals(source)).toList();
    }

    /** Adds touched paths to the backlog of every link of the source. */
    public void touch(@ExchangeProperty("source") String source, @Body Collection<TouchedPath> touched) {
        of(source).forEach(link -> link.touch(touched));
    }

    /** The sources that are due for a rescan. */
    public List<String> dueForRescan() {
        return settings.sources().stream().map(SourceSettings::name)
                .filter(source -> rescans.get(source).take(() -> of(source).stream().allMatch(Link::isCaughtUp))).toList();
    }

    /** Whether the turn that was taken for a link begins here. */
    public boolean begins(Exchange exchange, @Body Link link) {
        synchronized (link) {
            return link.turns().begin(exchange.getExchangeId());
        }
    }

    /** Whether another sender of uploads may start for the link. */
    public boolean sends(@Body Link link) {
        return link.uploads().begin();
    }

    /** Stops all links: they begin no more work. */
    public void stop() {
        links.forEach(Link::stop);
    }

    /** Whether no link has a turn under way. */
    public boolean isResting() {
        return links.stream().allMatch(Link::isResting);
    }

    /** The links that hold a lease. */
    public List<Link> holdingLease() {
        return links.stream().filter(link -> link.session().isPresent()).toList();
    }

    /** Whether a run with --once is done. */
    public boolean isFinished() {
        return settings.value(Property.ONCE) && !links.isEmpty() && links.stream().allMatch(link -> link.guard().isStopped()
                || link.givenUp(settings.value(Property.WAIT)).isPresent()
                || link.isCaughtUp() && link.heldPaths().persist());
    }

    /** Whether there are paths that could not be replicated. */
    public boolean hasLeftOver() {
        return links.stream().anyMatch(link -> link.givenUp(settings.value(Property.WAIT)).isPresent()
                || link.guard().tripped().isPresent() || !link.heldPaths().list().isEmpty());
    }

    /** What could not be replicated, in one line for people. */
    public String leftOver() {
        Optional<String> held = links.stream().flatMap(link -> link.guard().tripped().stream()).findFirst();
        if (held.isPresent()) {
            return held.get().replaceFirst("; removals wait.*", "") + "; to approve, run it once with --allow-removals";
        }
        List<String> gaveUp = links.stream().flatMap(link -> link.givenUp(settings.value(Property.WAIT)).stream()).toList();
        if (!gaveUp.isEmpty()) {
            return "gave up after " + Units.write(settings.value(Property.WAIT)) + " (--wait) without progress: "
                    + String.join("; ", gaveUp);
        }
        List<String> paths = links.stream()
                .flatMap(link -> link.heldPaths().list().stream())
                .map(trouble -> (trouble.path().isEmpty() ? "." : trouble.path()) + " (" + trouble.what() + ")")
                .distinct().toList();
        return "not in step: " + paths.size() + (paths.size() == 1 ? " path: " : " paths, among them ")
                + String.join("; ", paths.subList(0, Math.min(3, paths.size())));
    }

    /** Closes the stores of all links. */
    public void close() throws IOException {
        for (Link link : links) {
            link.store().close();
        }
    }
}
