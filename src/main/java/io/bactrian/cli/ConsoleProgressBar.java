package io.bactrian.cli;

import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on stderr, visible from the first {@link #show} until {@link #close}. Not thread-safe. */
final class ConsoleProgressBar implements AutoCloseable {
    private Optional<ProgressBar> bar = Optional.empty();

    void show(ProgressTotals now) {
        ProgressBar showing = bar.orElseGet(() -> new ProgressBarBuilder().setTaskName("sending")
                .setConsumer(new ConsoleProgressBarConsumer(System.err)).setStyle(ProgressBarStyle.ASCII)
                .setUnit(" MiB", 1 << 20).setUpdateIntervalMillis(200).showSpeed()
                .startsFrom(now.bytes(), java.time.Duration.ZERO).clearDisplayOnFinish().build());
        bar = Optional.of(showing);
        showing.maxHint(now.bytes() + now.bytesLeft());
        showing.stepTo(now.bytes());
        showing.setExtraMessage(String.format(Locale.ROOT, " %,d of %,d files", now.files(),
                now.files() + now.filesLeft()));
    }

    @Override
    public void close() {
        bar.ifPresent(ProgressBar::close);
        bar = Optional.empty();
    }
}
