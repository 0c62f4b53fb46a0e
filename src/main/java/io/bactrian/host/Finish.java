package io.bactrian.host;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the Camel context from within a route. Each method returns at once and stops the context in another thread, because
 * a context waits for the exchange that stops it. The first call decides the outcome, later ones have no effect. The
 * command line exits with the outcome's code; any other host continues without the context. Thread-safe.
 */
public final class Finish extends ContextBean {
    private static final Logger LOG = LoggerFactory.getLogger(Finish.class);

    /** Who is still at work after this is waited for as at any other stop. */
    private static final Duration INFLIGHT_TIMEOUT = Duration.ofMillis(500);

    private final AtomicReference<Outcome> outcome = new AtomicReference<>();

    /** The outcome, with the process's exit code. */
    public enum Outcome {
        DONE(0), DIFFERENCES(1), FAILED(3);

        private final int code;

        Outcome(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /** Ends successfully. */
    public void done() {
        end(Outcome.DONE);
    }

    /** Ends successfully, but differences were found. */
    public void differences() {
        end(Outcome.DIFFERENCES);
    }

    /** Ends as failed. The reason, one line for people, is logged. */
    public void failed(String why) {
        if (end(Outcome.FAILED)) {
            LOG.error(why);
        }
    }

    /** The outcome; empty while the context runs. */
    public Optional<Outcome> outcome() {
        return Optional.ofNullable(outcome.get());
    }

    private boolean end(Outcome how) {
        boolean first = outcome.compareAndSet(null, how);
        if (first) {
            new Thread(this::stop, "bactrian-finish").start();
        }
        return first;
    }

    /** Camel checks only once a second whether exchanges in flight have ended; the caller's exchange ends at once. */
    private void stop() {
        long end = System.nanoTime() + INFLIGHT_TIMEOUT.toNanos();
        while (getCamelContext().getInflightRepository().size() > 0 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        getCamelContext().stop();
    }
}
