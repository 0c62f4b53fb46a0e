package io.bactrian.measure;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * Measures the processor time of the current thread from its creation on; elapsed time where the system does not report
 * processor time.
 */
public final class CpuTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean TOLD = THREADS.isCurrentThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();

    private final long began = now();

    /** Processor time since this was created; call it from the thread that created it. */
    public Duration soFar() {
        return Duration.ofNanos(now() - began);
    }

    private static long now() {
        return TOLD ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }
}
