package io.bactrian.host;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the work from within a route. Each method returns at once and stops the Camel context from a thread of its own, because a
 * context waits for the exchange that stops it. The first call decides, later ones do nothing. The command line ends the
 * process with the outcome's code; any other host continues without the context. Thread-safe.
 */
public final class Finish implements CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(Finish.class);

    /** Who is still at work after this is waited for as at any other stop. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final AtomicReference<Outcome> outcome = new AtomicReference<>();
    private CamelContext camelContext;

    /** How it ended, with the process's exit code. */
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

    /** All is done. */
    public void done() {
        end(Outcome.DONE);
    }

    /** All is done, and there were differences. */
    public void differences() {
        end(Outcome.DIFFERENCES);
    }

    /** It cannot go on; why is for a person, in one line, and goes to the log. */
    public void failed(String why) {
        if (end(Outcome.FAILED)) {
            LOG.error(why);
        }
    }

    /** How it ended; nothing while it goes on. */
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

    /** Camel looks but once a second whether what is in flight has ended; the caller's exchange ends right away. */
    private void stop() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (camelContext.getInflightRepository().size() > 0 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        camelContext.stop();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }
}
