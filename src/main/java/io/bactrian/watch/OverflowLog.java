package io.bactrian.watch;

import java.nio.file.Path;
import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs lost events, which cost a comparison but no data. Logs once, not for each of thousands of directories that
 * overflow at the same time. For one thread.
 */
final class OverflowLog {
    private static final Logger LOG = LoggerFactory.getLogger(OverflowLog.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Path root;
    private long logged;
    private boolean any;

    OverflowLog(Path root) {
        this.root = root;
    }

    void happened(Path directory) {
        long now = System.nanoTime();
        if (!any || now - logged > PAUSE.toNanos()) {
            LOG.info("The system's event queue for {} overflowed; a comparison finds the changes",
                    root.resolve(directory));
            any = true;
            logged = now;
        }
    }
}
