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

import io.bactrian.change.Touched;
import io.bactrian.link.Link;
import io.bactrian.measure.AdaptiveInterval;
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
            AdaptiveInterval interval = new AdaptiveInterval(source.rescan());
            rescans.put(source.name(), interval);
            for (URI target : source.targets()) {
                Link link = new Link(source, target, this.settings, Optional.of(source.state()));
                link.sights().by(() -> watch.watchState(Watches.route(source.name())));
                link.guard().by(() -> watch.toldUntil(Watches.route(source.name())));
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

    /** Adds touched places to what waits at every link of the source. */
    public void touch(@ExchangeProperty("source") String source, @Body Collection<Touched> touched) {
        of(source).forEach(link -> link.touch(touched));
    }

    /** The sources whose time for a rescan has come, each counted from its last one. */
    public List<String> dueForRescan() {
        return settings.sources().stream().map(SourceSettings::name)
                .filter(source -> rescans.get(source).take(() -> of(source).stream().allMatch(Link::isCaughtUp))).toList();
    }

    /** Whether a link's turn is to be made, that was taken for it. */
    public boolean begins(Exchange exchange, @Body Link link) {
        synchronized (link) {
            return link.turns().begin(exchange.getExchangeId());
        }
    }

    /** Whether one who came to send large contents of a link is needed: then he takes a place, until none is left to send. */
    public boolean sends(@Body Link link) {
        return link.uploads().begin();
    }

    /** Begins nothing more on any link. */
    public void stop() {
        links.forEach(Link::stop);
    }

    /** Whether no link is in its turn. */
    public boolean isResting() {
        return links.stream().allMatch(Link::isResting);
    }

    /** The links that hold a lease. */
    public List<Link> holdingLease() {
        return links.stream().filter(link -> link.session().isPresent()).toList();
    }

    /** Whether a process that is to end when all is done may end now. */
    public boolean isFinished() {
        return settings.once() && !links.isEmpty() && links.stream().allMatch(link -> link.guard().isStopped()
                || link.givenUp(settings.patience()).isPresent()
                || link.isCaughtUp() && link.troubles().persist());
    }

    /** Whether there are paths that could not be replicated. */
    public boolean hasLeftOver() {
        return links.stream().anyMatch(link -> link.givenUp(settings.patience()).isPresent() || link.guard().tripped().isPresent() || !link.troubles().list().isEmpty());
    }

    /** What could not be replicated, in one line for a person. */
    public String leftOver() {
        Optional<String> held = links.stream().flatMap(link -> link.guard().tripped().stream()).findFirst();
        if (held.isPresent()) {
            return held.get().replaceFirst("; removals wait.*", "") + "; if it is meant, run it once with --allow-removals";
        }
        List<String> vain = links.stream().flatMap(link -> link.givenUp(settings.patience()).stream()).toList();
        if (!vain.isEmpty()) {
            return "given up after " + Units.write(settings.patience()) + " (--wait) in which nothing arrived: "
                    + String.join("; ", vain);
        }
        List<String> paths = links.stream()
                .flatMap(link -> link.troubles().list().stream())
                .map(trouble -> (trouble.path().isEmpty() ? "." : trouble.path()) + " (" + trouble.what() + ")")
                .distinct().toList();
        return "not in step: " + paths.size() + (paths.size() == 1 ? " path: " : " paths, among them ")
                + String.join("; ", paths.subList(0, Math.min(3, paths.size())));
    }

    /** Gives every link's memory back. */
    public void close() throws IOException {
        for (Link link : links) {
            link.memory().close();
        }
    }
}
