package io.bactrian.benchmark.row;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import io.bactrian.benchmark.peer.Bactrian;
import io.bactrian.benchmark.peer.Peer;
import io.bactrian.benchmark.place.Pause;
import io.bactrian.benchmark.place.Place;
import io.bactrian.benchmark.place.Program;

/**
 * A very large tree and two small JVMs: what a comparison of everything costs that finds nothing. The time is that of
 * the first sync; the bytes are those of an interval in which at least one comparison begins. Bactrian only. Immutable.
 *
 * @param interval between two comparisons
 */
record Rescan(String name, String work, Tree tree, Duration interval, Goal goal) implements Row {
    private static final String HEAP = "384m";

    /** A target closes a connection on which nothing was asked for a minute. */
    private static final Duration CONNECTIONS_END = Duration.ofSeconds(70);

    @Override
    public boolean usual() {
        return false;
    }

    @Override
    public boolean suits(Peer peer) {
        return peer instanceof Bactrian;
    }

    @Override
    public Measurement measure(Peer peer, Place place) throws IOException {
        tree.settle(place);
        Expected all = Expected.of(place.source(), "");
        // Its renewals would be counted, and they are the sender's sign of life and not the rescan's.
        Bactrian.Running running = ((Bactrian) peer).withHeap(HEAP).withTarget("bactrian.lease", "1h")
                .withSource("bactrian.source.default.rescan", interval.toSeconds() + "s").open(place);
        Meter first = new Meter(place);
        running.follow();
        all.await(place.target());
        first.stop();
        place.awaitSilence();
        // The ends of the connections that the first sync needed are not the rescan's either.
        Pause.of(CONNECTIONS_END);
        Program source = running.programs().get(1);
        Duration before = source.processorTime();
        Meter rescan = new Meter(place);
        Pause.of(interval.multipliedBy(3).dividedBy(2));
        Duration used = source.processorTime().minus(before);
        Measurement is = rescan.read(first.seconds(), Optional.empty(), true, String.format(Locale.ROOT,
                "first sync's time; in %d s of rescans the source used %.1f s of processor time",
                interval.toSeconds() * 3 / 2, used.toMillis() / 1000.0));
        long memory = 0;
        for (Program program : running.programs()) {
            memory = Math.max(memory, program.peakMemory());
        }
        return new Measurement(is.seconds(), is.slowest(), is.sent(), is.received(), Optional.of(memory), is.state(),
                is.note());
    }
}
