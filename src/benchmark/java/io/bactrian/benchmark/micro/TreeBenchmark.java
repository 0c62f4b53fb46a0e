package io.bactrian.benchmark.micro;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.bactrian.benchmark.place.Place;
import io.bactrian.change.PlannedChange;
import io.bactrian.change.TouchedPath;
import io.bactrian.compare.Comparison;
import io.bactrian.compare.ComparisonListener;
import io.bactrian.compare.FileReader;
import io.bactrian.compare.RemovalPolicy;
import io.bactrian.compare.TargetCapabilities;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.plan.Uploads;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A tree of 10,000 small files in 100 directories. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TreeBenchmark {
    private static final int DIRECTORIES = 100;
    private static final int FILES = 100;

    private Path root;
    private Index view;
    private IndexEntry some;
    private int turn;

    /** Makes the tree, and an index that holds all of it. */
    @Setup
    public void makeTree() throws IOException {
        root = Files.createTempDirectory("bactrian-benchmark-");
        view = Index.inMemory();
        for (int i = 0; i < DIRECTORIES; i++) {
            Path directory = Files.createDirectory(root.resolve("directory-" + i));
            for (int j = 0; j < FILES; j++) {
                byte[] content = (i + " " + j).getBytes(StandardCharsets.US_ASCII);
                Path file = Files.write(directory.resolve("file-" + j), content);
                Stat stat = Stat.of(file).orElseThrow();
                some = IndexEntry.seen(new Entry.File(root.relativize(file).toString(), stat.mode(), stat.modified(),
                        stat.size(), Digest.of(content)), stat);
                view.put(some);
            }
        }
        for (int i = 0; i < DIRECTORIES; i++) {
            hold("directory-" + i);
        }
        hold("");
    }

    private void hold(String path) throws IOException {
        Stat stat = Stat.of(root.resolve(path)).orElseThrow();
        view.put(IndexEntry.seen(new Entry.Directory(path, stat.mode(), stat.modified()), stat));
    }

    @TearDown
    public void removeTree() throws IOException {
        view.close();
        Place.remove(root);
    }

    /** A comparison of the whole tree with what is held, which finds nothing. */
    @Benchmark
    public void comparison() throws IOException {
        new Comparison(root, Filter.ALL, view, new TargetCapabilities(true, true), RemovalPolicy.NONE, new FileReader(root, 1000, new Uploads(1, 1)),
                new Nothing()).run(List.of(TouchedPath.EVERYTHING));
    }

    /** The root's digest after one file of the 10,000 has changed. */
    @Benchmark
    public Digest digest() {
        Entry.File file = (Entry.File) some.entry();
        view.put(IndexEntry.unseen(new Entry.File(file.path(), file.mode(), Time.ofNanos(++turn), file.size(), file.digest())));
        Digest digest = view.digest("");
        view.put(some);
        return digest;
    }

    /** Fails if anything is found: then it would not be what is meant to be measured. */
    private static final class Nothing implements ComparisonListener {
        @Override
        public void change(PlannedChange planned) {
            throw new IllegalStateException("nothing has changed but " + planned);
        }

        @Override
        public void upload(String path, Stat stat) {
            throw new IllegalStateException("nothing has changed but " + path);
        }

        @Override
        public void remember(IndexEntry held) {
            throw new IllegalStateException("nothing has changed but " + held);
        }

        @Override
        public void trouble(String path, String why) {
            throw new IllegalStateException(path + ": " + why);
        }

        @Override
        public void skipped(String path, String what) {
            throw new IllegalStateException(path + ": " + what);
        }

        @Override
        public void lookAgain(String path, Duration after) {
            throw new IllegalStateException(path + " is to be looked at again");
        }
    }
}
