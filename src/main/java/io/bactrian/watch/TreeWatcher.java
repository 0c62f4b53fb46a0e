package io.bactrian.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts operating system events for a tree to {@link TreeEvent}s, and reports when it cannot see changes. One thread
 * runs it after {@link #open}; any thread may query its state or close it.
 */
final class TreeWatcher implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(TreeWatcher.class);
    private static final long CHECK_INTERVAL = TimeUnit.SECONDS.toNanos(1);
    private static final int KEYS_TOGETHER = 1000;
    private static final int MAX_CHECKS_BETWEEN_RETRIES = 32;
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(32);

    private final WatchedRoot root;
    private final Registrar registrar;
    private final Predicate<Path> wanted;
    private final Consumer<TreeEvent> events;
    private final WatchStateReporter stateReporter;
    private final OverflowLog overflowLog;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<WatchService> service = Optional.empty();
    private volatile Optional<WatchedTree> tree = Optional.empty();
    private final Mounts mounts;
    private volatile Optional<Throwable> fault = Optional.empty();
    private volatile OptionalLong toldUntil = OptionalLong.empty();
    private long pauseAfterFault = CHECK_INTERVAL / 2;
    private long faultAt;
    private long nextCheck;
    private int checksUntilRetry;
    private int checksBetweenRetries = 1;

    /**
     * @param directory the root, absolute; may be a symbolic link
     * @param wanted    whether a directory at a path below the root is to be watched
     * @param mounts    polled once a second for mounts and unmounts
     * @param events    receives every event on the watching thread; must not block
     */
    TreeWatcher(Path directory, Predicate<Path> wanted, Registrar registrar, Mounts mounts, Consumer<TreeEvent> events) {
        this.root = new WatchedRoot(directory);
        this.wanted = wanted;
        this.registrar = registrar;
        this.events = events;
        this.stateReporter = new WatchStateReporter(directory, events);
        this.overflowLog = new OverflowLog(directory);
        this.mounts = mounts;
    }

    /**
     * Watches everything that exists before it returns. If the root cannot be watched, the state becomes blind; that is
     * no error.
     */
    void open() {
        if (tryToWatch()) {
            reportState();
        }
        nextCheck = System.nanoTime() + CHECK_INTERVAL;
    }

    @Override
    public void run() {
        try {
            while (!isClosed()) {
                try {
                    step();
                } catch (RuntimeException | Error e) {
                    failed(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeService();
        }
    }

    /** Computed on demand: without a watched tree the state is blind, whatever was reported before. */
    WatchState state() {
        Optional<WatchedTree> watched = tree;
        WatchState state = stateReporter.state(watched.map(WatchedTree::size).orElse(0));
        return state.isBlind() || watched.isPresent() && fault.isEmpty() ? state : state.blind(
                "changes in " + root.directory() + " are not seen: the watch has failed and is being restarted");
    }

    /**
     * Restarts watching and then requests a full comparison, because events were lost. May be called by any thread.
     */
    void startAnew(Throwable cause) {
        fault = Optional.of(cause);
    }

    /** Makes {@link #run} return soon, without interrupting anything. */
    void close() {
        closed.countDown();
        closeService();
    }

    private void step() throws InterruptedException {
        long pause = Math.max(0, nextCheck - System.nanoTime());
        if (tree.isPresent()) {
            readAll(service.orElseThrow().poll(pause, TimeUnit.NANOSECONDS));
        } else {
            closed.await(pause, TimeUnit.NANOSECONDS);
        }
        if (nextCheck - System.nanoTime() <= 0) {
            nextCheck = System.nanoTime() + CHECK_INTERVAL;
            if (fault.isPresent()) {
                failed(fault.get());
            } else {
                check();
            }
        }
    }

    /**
     * No unexpected failure may end the watch, not even an {@link Error}: it restarts after a pause that doubles with
     * each failure.
     */
    private void failed(Throwable cause) {
        // Closing works by closing the watch service under the watching thread
        if (isClosed()) {
            return;
        }
        // Before anything that allocates memory, which may be exhausted
        tree = Optional.empty();
        fault = Optional.empty();
        stateReporter.fell();
        long now = System.nanoTime();
        pauseAfterFault = now - faultAt > 2 * LONGEST_PAUSE ? CHECK_INTERVAL
                : Math.min(LONGEST_PAUSE, 2 * pauseAfterFault);
        faultAt = now;
        nextCheck = now + pauseAfterFault;
        try {
            LOG.debug("Watching failed unexpectedly", cause);
            goBlind("changes in " + root.directory() + " are not seen: the watch failed with " + cause);
        } catch (RuntimeException | Error again) {
            // The state is blind already; only the reason is missing
            closeService();
        }
    }

    /**
     * Reads all keys that are ready before it reports any event. A directory that was moved is gone in one place and
     * new in another, and watching it there takes time during which it would seem to be gone.
     */
    private void readAll(WatchKey first) {
        List<TreeEvent> told = new ArrayList<>();
        WatchKey key = first;
        int keys = 0;
        try {
            for (; key != null && tree.isPresent(); keys++) {
                read(tree.get(), key, told::add);
                key = keys < KEYS_TOGETHER ? service.map(WatchService::poll).orElse(null) : null;
            }
        } finally {
            told.forEach(events);
        }
        if (keys <= KEYS_TOGETHER) {
            toldUntil = OptionalLong.of(System.nanoTime());
        }
    }

    /** The last time, by {@link System#nanoTime}, at which the system had no more events; empty if there was none. */
    OptionalLong toldUntil() {
        return toldUntil;
    }

    private void read(WatchedTree watched, WatchKey key, Consumer<TreeEvent> told) {
        if (new WatchKeyReader(watched, overflowLog, told).read(key)) {
            reportState();
        } else {
            goBlind("changes in " + root.directory() + " are not seen: it was removed or unmounted");
        }
    }

    private void check() {
        if (tree.isEmpty()) {
            if (tryToWatch()) {
                events.accept(new TreeEvent(Path.of(""), TreeEvent.Kind.SEEN_AGAIN));
                reportState();
            }
            return;
        }
        Optional<String> loss = root.loss();
        if (loss.isPresent()) {
            goBlind(loss.get());
            // A link that was redirected leads to something that can be watched at once
            nextCheck = System.nanoTime();
        } else {
            mounts.changed().forEach(new WatchKeyReader(tree.get(), overflowLog, events)::remounted);
            retryBlindSpots(tree.get());
        }
    }

    /** Retries with growing pauses, since each blind spot may be a large tree; soon again after a success. */
    private void retryBlindSpots(WatchedTree watched) {
        if (checksUntilRetry-- > 0) {
            return;
        }
        int before = watched.blindSpots().size();
        watched.blindSpots().forEach(new WatchKeyReader(watched, overflowLog, events)::retry);
        boolean better = watched.blindSpots().size() < before;
        checksBetweenRetries = better || before == 0 ? 1 : Math.min(MAX_CHECKS_BETWEEN_RETRIES, checksBetweenRetries * 2);
        checksUntilRetry = checksBetweenRetries - 1;
        reportState();
    }

    private boolean tryToWatch() {
        try {
            Path real = root.resolve();
            mounts.below(real);
            service = Optional.of(registrar.open(real));
            tree = Optional.of(new WatchedTree(real, service.get(), registrar, wanted));
            return true;
        } catch (IOException e) {
            goBlind(WatchFailure.of(root.directory(), e));
            return false;
        } catch (RuntimeException | Error e) {
            failed(e);
            return false;
        } finally {
            if (isClosed()) {
                closeService();
            }
        }
    }

    private void reportState() {
        tree.ifPresent(watched -> stateReporter.now(watched.blindness()));
    }

    private void goBlind(String reason) {
        closeService();
        stateReporter.lost(reason);
    }

    private void closeService() {
        Optional<WatchService> open = service;
        tree = Optional.empty();
        service = Optional.empty();
        open.ifPresent(watching -> {
            try {
                watching.close();
            } catch (IOException e) {
                LOG.debug("Closing a failed watch service failed", e);
            }
        });
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }
}
