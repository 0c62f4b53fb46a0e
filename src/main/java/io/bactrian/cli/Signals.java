package io.bactrian.cli;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C and SIGTERM. The first ends the process in good order, which may take a while; the JVM's own handler would then
 * be deaf, but here the second ends it at once.
 */
final class Signals {
    private static final int SIGNALLED = 128;

    private Signals() {
    }

    /** From now on. A signal that whoever started the process wants ignored stays ignored. */
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
                // The JVM was told to leave signals alone (-Xrs): then the system ends the process, at once.
            }
        }
    }

    private static void end(Signal signal, AtomicBoolean asked) {
        int code = SIGNALLED + signal.getNumber();
        if (asked.getAndSet(true)) {
            Runtime.getRuntime().halt(code);
        }
        // The hooks of the JVM stop what runs.
        System.exit(code);
    }
}
