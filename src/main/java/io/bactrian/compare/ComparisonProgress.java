package io.bactrian.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the files that are still to be compared, to show progress. Thread-safe.
 */
public final class ComparisonProgress {
    private static final Logger LOG = LoggerFactory.getLogger(ComparisonProgress.class);

    /** How long a comparison takes before the files are counted. */
    private static final Duration COUNT_AFTER = Duration.ofSeconds(5);

    private final Path root;
    private final Filter filter;
    private final LongSupplier nanoTime;
    private final long began;
    private final AtomicBoolean counting = new AtomicBoolean();
    private final AtomicLong files = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean counted;

    public ComparisonProgress(Path root, Filter filter) {
        this(root, filter, System::nanoTime);
    }

    ComparisonProgress(Path root, Filter filter, LongSupplier nanoTime) {
        this.root = root;
        this.filter = filter;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /** Progress was requested: starts to count the files of a comparison that takes long. */
    public void requested() {
        if (nanoTime.getAsLong() - began > COUNT_AFTER.toNanos() && counting.compareAndSet(false, true)) {
            Thread thread = new Thread(() -> {
                try {
                    countAll();
                    counted = true;
                } catch (RuntimeException | Error e) {
                    // Only the progress is lost; the comparison goes on
                    LOG.warn("Cannot count the files of {}, so no progress is shown: {}", root, e.toString());
                }
            }, "bactrian-progress");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void countAll() {
        Deque<String> directories = new ArrayDeque<>(List.of(TreePath.ROOT));
        while (!directories.isEmpty()) {
            count(directories.pop(), directories);
        }
    }

    private void count(String directory, Deque<String> below) {
        try {
            for (Map.Entry<String, Stat> child : Scanner.list(root.resolve(directory)).children().entrySet()) {
                String path = TreePath.child(directory, child.getKey());
                boolean isDirectory = child.getValue().kind() == Stat.Kind.DIRECTORY;
                if (isDirectory && filter.admits(path, true)) {
                    below.push(path);
                } else if (child.getValue().kind() == Stat.Kind.FILE && filter.admits(path, false)) {
                    files.incrementAndGet();
                    bytes.addAndGet(child.getValue().size());
                }
            }
        } catch (IOException e) {
            // The comparison reports it.
        }
    }

    /** A file of this size was compared. */
    public void compared(long size) {
        files.decrementAndGet();
        bytes.addAndGet(-size);
    }

    /** Files that are still to be compared; 0 until all are counted. */
    public long files() {
        return counted ? Math.max(0, files.get()) : 0;
    }

    /** The total size of these files. */
    public long bytes() {
        return counted ? Math.max(0, bytes.get()) : 0;
    }
}
