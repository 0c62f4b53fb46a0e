package io.bactrian.benchmark.row;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import io.bactrian.benchmark.peer.Peer;
import io.bactrian.benchmark.place.Pause;
import io.bactrian.benchmark.place.Place;

/**
 * A file of 4 KB is written, again and again, at moments that nobody can foresee: the time from the begin of writing
 * until its content can be read on the target. Immutable.
 */
record Latency(String name, String work, Tree tree, int samples, Goal goal) implements Row {
    private static final int SIZE = 4096;
    private static final long LONGEST_PAUSE = 300;
    private static final Duration LOOK = Duration.ofNanos(300_000);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public Measurement measure(Peer peer, Place place) throws IOException {
        tree.settle(place);
        Expected all = Expected.of(place.source(), "");
        Peer.Session session = peer.open(place);
        session.follow();
        all.await(place.target());
        place.awaitSilence();
        Path directory = aDirectory(place.source());
        Random random = new Random(SIZE);
        double[] seconds = new double[samples];
        Meter meter = new Meter(place);
        for (int i = 0; i < samples; i++) {
            Pause.millis(random.nextLong(LONGEST_PAUSE));
            seconds[i] = sample(session, place, directory.resolve("sample-" + i), random);
        }
        Arrays.sort(seconds);
        return meter.read(rank(seconds, 0.5), Optional.of(rank(seconds, 0.99)), !session.watches(), "");
    }

    private static double sample(Peer.Session session, Place place, Path file, Random random) throws IOException {
        byte[] content = new byte[SIZE];
        random.nextBytes(content);
        Path copy = place.target().resolve(place.source().relativize(file));
        long began = System.nanoTime();
        Files.write(file, content);
        session.changed();
        while (!Files.exists(copy) || !Arrays.equals(Files.readAllBytes(copy), content)) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new IOException(copy + " is not there after " + PATIENCE.toMinutes() + " minutes");
            }
            Pause.of(LOOK);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private static Path aDirectory(Path source) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            return all.filter(Files::isRegularFile).sorted().findFirst().orElseThrow().getParent();
        }
    }

    /** The smallest value that so much of all do not exceed. */
    static double rank(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
