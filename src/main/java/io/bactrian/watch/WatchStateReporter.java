package io.bactrian.watch;

import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks whether changes are seen, and reports each transition once: to the log and as an event. One thread updates it,
 * any thread may read it.
 */
final class WatchStateReporter {

    private static final Logger LOG = LoggerFactory.getLogger(WatchStateReporter.class);

    private final Path directory;
    private final Consumer<TreeEvent> events;
    private final View failure;
    private String reported = "";
    private volatile View view = new View("", false, Instant.now());

    private record View(String blindness, boolean lost, Instant since) {
    }

    WatchStateReporter(Path directory, Consumer<TreeEvent> events) {
        this.directory = directory;
        this.events = events;
        this.failure = new View("changes in " + directory + " are not seen: the watch has failed", false, Instant.now());
    }

    WatchState state(int watchedDirectories) {
        View current = view;
        return new WatchState(directory, current.blindness, watchedDirectories, current.since);
    }

    /** The root is watched, completely or, with a reason, partly. */
    void now(String blindness) {
        View before = view;
        if (blindness.equals(before.blindness) && !before.lost) {
            return;
        }
        boolean same = before.blindness.isEmpty() == blindness.isEmpty();
        view = new View(blindness, false, same ? before.since : Instant.now());
        if (blindness.isEmpty()) {
            reported = "";
            LOG.info("Changes in {} are seen again", directory);
        } else if (before.blindness.isEmpty()) {
            report(blindness);
        }
    }

    /** The root is not watched at all. */
    void lost(String blindness) {
        View before = view;
        view = new View(blindness, true, before.blindness.isEmpty() || before == failure
                ? Instant.now() : before.since);
        if (!before.lost && !(before == failure && blindness.equals(reported))) {
            report(blindness);
        }
    }

    /** The watch has failed. Allocates no memory, which may be exhausted; the reason is reported next. */
    void fell() {
        view = failure;
    }

    private void report(String blindness) {
        reported = blindness;
        LOG.warn("Blind: {}. Retrying until this succeeds, followed by a full comparison", blindness);
        events.accept(TreeEvent.blind(blindness));
    }
}
