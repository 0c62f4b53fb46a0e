package io.bactrian.benchmark.place;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where one peer does one piece of work once: two new directories, a network, and the processes. Closing removes all.
 */
public final class Place implements Closeable {
    private static final long SILENCE = 4096;
    private static final int SILENT = 2_000;
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Path directory;
    private final Network network;
    private final Cleanup cleanup;
    private final Duration roundTrip;
    private final List<Program> programs = new ArrayList<>();

    private Place(Path directory, Network network, Cleanup cleanup, Duration roundTrip) {
        this.directory = directory;
        this.network = network;
        this.cleanup = cleanup;
        this.roundTrip = roundTrip;
    }

    /** Makes one below this directory, where nothing else may be; zero is no delay. */
    public static Place make(Path below, Network network, Cleanup cleanup, Duration roundTrip) throws IOException {
        Place place = new Place(below.resolve("place"), network, cleanup, roundTrip);
        remove(place.directory);
        cleanup.add(place);
        Files.createDirectories(place.source());
        Files.createDirectories(place.target());
        return place;
    }

    public Path source() {
        return directory.resolve("source");
    }

    public Path target() {
        return directory.resolve("target");
    }

    /** A file or directory for the peer's own use. */
    public Path own(String name) {
        return directory.resolve(name);
    }

    public Network network() {
        return network;
    }

    /** Starts a process on the source's end. */
    public Program startAtSource(Map<String, String> environment, List<String> command) throws IOException {
        return start(network.atSource(command), environment);
    }

    /** Starts a process on the target's end. */
    public Program startAtTarget(Map<String, String> environment, List<String> command) throws IOException {
        return start(network.atTarget(command), environment);
    }

    /** Runs a command on the source's end, to its end. */
    public void runAtSource(Map<String, String> environment, List<String> command) throws IOException {
        Program program = startAtSource(environment, command);
        try {
            program.awaitSuccess();
        } finally {
            stop(program);
        }
    }

    private Program start(List<String> command, Map<String, String> environment) throws IOException {
        Program program = cleanup.add(Program.start(command, environment,
                directory.resolve("output-" + programs.size() + ".log")));
        programs.add(program);
        return program;
    }

    /** Ends a process. */
    public void stop(Program program) {
        cleanup.close(program);
    }

    /** The port at which the source reaches what listens on this one: itself, or that of a line that takes its time. */
    public int reach(int port) throws IOException {
        if (roundTrip.isZero()) {
            return port;
        }
        int line = network.port(port + 1000);
        startAtTarget(Map.of(), List.of(ProcessHandle.current().info().command().orElse("java"), "-cp",
                System.getProperty("java.class.path"), DistantLine.class.getName(), network.targetAddress(),
                String.valueOf(line), String.valueOf(port), String.valueOf(roundTrip.toMillis()))).awaitListening(line);
        return line;
    }

    /** Waits until next to nothing crosses any more; if that cannot be seen, a while. */
    public void awaitSilence() throws IOException {
        long end = System.nanoTime() + LONGEST.toNanos();
        Optional<Traffic> before;
        do {
            before = network.traffic();
            Pause.millis(SILENT);
        } while (before.isPresent() && System.nanoTime() < end
                && network.traffic().orElseThrow().since(before.get()).bytes() > SILENCE);
    }

    @Override
    public void close() throws IOException {
        for (int i = programs.size() - 1; i >= 0; i--) {
            cleanup.close(programs.get(i));
        }
        remove(directory);
    }

    /** Removes this place now. */
    public void end() {
        cleanup.close(this);
    }

    /** Removes a directory with all that is in it, if it is there. */
    public static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path done, IOException e) throws IOException {
                Files.delete(done);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
