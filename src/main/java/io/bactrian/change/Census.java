package io.bactrian.change;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.tree.Filter;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of a tree is still to be compared: what a person who waits wants to know, and nothing else depends on.
 * Thread-safe.
 */
public final class Census {
    private static final Logger LOG = LoggerFactory.getLogger(Census.class);

    /** How long a comparison goes on before it is worth counting what there is. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path root;
    private final Filter filter;
    private final long began = System.nanoTime();
    private final AtomicBoolean counting = new AtomicBoolean();
    private final AtomicLong files = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean counted;

    public Census(Path root, Filter filter) {
        this.root = root;
        this.filter = filter;
    }

    /** Somebody wants to know: if the comparison takes its time, the tree is counted, by stat alone. */
    public void asked() {
        if (System.nanoTime() - began > PATIENCE.toNanos() && counting.compareAndSet(false, true)) {
            Thread thread = new Thread(() -> {
                try {
                    countAll();
                    counted = true;
                } catch (RuntimeException | Error e) {
                    // How much is left is not known then, as before it was counted; the comparison goes on
                    LOG.warn("{} cannot be counted, so that no progress is shown: {}", root, e.toString());
                }
            }, "bactrian-census");
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
            // The comparison says so where it matters.
        }
    }

    /** A file of this size is compared. */
    public void compared(long size) {
        files.decrementAndGet();
        bytes.addAndGet(-size);
    }

    /** Files that are still to be compared; zero until all are counted. */
    public long files() {
        return counted ? Math.max(0, files.get()) : 0;
    }

    /** Their size together. */
    public long bytes() {
        return counted ? Math.max(0, bytes.get()) : 0;
    }
}
