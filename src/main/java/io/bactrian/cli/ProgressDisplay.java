package io.bactrian.cli;

import io.bactrian.wire.Status;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Shows the progress of the sources: a bar on a terminal, otherwise a line every ten seconds during transfers, and a
 * line when everything is in step. Short work shows nothing.
 */
final class ProgressDisplay implements AutoCloseable {
    private static final Duration SHOW_AFTER = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final Supplier<Status> status;
    private final boolean terminal;
    private final Consumer<String> lines;
    private final LongSupplier nanos;
    private final ConsoleProgressBar bar = new ConsoleProgressBar();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "bactrian-progress");
        thread.setDaemon(true);
        return thread;
    });

    /** What was reported last, and when; initially the start time. */
    private ProgressTotals reported = ProgressTotals.NOTHING;
    private long reportedAt;
    private long inStepAt;
    private boolean shown = true;

    ProgressDisplay(Supplier<Status> status, boolean terminal) {
        this(status, terminal, LoggerFactory.getLogger(ProgressDisplay.class)::info, System::nanoTime);
    }

    ProgressDisplay(Supplier<Status> status, boolean terminal, Consumer<String> lines, LongSupplier nanos) {
        this.status = status;
        this.terminal = terminal;
        this.lines = lines;
        this.nanos = nanos;
        reportedAt = nanos.getAsLong();
        inStepAt = reportedAt;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::look, 200, 200, TimeUnit.MILLISECONDS);
    }

    synchronized void look() {
        ProgressTotals now;
        try {
            now = ProgressTotals.of(status.get());
        } catch (RuntimeException | Error e) {
            // Not knowing the status is no reason to stop
            LoggerFactory.getLogger(ProgressDisplay.class).debug("no status", e);
            return;
        }
        long time = nanos.getAsLong();
        if (now.inStep()) {
            inStepAt = time;
            bar.close();
            if (shown) {
                report("in step: " + now.sentWords(), now, time);
                shown = false;
            }
        } else if (terminal && time - inStepAt > SHOW_AFTER.toNanos()) {
            shown = true;
            bar.show(now);
        } else if (!terminal && time - reportedAt > BETWEEN_LINES.toNanos() && now.bytes() + now.files()
                > reported.bytes() + reported.files()) {
            shown = true;
            double seconds = (time - reportedAt) / 1e9;
            report(now.words() + ", " + ProgressTotals.size((long) ((now.bytes() - reported.bytes()) / seconds)) + "/s", now, time);
        }
    }

    private void report(String line, ProgressTotals now, long time) {
        lines.accept(line);
        reported = now;
        reportedAt = time;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        bar.close();
    }
}
