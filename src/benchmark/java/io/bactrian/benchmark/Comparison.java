package io.bactrian.benchmark;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.bactrian.benchmark.peer.Peer;
import io.bactrian.benchmark.place.Cleanup;
import io.bactrian.benchmark.place.Network;
import io.bactrian.benchmark.place.Place;
import io.bactrian.benchmark.report.Run;
import io.bactrian.benchmark.report.RunLog;
import io.bactrian.benchmark.row.Measurement;
import io.bactrian.benchmark.row.Row;

/** Gives every row to every peer. Used once, by one thread. */
final class Comparison {
    private final Network network;
    private final Path directory;
    private final Cleanup cleanup;
    private final RunLog log;
    private final PrintWriter progress;

    Comparison(Network network, Path directory, Cleanup cleanup, RunLog log, PrintWriter progress) {
        this.network = network;
        this.directory = directory;
        this.cleanup = cleanup;
        this.log = log;
        this.progress = progress;
    }

    /** The peers take turns, so that a machine that gets slower does so for all of them. */
    List<Run> run(List<Row> rows, List<Peer> peers, int times) throws IOException {
        List<Run> runs = new ArrayList<>();
        for (Row row : rows) {
            for (int number = 1; number <= times; number++) {
                for (Peer peer : peers) {
                    if (row.suits(peer)) {
                        progress.printf(Locale.ROOT, "%s, %d of %d, %s: ", row.name(), number, times, peer.name());
                        progress.flush();
                        Run run = run(row, peer, number);
                        progress.println(run.measurement().map(Comparison::words).orElseGet(
                                run.failure()::orElseThrow));
                        progress.flush();
                        runs.add(run);
                        log.add(run);
                    }
                }
            }
        }
        return runs;
    }

    private Run run(Row row, Peer peer, int number) throws IOException {
        Place place = Place.make(directory, network, cleanup, row.roundTrip());
        try {
            return new Run(row.name(), peer.name(), number, Optional.of(row.measure(peer, place)), Optional.empty());
        } catch (IOException | UncheckedIOException e) {
            cleanup.check();
            return new Run(row.name(), peer.name(), number, Optional.empty(),
                    Optional.of(String.valueOf(e.getMessage())));
        } finally {
            place.end();
        }
    }

    private static String words(Measurement is) {
        return String.format(Locale.ROOT, "%.3f s%s%s, %s", is.seconds(),
                is.slowest().map(slowest -> String.format(Locale.ROOT, " (p99 %.3f s)", slowest)).orElse(""),
                is.bytes().map(bytes -> String.format(Locale.ROOT, ", %,d bytes", bytes)).orElse(""), is.state());
    }
}
