package io.bactrian.measure;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/** The processor time of one thread, from here on; where the system does not tell it, the time that passes. */
public final class CpuTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean TOLD = THREADS.isCurrentThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();

    private final long began = now();

    /** What this thread has done since this was made, which it has made itself. */
    public Duration soFar() {
        return Duration.ofNanos(now() - began);
    }

    private static long now() {
        return TOLD ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }
}
