package io.bactrian.cli;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Handles Ctrl-C and SIGTERM. The first one shuts the process down gracefully, which may take a while. The second one
 * ends it at once, which the JVM's own handler would not do.
 */
final class Signals {
    private static final int SIGNALLED = 128;

    private Signals() {
    }

    /** Installs the handlers. Signals that were ignored when the process started stay ignored. */
    static void handle() {
        AtomicBoolean asked = new AtomicBoolean();
        for (String name : List.of("INT", "TERM")) {
            try {
                Signal signal = new Signal(name);
                SignalHandler before = Signal.handle(signal, it -> end(it, asked));
                if (before == SignalHandler.SIG_IGN) {
                    Signal.handle(signal, SignalHandler.SIG_IGN);
                }
            } catch (IllegalArgumentException e) {
                // With -Xrs the JVM leaves signals to the system, which ends the process at once.
            }
        }
    }

    private static void end(Signal signal, AtomicBoolean asked) {
        int code = SIGNALLED + signal.getNumber();
        if (asked.getAndSet(true)) {
            Runtime.getRuntime().halt(code);
        }
        // Shutdown hooks stop what is running.
        System.exit(code);
    }
}
