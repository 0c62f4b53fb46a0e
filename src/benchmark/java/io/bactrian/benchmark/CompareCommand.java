package io.bactrian.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;

import io.bactrian.benchmark.peer.Bactrian;
import io.bactrian.benchmark.peer.Lsyncd;
import io.bactrian.benchmark.peer.Peer;
import io.bactrian.benchmark.peer.Rsync;
import io.bactrian.benchmark.peer.Syncthing;
import io.bactrian.benchmark.peer.Unison;
import io.bactrian.benchmark.place.Cleanup;
import io.bactrian.benchmark.place.Leftover;
import io.bactrian.benchmark.place.Loopback;
import io.bactrian.benchmark.place.Namespaces;
import io.bactrian.benchmark.place.Network;
import io.bactrian.benchmark.place.Place;
import io.bactrian.benchmark.place.Program;
import io.bactrian.benchmark.report.Machine;
import io.bactrian.benchmark.report.Run;
import io.bactrian.benchmark.report.RunLog;
import io.bactrian.benchmark.report.Table;
import io.bactrian.benchmark.row.Row;
import io.bactrian.benchmark.row.Rows;
import io.bactrian.benchmark.row.Sizes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares the peers, row by row, and writes the table. */
@Command(name = "compare", description = "Compares Bactrian with its peers.")
final class CompareCommand implements Callable<Integer> {
    private static final Path MEMORY = Path.of("/dev/shm");

    @Spec
    CommandSpec spec;

    @Option(names = "--rows", required = true, split = ",", description = "what work; all but 'million' if empty")
    List<String> rows;

    @Option(names = "--peers", required = true, split = ",", description = "which programs; all if empty")
    List<String> peers;

    @Option(names = "--runs", required = true, description = "how often each")
    int runs;

    @Option(names = "--files", required = true, description = "in the large tree; other trees in proportion")
    int files;

    @Option(names = "--mebibytes", required = true, description = "of the large file; other files in proportion")
    int mebibytes;

    @Option(names = "--samples", required = true, description = "of the latency")
    int samples;

    @Option(names = "--rescan", required = true, description = "seconds between comparisons in the row 'million'")
    int rescan;

    @Option(names = "--network", required = true, description = "namespaces, loopback, or auto")
    String network;

    @Option(names = "--directory", required = true, description = "below which trees are made; in memory if empty")
    String directory;

    @Option(names = "--java", required = true, description = "the program that runs the jar")
    String java;

    @Option(names = "--jar", required = true, description = "Bactrian's runnable jar")
    Path jar;

    @Option(names = "--output", required = true, description = "the directory for table.md and runs.jsonl")
    Path output;

    @Override
    public Integer call() throws IOException {
        Sizes sizes = sizes();
        List<Row> chosen = choose("rows", rows, new Rows(sizes, Duration.ofSeconds(rescan)).all(), Row::name,
                Row::usual);
        List<Peer> wanted = choose("peers", peers, List.of(new Bactrian(java, jar), new Rsync(), new Lsyncd(),
                new Syncthing(), new Unison()), Peer::name,
                peer -> true);
        List<Peer> present = wanted.stream().filter(CompareCommand::isInstalled).toList();
        try (Cleanup cleanup = new Cleanup()) {
            Path below = directory(cleanup, sizes.space(chosen.stream().allMatch(Row::usual)));
            Network between = network(cleanup, below);
            List<String> about = new ArrayList<>(List.of(Machine.describe(below), Machine.java(java),
                    between.description()));
            for (Peer peer : wanted) {
                about.add(isInstalled(peer) ? peer.version() : peer.name() + ": not installed");
            }
            about.add(runs == 1 ? "one run each" : "median of " + runs + " runs (least .. most)");
            if (!sizes.isFull()) {
                about.add("the goals are meant for " + Sizes.FULL.files() + " files and " + Sizes.FULL.mebibytes()
                        + " MiB, and not for these sizes");
            }
            PrintWriter progress = spec.commandLine().getErr();
            about.forEach(progress::println);
            List<Run> done = new Comparison(between, below, cleanup, new RunLog(output.resolve("runs.jsonl")), progress)
                    .run(chosen, present, runs);
            String table = Table.of(about, chosen, present.stream().map(Peer::name).toList(), done);
            Files.writeString(output.resolve("table.md"), table);
            spec.commandLine().getOut().println(table);
            spec.commandLine().getOut().flush();
            return done.stream().anyMatch(run -> run.failure().isPresent()) ? 1 : 0;
        }
    }

    private Sizes sizes() {
        if (runs < 1) {
            throw new ParameterException(spec.commandLine(), "benchmark.runs=" + runs + ": give 1 or more");
        }
        if (!Files.isRegularFile(jar)) {
            throw new ParameterException(spec.commandLine(), jar + " is not there: build it with mvn package");
        }
        try {
            return new Sizes(files, mebibytes, samples);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private <T> List<T> choose(String what, List<String> names, List<T> all, Function<T, String> name,
            Predicate<T> usual) {
        List<String> wanted = names.stream().map(String::strip).filter(given -> !given.isEmpty()).toList();
        List<String> known = all.stream().map(name).toList();
        for (String given : wanted) {
            if (!known.contains(given)) {
                throw new ParameterException(spec.commandLine(), "benchmark." + what + ": '" + given
                        + "' is none of " + String.join(", ", known));
            }
        }
        return all.stream().filter(one -> wanted.isEmpty() ? usual.test(one) : wanted.contains(name.apply(one)))
                .toList();
    }

    private static boolean isInstalled(Peer peer) {
        return peer.programs().stream().allMatch(Program::isInstalled);
    }

    /** A new one, which goes with all that is in it; that of a benchmark that was killed goes now. */
    private Path directory(Cleanup cleanup, long space) throws IOException {
        Path below = !directory.isBlank() ? Path.of(directory)
                : Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
        Files.createDirectories(below);
        for (Path old : Leftover.in(below)) {
            Place.remove(old);
        }
        long free = Files.getFileStore(below).getUsableSpace();
        if (free < space) {
            throw new ParameterException(spec.commandLine(), String.format(Locale.ROOT, "%s has %,d MB free and %,d MB "
                    + "are needed: give another benchmark.directory, or less work by benchmark.files and "
                    + "benchmark.mebibytes", below, free / 1_000_000, space / 1_000_000));
        }
        Path made = Files.createDirectory(below.toAbsolutePath().resolve(Leftover.ownName()));
        cleanup.add((Closeable) () -> Place.remove(made));
        return made;
    }

    private Network network(Cleanup cleanup, Path below) throws IOException {
        Optional<String> missing = network.equals("loopback") ? Optional.of("benchmark.network=loopback")
                : Namespaces.missing();
        return switch (network) {
            case "auto", "loopback" -> missing.isPresent() ? new Loopback(missing.get())
                    : Namespaces.make(cleanup, below);
            case "namespaces" -> {
                if (missing.isPresent()) {
                    throw new ParameterException(spec.commandLine(), "benchmark.network=namespaces: " + missing.get());
                }
                yield Namespaces.make(cleanup, below);
            }
            default -> throw new ParameterException(spec.commandLine(), "benchmark.network=" + network
                    + ": give namespaces, loopback or auto");
        };
    }
}
