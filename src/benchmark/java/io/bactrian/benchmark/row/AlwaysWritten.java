package io.bactrian.benchmark.row;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.bactrian.benchmark.peer.Peer;
import io.bactrian.benchmark.place.Pause;
import io.bactrian.benchmark.place.Place;

/**
 * A large file is written to all the while, 4 KiB at a random place each 50 ms: how old its copy is (the median, and the
 * oldest), what is sent, and what processors take for it. Who does not watch is started again and again. Immutable.
 *
 * @param writes how many
 */
record AlwaysWritten(String name, String work, Tree tree, String file, int writes, Goal goal) implements Row {
    private static final int BLOCK = 4096;
    private static final long PAUSE = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Override
    public Measurement measure(Peer peer, Place place) throws IOException {
        tree.settle(place);
        Expected all = Expected.of(place.source(), "");
        Peer.Session session = peer.open(place);
        session.follow();
        all.await(place.target());
        place.awaitSilence();
        Duration before = processors();
        Meter meter = new Meter(place);
        AtomicBoolean writing = new AtomicBoolean(true);
        CompletableFuture<Void> again = session.watches() ? CompletableFuture.completedFuture(null)
                : CompletableFuture.runAsync(() -> bring(session, writing));
        double[] ages;
        try {
            ages = write(place);
        } finally {
            writing.set(false);
            again.join();
        }
        Duration took = processors().minus(before);
        session.changed();
        awaitLast(place);
        Arrays.sort(ages);
        return meter.read(Latency.rank(ages, 0.5), Optional.of(Latency.rank(ages, 1)), !session.watches(),
                String.format(Locale.ROOT, "age; %,d KB changed, %.0f %% of a core", writes * (long) BLOCK / 1000,
                        took.toMillis() / (writes * PAUSE / 100.0)));
    }

    private static void bring(Peer.Session session, AtomicBoolean writing) {
        try {
            while (writing.get()) {
                session.changed();
                Pause.millis(1_000);
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** Each write is followed by its number and its time at the file's beginning: so the copy's age can be read there. */
    private double[] write(Place place) throws IOException {
        Random random = new Random(BLOCK);
        byte[] block = new byte[BLOCK];
        double[] ages = new double[writes];
        long begun = System.nanoTime();
        try (FileChannel channel = FileChannel.open(place.source().resolve(file), StandardOpenOption.WRITE)) {
            int blocks = (int) Math.min(Integer.MAX_VALUE, channel.size() / BLOCK - 1);
            long[] at = new long[writes];
            for (int i = 0; i < writes; i++) {
                random.nextBytes(block);
                channel.write(ByteBuffer.wrap(block), (1 + random.nextInt(blocks)) * (long) BLOCK);
                channel.write(ByteBuffer.allocate(Long.BYTES).putLong(i + 1).flip(), 0);
                at[i] = System.nanoTime();
                long has = number(place.target().resolve(file));
                // Before the first copy anything may be there.
                boolean copied = has > 0 && has <= i + 1;
                ages[i] = has == i + 1 ? 0 : (at[i] - (copied ? at[(int) has - 1] : begun)) / 1e9;
                Pause.millis(PAUSE);
            }
        }
        return ages;
    }

    private void awaitLast(Place place) throws IOException {
        long begun = System.nanoTime();
        while (number(place.target().resolve(file)) != writes) {
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IOException("the last write is not there after " + PATIENCE.toMinutes() + " minutes");
            }
            Pause.millis(PAUSE);
        }
    }

    private static long number(Path path) throws IOException {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.read(number, 0) < Long.BYTES ? 0 : number.flip().getLong();
        } catch (NoSuchFileException e) {
            // It is just being replaced.
            return 0;
        }
    }

    /** What all processes that this one has started have taken, those that have ended included. */
    private static Duration processors() throws IOException {
        long ticks = children(ProcessHandle.current().pid());
        for (ProcessHandle process : (Iterable<ProcessHandle>) ProcessHandle.current().descendants()::iterator) {
            ticks += own(process.pid()) + children(process.pid());
        }
        return Duration.ofMillis(10 * ticks);
    }

    private static long own(long pid) throws IOException {
        return ticks(pid, 11);
    }

    private static long children(long pid) throws IOException {
        return ticks(pid, 13);
    }

    /** Two neighbouring fields of proc(5)'s stat, user and system, after the name, in hundredths of a second. */
    private static long ticks(long pid, int field) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[field]) + Long.parseLong(fields[field + 1]);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
