package io.bactrian.route;

import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.watch.FileWatch;
import io.bactrian.watch.WatchState;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Status;

/** Tells what this process is doing. Thread-safe. */
public final class StatusReport implements Supplier<Status> {
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
        Optional<WatchState> state = watch.watchState("watch-source-" + link.name());
        boolean blind = state.isEmpty() || state.get().isBlind();
        Optional<Status.Trouble> trouble = link.lastError()
                .or(() -> state.filter(WatchState::isBlind).map(is -> new Status.Trouble(is.since(), "", is.blindness())));
        return new Status.Link(link.name(), link.source().directory().toString(), link.target().toString(),
                blind && link.isInStep() ? "blind" : link.doing(), link.isInStep(), link.pending(),
                state.map(WatchState::watchedDirectories).orElse(0), link.sent(), link.expected(), link.compression.status(), trouble,
                link.troubles().list(), link.guard.tripped());
    }

    /** The same as JSON. */
    public byte[] json() {
        return Codec.JSON.write(get());
    }
}
